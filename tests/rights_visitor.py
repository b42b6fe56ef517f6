"""A person's browser: a session on the server of ``rights_world``, and the token of its forms."""

import re

import requests

TIMEOUT = 120
TOKEN = re.compile(r'csrf_token: "([0-9a-fo]+)"')


class Visitor:
    """Somebody with a browser; an integrator with the key in each request; or nobody we know.

    :param person: one of the world's users
    :param credential: login and password; none: not logged in
    :param key: of an integrator
    """

    def __init__(self, rights, person, credential=None, key=None):
        self.rights = rights
        self.person = person
        self.session = requests.Session()
        if key:
            self.session.headers["Authorization"] = f"bearer {key}"
        if credential:
            login, password = credential
            given = {"db": rights.database, "login": login, "password": password}
            url = f"{rights.url}/web/session/authenticate"
            answer = self.session.post(url, json={"params": given}, timeout=TIMEOUT).json()
            assert answer.get("result", {}).get("uid"), (login, answer)
        self.token = self._find_token()

    def ask(self, method, address, **body):
        """Return the response; nobody is led on to another page."""
        return self.session.request(
            method, self.rights.url + address, allow_redirects=False, timeout=TIMEOUT, **body
        )

    def _find_token(self):
        """Return the token that forms of this session carry, as a page tells it to its scripts."""
        for address in ("/my", "/odoo", "/web/login"):
            found = TOKEN.search(self.ask("GET", address).text)
            if found:
                return found.group(1)
        raise AssertionError("no page has a token")
