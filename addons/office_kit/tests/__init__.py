from . import test_drawn_reports, test_fonts, test_full_disk, test_removal, test_setup
