import sys

from standins.cli import main

sys.exit(main())
