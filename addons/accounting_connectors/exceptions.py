"""What can go wrong between Odoo and a provider; the queue decides by the class what follows."""


class ProviderError(Exception):
    """Something went wrong at a provider; the text is a sentence for a person, without secrets.

    :ivar code: the provider's own code, ``""`` when there is none
    """

    def __init__(self, message, code=""):
        super().__init__(message)
        self.code = str(code or "")


class Refused(ProviderError):
    """The provider understood and refused; the same request will be refused again."""


class NotFound(Refused):
    """What was asked for does not exist at the provider."""


class Unauthorised(ProviderError):
    """The connection has to be made anew by a person."""


class NotConnected(Unauthorised):
    """Nobody asked the provider: the backend is not connected."""


class Unavailable(ProviderError):
    """Nothing was done; the same request may be sent again later."""


class Throttled(Unavailable):
    """Too many calls.

    :ivar seconds: until the next call may be tried
    """

    def __init__(self, message, seconds, code=""):
        super().__init__(message, code)
        self.seconds = seconds


class Ambiguous(ProviderError):
    """A request that writes got no usable answer: it may have been done, or not."""
