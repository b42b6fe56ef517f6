"""One ./suite at a time per work folder."""

import contextlib
import fcntl
import os

from suite.errors import SuiteError


@contextlib.contextmanager
def work_lock(settings):
    """Hold the work folder's lock; the kernel frees it however the process ends.

    :raise SuiteError: when another run holds it
    """
    path = settings.data / "lock"
    with path.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            other = handle.read().strip() or "unknown"
            raise SuiteError(
                f"Another ./suite (process {other}) works in {settings.data}; wait for it, or choose another --data."
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
