"""A customer's browser, as far as forms and links need one; and looking into the database."""

import re
import threading

import psycopg2
import requests
from rpc import TIMEOUT


class Browser:
    """A customer's browser: sends forms as pages show them."""

    def __init__(self, server, login=None):
        self.url = server.url
        self.session = requests.Session()
        if login:
            page = self.get("/web/login")
            form = {"login": login, "password": server.logins[login]}
            self.landed = self.session.post(
                f"{self.url}/web/login", data={**form, **token_of(page)}, timeout=TIMEOUT
            )

    def get(self, path):
        return self.session.get(f"{self.url}{path}", timeout=TIMEOUT)

    def post(self, path, page, *, files=None, headers=None, **form):
        """Send a form of a page that was fetched before; redirects are not followed."""
        return self.session.post(
            f"{self.url}{path}",
            data={**form, **token_of(page)},
            files=files,
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        )


def token_of(page):
    """Return the form token that a page holds."""
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]}


def value_of(page, name):
    """Return what a page's hidden field holds."""
    return re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]


def query(server, statement, *values):
    """Return the rows of an SQL statement."""
    with psycopg2.connect(server.dsn) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    connection.close()
    return rows


def press_at_once(presses):
    """Call functions in threads that start together; return their answers in order."""
    answers = [None] * len(presses)
    gate = threading.Barrier(len(presses))

    def press(number):
        gate.wait()
        answers[number] = presses[number]()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not any(thread.is_alive() for thread in threads), "a browser hangs"
    return answers
