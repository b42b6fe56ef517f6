"""What may go wrong and is told to the user in one sentence."""


class SuiteError(Exception):
    """Something the user can act on.

    The message is one sentence that says what is wrong and what to do; the command prints it
    and ends with 1, without a traceback.
    """


class CommandFailed(SuiteError):
    """A program the suite started ended with an error.

    :ivar output: what it printed
    :ivar code: what it ended with; ``None`` when it had to be ended
    """

    def __init__(self, message, output="", code=None):
        super().__init__(message)
        self.output, self.code = output, code
