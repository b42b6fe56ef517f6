from . import (
    ir_actions_report,
    office_setup,
)
