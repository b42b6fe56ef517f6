"""``python -m standins fortnox --port 9001``."""

import argparse
import logging
import sys
from pathlib import Path

from werkzeug.serving import make_server

from standins import fortnox, tripletex, twinfield

PROVIDERS = {
    "fortnox": fortnox.Fortnox,
    "tripletex": tripletex.Tripletex,
    "twinfield": twinfield.Twinfield,
}


def main(arguments=None):
    """Serve one provider until the process is ended; the port is printed."""
    parser = argparse.ArgumentParser(prog="standins", description=__doc__)
    parser.add_argument("provider", choices=sorted(PROVIDERS))
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument(
        "--log", type=Path, help="a file that receives every request, one JSON a line"
    )
    parser.add_argument(
        "--pidfile", type=Path, help="named only, so that the process can be recognised"
    )
    chosen = parser.parse_args(arguments)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = PROVIDERS[chosen.provider](log=chosen.log)
    server = make_server("127.0.0.1", chosen.port, application, threaded=True)
    sys.stdout.write(f"{chosen.provider} on http://127.0.0.1:{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()
    return 0
