"""What all stand-ins share: routing, a log of requests, faults, and a door for tests."""

import collections
import contextlib
import json
import random
import socket
import threading
import time

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

#: What can be made to go wrong with a request.
FAULTS = (
    "drop_before",  # the connection ends, nothing was done
    "drop_after",  # it was done, the connection ends without an answer
    "slow",  # it is done, the answer takes longer
    "error_before",  # HTTP 500, nothing was done
    "error_after",  # it was done, HTTP 500
    "limit",  # HTTP 429
    "expire",  # the tokens end now
)
#: Seconds that tokens live at least.
LIFE_SECONDS = 5.0


class Faults:
    """Which requests go wrong: planned ones first, then at random with a fixed seed."""

    def __init__(self):
        self.planned = collections.deque()
        self.share, self.kinds, self.slow_seconds = 0.0, (), 1.0
        self.random = random.Random(0)  # noqa: S311 -- repeatable on purpose
        self.fired = collections.Counter()
        self._expired_at = -LIFE_SECONDS

    def configure(self, values):
        """Set what goes wrong: ``planned`` (names in order), ``share`` (0–1), ``kinds``, ``seed``."""
        self.planned.extend(values.get("planned", ()))
        self.share = values.get("share", self.share)
        self.kinds = tuple(values.get("kinds", self.kinds))
        self.slow_seconds = values.get("slow_seconds", self.slow_seconds)
        if "seed" in values:
            self.random = random.Random(values["seed"])  # noqa: S311 -- repeatable on purpose

    def pick(self):
        """Return the name of what goes wrong with the next request, or None."""
        name = None
        if self.planned:
            name = self.planned.popleft()
        elif self.kinds and self.random.random() < self.share:
            name = self.random.choice(self.kinds)
        if name == "expire":
            # no provider ends tokens that it gave out just now
            if time.monotonic() - self._expired_at < LIFE_SECONDS:
                return None
            self._expired_at = time.monotonic()
        if name:
            self.fired[name] += 1
        return name


class StandIn:
    """A WSGI application that stands in for a provider.

    Subclasses give ``rules`` (werkzeug rules whose endpoints are method names), ``too_many`` and
    ``broken`` (answers), ``expire`` (ends tokens) and ``snapshot`` (its documents, for tests).

    :param log: path of a file for all requests, or None
    """

    rules = ()

    def __init__(self, log=None):
        self.lock = threading.RLock()
        self.faults = Faults()
        self.requests = []
        self._log = log
        self._own = Map(
            [
                Rule("/_standin/faults", endpoint="own_faults", methods=["POST"]),
                Rule("/_standin/requests", endpoint="own_requests", methods=["GET"]),
                Rule("/_standin/snapshot", endpoint="own_snapshot", methods=["GET"]),
                Rule("/_standin/do/<name>", endpoint="own_do", methods=["POST"]),
            ]
        )
        self._urls = Map(
            [rule.empty() for rule in self.rules], strict_slashes=False, merge_slashes=False
        )

    def __call__(self, environ, start_response):
        """Answer a request, as WSGI says."""
        request = Request(environ)
        own = request.path.startswith("/_standin/")
        response = self._serve_own(request) if own else self._serve(request, environ)
        return response(environ, start_response)

    # --- requests of the connector ---

    def _serve(self, request, environ):
        fault = None if self.is_login(request) else self.faults.pick()
        entry = self._note(request, fault)
        if fault == "drop_before":
            return self._drop(environ)
        if fault == "error_before":
            return self.broken()
        if fault == "limit":
            return self.too_many()
        if fault == "expire":
            with self.lock:
                self.expire()
        response = self._dispatch(self._urls, request)
        entry["status"] = response.status_code
        self._write(entry)
        if fault == "slow":
            time.sleep(self.faults.slow_seconds)
        if fault == "drop_after":
            return self._drop(environ)
        if fault == "error_after":
            return self.broken()
        return response

    def _dispatch(self, urls, request):
        try:
            endpoint, values = urls.bind_to_environ(request.environ).match()
            with self.lock:
                return getattr(self, endpoint)(request, **values)
        except NotFound:
            return self.unknown()
        except HTTPException as error:
            return error.get_response()

    def _note(self, request, fault):
        entry = {
            "at": time.time(),
            "method": request.method,
            "path": request.path,
            "query": request.query_string.decode(),
            "headers": {
                name: value for name, value in request.headers.items() if name != "Authorization"
            },
            "body": request.get_data(as_text=True),
            "fault": fault,
        }
        with self.lock:
            self.requests.append(entry)
        return entry

    def _write(self, entry):
        if self._log:
            with self.lock, self._log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def _drop(self, environ):
        connection = environ["werkzeug.socket"]
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
        raise ConnectionAbortedError

    # --- requests of tests ---

    def _serve_own(self, request):
        return self._dispatch(self._own, request)

    def own_faults(self, request):
        """Set what goes wrong; see :meth:`Faults.configure`."""
        self.faults.configure(request.get_json())
        return answer(dict(self.faults.fired))

    def own_requests(self, request):
        """Return all requests so far."""
        return answer(self.requests)

    def own_snapshot(self, request):
        """Return the documents that exist."""
        return answer({**self.snapshot(), "fired": dict(self.faults.fired)})

    def own_do(self, request, name):
        """Do what a person would at the provider: ``do_<name>`` with the body's values."""
        return answer(getattr(self, f"do_{name}")(**request.get_json()))

    # --- what subclasses give ---

    def is_login(self, request):
        """Tell whether a request asks for tokens; those do not fail by themselves."""
        return False

    def snapshot(self):
        """Return a dict of the documents that exist."""
        raise NotImplementedError

    def expire(self):
        """End all tokens."""
        raise NotImplementedError

    def too_many(self):
        """Return the answer to one call too many."""
        raise NotImplementedError

    def broken(self):
        """Return the answer of a server that broke."""
        raise NotImplementedError

    def unknown(self):
        """Return the answer for an address that is none."""
        raise NotImplementedError


def answer(values, status=200, headers=None):
    """Return values as JSON."""
    return Response(
        json.dumps(values, default=str), status, headers, content_type="application/json"
    )
