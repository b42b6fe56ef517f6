"""HAProxy before several Odoo servers: who is asked, who is well, what is asked again.

HAProxy, because it asks every server by itself whether it is well (nginx without its paid part
notices by a visitor's failed request), repeats a page at another server when one dies over it, and
tells by a socket what it sees. Debian's package has it, and starts nothing that listens.
"""

import contextlib
import os
import pwd
import shutil
import socket
import string
import subprocess

from suite import odoo, process, stamps, system
from suite.errors import SuiteError

START_SECONDS = 20
PLACES = "/usr/sbin:/sbin:/usr/local/sbin"  # not on everybody's PATH


class Proxy:
    """A running HAProxy.

    :param port: where people come
    :param servers: {name: (HTTP port, websocket port)} of the Odoo servers behind it
    :param workers: processes of each, to which it passes twice as many requests at a time
    """

    def __init__(self, settings, port, servers, workers):
        self.settings, self.port, self.servers = settings, port, servers
        self.workers = workers
        self.configuration = settings.run / "haproxy.cfg"
        self.log_file = settings.logs / "proxy.log"
        self.socket = settings.run / "proxy.sock"
        # its own ending: files *.pid belong to Odoo's servers and the stand-ins
        self.pid_file = process.PidFile(settings.run / "proxy.number", self.configuration)

    @property
    def url(self):
        """The address without a slash at the end."""
        return f"http://{odoo.LOCALHOST}:{self.port}"

    def running(self):
        """Return the number of the running proxy, or None."""
        return self.pid_file.pid()

    def start(self):
        """Start it and wait until it listens.

        :raise SuiteError: when HAProxy is missing, the port is taken, or it does not start
        """
        self.stop()
        program = find_program()
        odoo.require_free(self.port)
        stamps.write_text(self.configuration, self._render(), mode=0o600)
        words = [program, "-db", "-f", self.configuration]
        with self.log_file.open("wb") as log:
            child = subprocess.Popen(  # pylint: disable=consider-using-with  # outlives this call
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, cwd=self.settings.data,
                env=self.settings.child_environment(),
            )  # fmt: skip
        self.pid_file.write(child.pid)
        process.wait_until(
            lambda: child.poll() is not None or not odoo.port_free(self.port), START_SECONDS
        )
        if child.poll() is not None or odoo.port_free(self.port):
            raise SuiteError(f"HAProxy did not start; see {self.log_file}.")

    def stop(self):
        """Stop it; return True when it ran."""
        return self.pid_file.stop(grace=5)

    def states(self):
        """Return {server: "UP", "DOWN", ...} as the proxy sees them now; empty when it is off."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(5)
            talk.connect(str(self.socket))
            talk.sendall(b"show stat\n")
            text = talk.makefile(encoding="utf-8").read()
            rows = [line.split(",") for line in text.splitlines() if line.startswith("pages,")]
            return {row[1]: row[17] for row in rows if row[1] in self.servers}
        return {}

    def _render(self):
        template = string.Template(
            (self.settings.config / "haproxy.cfg.template").read_text(encoding="utf-8")
        )

        most = 2 * self.workers
        pages = [f"    server {name} {odoo.LOCALHOST}:{ports[0]} check maxconn {most}"
                 for name, ports in self.servers.items()]  # fmt: skip
        bus = [f"    server {name} {odoo.LOCALHOST}:{ports[1]} track pages/{name} on-marked-down shutdown-sessions"
               for name, ports in self.servers.items()]  # fmt: skip
        return template.substitute(
            port=self.port, socket=self.socket, identity=_identity(),
            pages="\n".join(pages), bus="\n".join(bus),
        )  # fmt: skip


def find_program():
    """Return HAProxy's program.

    :raise SuiteError: with what to do when it is not on this machine
    """
    found = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:{PLACES}")
    if not found:
        raise SuiteError(system.sentence(system.PROXY))
    return found


def _identity():
    """Return the lines that give root's rights away once the port is open; none for others."""
    if os.getuid() != 0:
        return ""
    for name in ("haproxy", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return f"    uid {entry.pw_uid}\n    gid {entry.pw_gid}"
    raise SuiteError("There is no user haproxy or nobody for the proxy to run as; add one.")
