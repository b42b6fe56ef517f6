"""Starting, recognising and stopping programs.

The suite only ever signals a process whose command line holds a mark that the suite itself put
there (a path inside the work folder), so a process that inherited an old number is left alone.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from suite.errors import CommandFailed, SuiteError

#: Programs that are running now, so that Ctrl-C ends those of every thread.
_running = set()


def end_all():
    """End the programs that other threads wait for, as Ctrl-C would."""
    for started in list(_running):
        _end(started, started.wait)


def run(command, *, log=None, on_line=None, timeout=None, **options):
    """Run a program to its end.

    It gets a process group of its own: Ctrl-C reaches the suite only, which passes it on once and
    waits, so that the program can tidy up.

    :param command: list of words
    :param log: file that receives all output (appended)
    :param on_line: called with every line of output
    :param timeout: seconds after which it is ended
    :return: the output as text
    :raise CommandFailed: when it ends with an error; carries the output
    """
    words = [str(word) for word in command]
    with (
        _spawn(words, options) as process,
        _log_handle(log) as handle,
        _ended_after(process, timeout) as late,
    ):
        _running.add(process)
        try:
            lines = [_tell(line, handle, on_line) for line in process.stdout]
        except BaseException:  # Ctrl-C above all: the program must not outlive us
            _end(process, process.communicate)  # reads on, or it would wait for a reader
            raise
        finally:
            _running.discard(process)
    output = "".join(lines)
    if late.is_set():
        raise CommandFailed(f"{Path(words[0]).name} did not end within {timeout} seconds.", output)
    if process.returncode:
        code = process.returncode
        raise CommandFailed(_failure_sentence(words, code, output), output, code)
    return output


def _spawn(words, options):
    options = {
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
        "start_new_session": True,
        **options,
    }
    try:
        return subprocess.Popen(
            words, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", **options
        )
    except FileNotFoundError as error:
        raise SuiteError(
            f"The program {words[0]} is not on this machine; install it and run again."
        ) from error


def _log_handle(log):
    return open(log, "a", encoding="utf-8") if log else contextlib.nullcontext()


def _tell(line, handle, on_line):
    if handle:
        handle.write(line)
        handle.flush()
    if on_line:
        on_line(line.rstrip("\n"))
    return line


@contextlib.contextmanager
def _ended_after(process, seconds):
    """End a program that takes too long; yields an event that tells whether it did."""
    late = threading.Event()

    def end():
        late.set()
        _end(process, process.wait)

    timer = threading.Timer(seconds, end) if seconds else None
    if timer:
        timer.start()
    try:
        yield late
    finally:
        if timer:
            timer.cancel()


def _end(process, wait):
    """Ask a program to end as Ctrl-C would, then insist on its whole group."""
    _signal(process.pid, signal.SIGINT)
    try:
        wait(timeout=45)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        wait()


def _failure_sentence(words, code, output):
    last = next(
        (line.strip() for line in reversed(output.splitlines()) if line.strip()), "it said nothing"
    )
    if "No space left on device" in output:
        last = "no space left on the disk; free some and run again"
    return f"{Path(words[0]).name} ended with {code}: {last}"


def command_line(pid):
    """Return the command line of a running process, or an empty text."""
    try:
        raw = Path(f"/proc/{int(pid)}/cmdline").read_bytes()
    except (OSError, ValueError):
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def alive(pid):
    """Tell whether a process exists and has not ended already (a zombie has)."""
    try:
        stat = Path(f"/proc/{int(pid)}/stat").read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def working_in(folder):
    """Return the numbers of the processes whose current folder is `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if (entry / "cwd").readlink() == Path(folder).resolve():
                found.append(int(entry.name))
    return found


class PidFile:
    """A pid file together with the mark that proves the process is ours.

    :param path: the file
    :param mark: text that the command line of our process contains
    """

    def __init__(self, path, mark):
        self.path = Path(path)
        self.mark = str(mark)

    def recorded(self):
        """Return the number in the file, whoever has it now, or None."""
        try:
            return int(self.path.read_text(encoding="utf-8").split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def pid(self):
        """Return the number of our running process, or None."""
        pid = self.recorded()
        return pid if pid and alive(pid) and self.mark in command_line(pid) else None

    def write(self, pid):
        """Record a process."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(f"{pid}\n", encoding="utf-8")

    def stop(self, *, grace=30, first=signal.SIGTERM):
        """End our process, gracefully first; return True when there was one."""
        pid = self.pid()
        if pid is None:
            return False
        _signal(pid, first)
        if not wait_until(lambda: not alive(pid), grace):
            _signal(pid, signal.SIGKILL)
            wait_until(lambda: not alive(pid), 10)
        self.path.unlink(missing_ok=True)
        return True


def _signal(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(condition, seconds, pause=0.1):
    """Poll `condition` until it is true; return whether it became so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return bool(condition())
