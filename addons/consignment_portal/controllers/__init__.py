from . import article, entry, home, intakes, pages, stock
