"""Starting, recognising and stopping programs.

The suite only ever signals a process whose command line holds a mark that the suite itself put
there (a path inside the work folder), so a process that inherited an old number is left alone.
"""

import errno
import os
import signal
import subprocess
import time
from pathlib import Path

from suite.errors import CommandFailed, SuiteError


def run(command, *, log=None, on_line=None, **options):
    """Run a program to its end.

    :param command: list of words
    :param log: file that receives all output (appended)
    :param on_line: called with every line of output
    :return: the output as text
    :raise CommandFailed: when it ends with an error; carries the output
    """
    words = [str(word) for word in command]
    lines = []
    with _spawn(words, options) as process:
        try:
            for line in process.stdout:
                lines.append(line)
                if log:
                    with open(log, "a", encoding="utf-8") as handle:
                        handle.write(line)
                if on_line:
                    on_line(line.rstrip("\n"))
        except KeyboardInterrupt:
            _end(process)
            raise
    output = "".join(lines)
    if process.returncode:
        raise CommandFailed(_failure_sentence(words, process.returncode, output), output)
    return output


def _spawn(words, options):
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stderr", subprocess.STDOUT)
    try:
        return subprocess.Popen(  # pylint: disable=consider-using-with
            words, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", **options
        )
    except FileNotFoundError as error:
        raise SuiteError(f"The program {words[0]} is not on this machine; install it and run again.") from error


def _end(process):
    """Ask a child to end, then insist."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()


def _failure_sentence(words, code, output):
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it said nothing")
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


class PidFile:
    """A pid file together with the mark that proves the process is ours.

    :param path: the file
    :param mark: text that the command line of our process contains
    """

    def __init__(self, path, mark):
        self.path = Path(path)
        self.mark = str(mark)

    def pid(self):
        """Return the number of our running process; a stale file is removed and gives None."""
        try:
            pid = int(self.path.read_text(encoding="utf-8").split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        if alive(pid) and self.mark in command_line(pid):
            return pid
        self.path.unlink(missing_ok=True)
        return None

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
    try:
        os.kill(pid, number)
    except OSError as error:
        if error.errno != errno.ESRCH:
            raise


def wait_until(condition, seconds, pause=0.1):
    """Poll `condition` until it is true; return whether it became so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return bool(condition())
