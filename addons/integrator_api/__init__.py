from . import gate, models, wizards
from .hooks import uninstall_hook
