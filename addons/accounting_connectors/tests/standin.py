"""Stand-ins of providers, served from a thread of the test."""

import importlib.util
import logging
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from werkzeug.serving import make_server

PROJECT = Path(__file__).resolve().parents[3]
TOOLS = PROJECT / "tools"


class StandInCase:
    """Lets a test's requests reach stand-ins, and nothing but this machine."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Override: Odoo's guard understands one time-out only."""
        if isinstance(options.get("timeout"), tuple):
            options["timeout"] = max(options["timeout"])
        return super()._request_handler(session, request, **options)


@contextmanager
def serve(name):
    """Serve a stand-in of ``tools/standins`` on a free port of this machine.

    :return: the stand-in's object, with its address as ``url``
    """
    if str(TOOLS) not in sys.path:
        sys.path.append(str(TOOLS))
    from standins.cli import PROVIDERS

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    stand_in = PROVIDERS[name]()
    server = make_server("127.0.0.1", 0, stand_in, threaded=True)
    stand_in.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def agree(backend):
    """Connect a backend as a person does: agree at the provider's page and come back."""
    backend._receive_consent(*agree_at(backend.action_connect()["url"]))


def agree_at(page):
    """Agree at a stand-in's page, and return (code, state) that it sends back."""
    answer = requests.get(page, allow_redirects=False, timeout=10)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    return back["code"][0], back["state"][0]


def load_contract(provider):
    """Return a provider's published contract, by the project's reader of it in ``tests/``."""
    name = f"contracts_{provider}"
    spec = importlib.util.spec_from_file_location(name, PROJECT / "tests" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load()
