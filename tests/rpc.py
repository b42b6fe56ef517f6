"""Stock clients of Odoo's two interfaces, as an integrator would write them."""

import xmlrpc.client

import requests

#: Seconds until a call counts as hung.
TIMEOUT = 120


class XmlRpc:
    """One user's calls over XML-RPC. Not shared between threads: each takes its own."""

    def __init__(self, server, login, password=None):
        self.server = server
        self.password = password or server.logins[login]
        common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
        self.uid = common.authenticate(server.database, login, self.password, {})
        assert self.uid, f"{login} cannot log in"
        self.models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

    def __call__(self, model, method, *args, **kwargs):
        """Call a method; errors come as ``xmlrpc.client.Fault``."""
        return self.models.execute_kw(
            self.server.database, self.uid, self.password, model, method, args, kwargs
        )


class Json2:
    """One user's calls over JSON-2, with an API key."""

    def __init__(self, server, key):
        self.server = server
        self.headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": server.database}

    def __call__(self, model, method, **arguments):
        """Return the status and the answer."""
        answer = requests.post(
            f"{self.server.url}/json/2/{model}/{method}",
            json=arguments,
            headers=self.headers,
            timeout=TIMEOUT,
        )
        return answer.status_code, answer.json()


class Refusal(Exception):
    """What a server answered instead of a result, over JSON-RPC."""


class JsonRpc:
    """One user's calls over JSON-RPC: answers may hold nulls, as those of buttons do."""

    def __init__(self, server, login, password=None):
        self.server = server
        self.password = password or server.logins[login]
        self.uid = self._send("common", "authenticate", [server.database, login, self.password, {}])
        assert self.uid, f"{login} cannot log in"

    def __call__(self, model, method, *args, **kwargs):
        """Call a method.

        :raise Refusal: with the server's sentence
        """
        sent = [self.server.database, self.uid, self.password, model, method, args, kwargs]
        return self._send("object", "execute_kw", sent)

    def _send(self, service, method, args):
        params = {"service": service, "method": method, "args": args}
        answer = requests.post(
            f"{self.server.url}/jsonrpc",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        ).json()
        if "error" in answer:
            raise Refusal(answer["error"]["data"]["message"])
        return answer.get("result")  # left out when there is none
