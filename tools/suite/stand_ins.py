"""Stand-ins for accounting providers beside the demo, and backends connected with them."""

import http.client
import json
import subprocess
import urllib.parse
import xmlrpc.client

from suite import odoo, output, process
from suite.errors import SuiteError

#: What each one asks for, as its own file says.
SETTINGS = {
    "fortnox": {"client_id": "standin-client", "client_secret": "standin-secret", "tenant": "42"},
    "tripletex": {
        "consumer_token": "standin-consumer",
        "employee_token": "standin-employee",
        "company": "",
    },
    "twinfield": {
        "client_id": "standin-client",
        "client_secret": "standin-secret",
        "office": "NLA000001",
        "daybook": "VRK",
        "debtors": "1300",
        "destiny": "temporary",
    },
}
#: Where calls begin, as in the provider's own address.
PATHS = {"tripletex": "/v2"}
START_SECONDS = 20


class StandIn:
    """The stand-in of one provider, as a process of its own.

    :param provider: its code
    :param port: a free one by default
    """

    def __init__(self, settings, provider, port=None):
        self.settings, self.provider = settings, provider
        self.port = port or odoo.free_ports(1)[0]
        self.url = f"http://{odoo.LOCALHOST}:{self.port}"
        self.base_url = self.url + PATHS.get(provider, "")
        self.log_file = settings.logs / f"stand-in-{provider}.log"
        self.request_log = settings.logs / f"stand-in-{provider}.jsonl"
        path = settings.run / f"stand-in-{provider}.pid"
        self.pid_file = process.PidFile(path, f"--pidfile={path}")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_unused):
        self.stop()

    def start(self):
        """Start it and wait until it listens.

        :raise SuiteError: when it does not
        """
        self.stop()
        self.request_log.unlink(missing_ok=True)
        words = [
            self.settings.venv_python, "-m", "standins", self.provider, f"--port={self.port}",
            f"--log={self.request_log}", f"--pidfile={self.pid_file.path}",
        ]  # fmt: skip
        environment = self.settings.child_environment(
            PYTHONPATH=self.settings.project / "tools", LC_ALL="C.UTF-8"
        )
        with self.log_file.open("wb") as log:
            child = subprocess.Popen(  # pylint: disable=consider-using-with  # outlives this call
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, env=environment,
                cwd=self.settings.data,
            )  # fmt: skip
        self.pid_file.write(child.pid)
        process.wait_until(
            lambda: child.poll() is not None or not odoo.port_free(self.port), START_SECONDS
        )
        if child.poll() is not None or odoo.port_free(self.port):
            raise SuiteError(f"The stand-in of {self.provider} did not start; see {self.log_file}.")

    def stop(self):
        """Stop it; return True when it ran."""
        return self.pid_file.stop(grace=5)


def start_and_connect(settings, server):
    """Start every stand-in and connect the demo's company with each.

    :param server: the running demo, a :class:`suite.odoo.OdooServer`
    """
    with output.step("starting stand-ins of accounting providers"):
        for provider, values in SETTINGS.items():
            stand_in = StandIn(settings, provider)
            stand_in.start()
            _connect(server, stand_in, values)


def _connect(server, stand_in, values):
    uid = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common").authenticate(
        server.database, "admin", "admin", {}
    )
    models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

    def call(model, method, *arguments):
        return models.execute_kw(server.database, uid, "admin", model, method, arguments)

    name = f"{stand_in.provider.capitalize()} (stand-in)"
    addresses = {"base_url": stand_in.base_url, "auth_url": stand_in.url}
    found = call("accounting.backend", "search", [["name", "=", name]])
    if found:
        call("accounting.backend", "write", found, addresses)
    else:
        named = {"name": name, "provider": stand_in.provider, **addresses}
        found = call("accounting.backend", "create", [named])
    for setting in call(
        "accounting.setting", "search_read", [["backend_id", "in", found]], ["name"]
    ):
        call("accounting.setting", "write", [setting["id"]], {"value": values[setting["name"]]})
    action = call("accounting.backend", "action_connect", found)
    if action.get("url"):
        agree(server, action["url"])


def agree(server, page):
    """Agree at a stand-in's consent page as a person would, and come back to Odoo.

    :param server: anything with ``url`` and ``database``
    :param page: the address that ``action_connect`` sends people to
    """
    login = {"db": server.database, "login": "admin", "password": "admin"}
    session = _request(
        f"{server.url}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": login}),
        {"Content-Type": "application/json"},
    )
    cookie = {"Cookie": session["Set-Cookie"].partition(";")[0]}
    # Odoo knows itself by an address that may lead elsewhere: only what was added to it is used
    added = urllib.parse.urlsplit(_request(page)["Location"]).query
    back = _request(f"{server.url}/accounting_connectors/consent?{added}", headers=cookie)
    if "Location" not in back:
        raise SuiteError(f"The stand-in at {page.partition('?')[0]} did not agree to connect.")


def _request(address, body=None, headers=None):
    """Return the headers of an answer; redirects are not followed."""
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        path = f"{parts.path}?{parts.query}"
        connection.request("POST" if body else "GET", path, body, headers or {})
        return connection.getresponse().headers
    finally:
        connection.close()
