from . import access, article, entry, home, intakes, labels, pages, sales, stock
from . import settlements
