from . import access, article, entry, home, intakes, labels, pages, stock
from . import settlements
