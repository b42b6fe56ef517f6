"""Stamp files: which step was finished, and from which inputs.

A stamp is written after its step ended, by rename; a step that was interrupted has none and runs
again, a step whose inputs changed has another key and runs again.
"""

import hashlib
import os
import threading


def file_hash(*paths):
    """Return one hash over the content of files (those that exist), in the given order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\0".encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def text_hash(*parts):
    """Return one hash over texts.

    >>> text_hash("a", "b") != text_hash("ab")
    True
    """
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def write_text(path, text, mode=0o644):
    """Write a file so that readers see the old or the new content, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named after who writes it: others may write the same file at this moment.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    temporary.replace(path)


class Stamp:
    """The mark that a step is done.

    :param settings: the :class:`suite.settings.Settings`
    :param name: name of the step
    """

    def __init__(self, settings, name):
        self.path = settings.run / "stamps" / name

    def read(self):
        """Return the key the step was last finished with, or None."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def matches(self, key):
        """Tell whether the step was finished with this key."""
        return self.read() == key

    def set(self, key):
        """Record that the step is finished."""
        write_text(self.path, f"{key}\n")

    def clear(self):
        """Forget the step, so that it runs again."""
        self.path.unlink(missing_ok=True)
