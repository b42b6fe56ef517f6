"""Which providers there are."""

_PROVIDERS = {}


def register(provider):
    """Class decorator: make a subclass of ``Provider`` known under its ``code``."""
    _PROVIDERS[provider.code] = provider
    return provider


def get(code):
    """Return the class of a provider.

    :raise KeyError: for a code that nobody registered
    """
    return _PROVIDERS[code]


def names():
    """Return [(code, name)] in the order of their names."""
    return sorted(
        ((code, provider.name) for code, provider in _PROVIDERS.items()), key=lambda pair: pair[1]
    )
