"""What an administrator has to set up, as values: the page of first steps shows them."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing to set up in an app, as it stands in the company now.

    :param key: ``<module>.<word>``; unique, and stays the same. Steps of one module stand together
    :param title: what to do, in a few words
    :param why: what it is good for, in a sentence
    :param finding: what is there, or what is missing, in a sentence
    :param done: whether nothing is missing
    :param action: external id of the action that opens the place to do it
    :param optional: useful for some only; it does not count as missing
    """

    key: str
    title: str
    why: str
    finding: str
    done: bool
    action: str
    optional: bool = False

    @property
    def app(self):
        """Technical name of the module it belongs to."""
        return self.key.split(".")[0]
