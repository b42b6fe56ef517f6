"""Clients of the measured server: XML-RPC, the web client's JSON, and its request log."""

import re
import xmlrpc.client

import requests

# What Odoo logs for a request: status, size, statements, seconds in SQL, seconds elsewhere.
REQUEST = re.compile(r'"\w+ (?P<path>\S+) HTTP/[\d.]+" \d+ \S+ (?P<queries>\d+) [\d.]+ [\d.]+')


TIMEOUT = 120  # seconds; a server that hangs ends the case


class _Transport(xmlrpc.client.Transport):
    def make_connection(self, host):
        """Give the connection a time-out, which the standard library leaves out."""
        connection = super().make_connection(host)
        connection.timeout = TIMEOUT
        return connection


class Rpc:
    """A user's XML-RPC connection to one database."""

    def __init__(self, url, database, login, password):
        self.database = database
        self.password = password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common", _Transport())
        self.uid = common.authenticate(database, login, password, {})
        if not self.uid:
            raise PermissionError(f"{login} cannot log in to {database}")
        self._models = xmlrpc.client.ServerProxy(
            f"{url}/xmlrpc/2/object", _Transport(), allow_none=True
        )

    def call(self, model, method, *args, **kwargs):
        """Call a method of a model and return its answer."""
        return self._models.execute_kw(
            self.database, self.uid, self.password, model, method, args, kwargs
        )


class Web:
    """A user's browser session on one database."""

    def __init__(self, url, database, login, password):
        self.url = url
        self.session = requests.Session()
        params = {"db": database, "login": login, "password": password}
        self.uid = self.post("/web/session/authenticate", params)["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a method of a model as the web client does."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def post(self, path, params):
        """Post a JSON-RPC request and return its result."""
        answer = self.session.post(
            f"{self.url}{path}", json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        ).json()  # fmt: skip
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]


class QueryLog:
    """Counts SQL statements as the server itself logs them at the end of each request."""

    def __init__(self, path):
        self.path = path
        self.skip()

    def skip(self):
        """Forget what was logged so far."""
        self._offset = self.path.stat().st_size if self.path.exists() else 0

    def counts(self, path=""):
        """Return the statements of each request to ``path`` since the last look."""
        with self.path.open("rb") as log:
            log.seek(self._offset)
            text = log.read().decode(errors="replace")
            self._offset = log.tell()
        found = REQUEST.finditer(text)
        return [int(match["queries"]) for match in found if match["path"].startswith(path)]

    def latest(self):
        """Return the statements of the latest request, None when it was not logged."""
        return (self.counts() or [None])[-1]
