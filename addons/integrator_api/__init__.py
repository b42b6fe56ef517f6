from . import gate, models, wizards
