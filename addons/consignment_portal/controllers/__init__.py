from . import article, entry, home, intakes, labels, pages, stock
