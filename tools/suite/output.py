"""The only place that writes to the terminal.

On a terminal progress is drawn on one line; elsewhere (CI, a file) every line is plain text
without control characters.
"""

import contextlib
import sys
import time

PROGRESS_EVERY_SECONDS = 0.2
PLAIN_PROGRESS_EVERY_SECONDS = 5.0
_announced = []


def say(text="", *, stream=None):
    """Write one line to standard output (or `stream`) at once."""
    target = stream or sys.stdout
    target.write(f"{text}\n")
    target.flush()


def complain(text):
    """Write one line to standard error."""
    sys.stdout.flush()
    say(f"suite: {text}", stream=sys.stderr)


@contextlib.contextmanager
def step(title):
    """Announce a step, and its duration once it ended well.

    Yields a :class:`Progress` for steps that can say how far they are.
    """
    say(f"-> {title}")
    _announced.append(title)
    progress = Progress()
    started = time.monotonic()
    yield progress
    progress.clear()
    # Steps of two threads alternate; then it is said which one is done.
    which = "" if _announced[-1] == title else f": {title}"
    say(f"   done in {time.monotonic() - started:.1f} s{which}")


class Progress:
    """How far a step is: redrawn in place on a terminal, a line now and then elsewhere."""

    def __init__(self):
        self._tty = sys.stdout.isatty()
        self._last = 0.0
        self._drawn = False

    def show(self, text):
        """Show `text` as the present state; calls that come too fast are dropped."""
        now = time.monotonic()
        pause = PROGRESS_EVERY_SECONDS if self._tty else PLAIN_PROGRESS_EVERY_SECONDS
        if now - self._last < pause:
            return
        self._last = now
        if self._tty:
            sys.stdout.write(f"\r   {text[:90]:<90}")
            sys.stdout.flush()
            self._drawn = True
        else:
            say(f"   {text}")

    def clear(self):
        """Remove the line drawn on a terminal."""
        if self._drawn:
            sys.stdout.write("\r" + " " * 94 + "\r")
            sys.stdout.flush()
            self._drawn = False


def megabytes(size):
    """Return a size in bytes as text in MB.

    >>> megabytes(134_000_000)
    '134.0 MB'
    """
    return f"{size / 1_000_000:.1f} MB"
