from . import controllers, gate, models, wizards
from .hooks import uninstall_hook
