from . import home, labels, pages
