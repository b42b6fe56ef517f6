from . import home, pages
