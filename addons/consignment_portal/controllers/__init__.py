from . import access, home, pages
