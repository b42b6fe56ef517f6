from . import (
    ir_actions_report,
    ir_attachment,
    ir_module_module,
    office_setup,
)
