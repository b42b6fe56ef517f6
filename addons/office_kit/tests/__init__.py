from . import test_drawn_reports, test_fonts, test_setup
