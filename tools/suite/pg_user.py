"""The operating system's user PostgreSQL runs as: it refuses root."""

import os
import pwd
import stat
import subprocess

from suite import process
from suite.errors import SuiteError

CLOSED_FOLDER = (
    "PostgreSQL's user cannot enter the work folder; choose one it can, e.g. --data /var/tmp/suite."
)


def owner():
    """Return (uid, gid): one's own, or for root those of `postgres` or `nobody`."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise SuiteError(
        "PostgreSQL does not run as root and there is no user postgres or nobody; add one."
    )


def run(command, folder, environment):
    """Run one of PostgreSQL's programs as that user.

    :param folder: the folder it works in, which the user must be able to reach
    :raise SuiteError: when the user cannot
    """
    if os.getuid() != 0:
        return process.run(command, cwd="/", env=environment)
    uid, gid = owner()
    if _allowed("-w", folder, uid, gid):
        identity = {"user": uid, "group": gid, "extra_groups": []}
        return process.run(command, cwd="/", env=environment, **identity)
    if not _allowed("-x", command[0], uid, gid):
        raise SuiteError(CLOSED_FOLDER)
    return process.run([*_with_right_to_pass(uid, gid), *command], cwd="/", env=environment)


def _allowed(test, path, uid, gid):
    """Ask the program `test` whether another user may use a path (and pass all folders on the way)."""
    return not subprocess.run(
        ["test", test, path], user=uid, group=gid, extra_groups=[], cwd="/", check=False
    ).returncode


def _with_right_to_pass(uid, gid):
    """Return the words that start a program as another user who may still pass closed folders.

    Needed when root keeps the project under a folder like /root (mode 0700).
    """
    capability = "+dac_override"
    words = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups",
             f"--inh-caps={capability}", f"--ambient-caps={capability}"]  # fmt: skip
    try:
        process.run([*words, "true"], cwd="/")
    except SuiteError as error:
        raise SuiteError(CLOSED_FOLDER) from error
    return words


def make_private(folder):
    """Create a folder only its owner may enter; refuse one somebody else made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.getuid(), owner()[0]):
        raise SuiteError(f"{folder} belongs to somebody else; remove it or choose another --data.")
    if os.getuid() == 0:
        os.chown(folder, *owner())
    folder.chmod(0o700)
