"""The providers, each one in a file of its own that registers itself on import."""

from . import fortnox, tripletex, twinfield
from .registry import get, names, register

__all__ = ["fortnox", "get", "names", "register", "tripletex", "twinfield"]
