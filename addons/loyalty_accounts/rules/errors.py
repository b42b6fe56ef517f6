"""The one exception of the pure rules; models turn its code into a translated sentence."""


class RuleError(ValueError):
    """A value broke a rule.

    :param code: stable identifier, such as ``amount_negative``; never translated
    :param values: what the sentence shown to people needs
    """

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values
