"""The only place from which requests leave: addresses, time-outs, limits, masked logs."""

import contextlib
import ipaddress
import json
import logging
import math
import time
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from ..const import MAX_ANSWER, MAX_PAUSE, MAX_SECONDS, TIMEOUT
from ..exceptions import Ambiguous, NotFound, Refused, Throttled, Unauthorised, Unavailable
from ..rules import limits, masking
from .base import ODD_ANSWER

_logger = logging.getLogger(__name__)
FALLBACK_WAIT = 5.0
#: Characters of a provider's code for an error.
MAX_CODE = 60
#: Bytes that are read at once.
CHUNK = 65536
# At level debug it writes whole addresses, in whose queries providers want secrets.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


def is_safe_address(url):
    """Tell whether a base address may be used: https, or plain http on this machine.

    >>> is_safe_address("https://api.fortnox.se"), is_safe_address("http://127.0.0.1:9000/x")
    (True, True)
    >>> is_safe_address("http://api.fortnox.se"), is_safe_address("http://127.0.0.1.evil.example")
    (False, False)
    >>> is_safe_address("http://localhost@evil.example"), is_safe_address("https://:secret@host")
    (False, False)
    >>> is_safe_address("https://user:secret@host"), is_safe_address("file:///etc/passwd")
    (False, False)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 -- it raises for a port that is none
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host):
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _read_number(text):
    """Return a number that is one, as JSON knows no infinity.

    :raise ValueError: for any other
    """
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _keep_headers(request):
    return request


class Gate:
    """Sends requests of one backend.

    :param hooks: the backend's side: ``take_call(cost)``, ``get_tokens(not_these)``, ``note_wait(seconds)``,
        ``hold(name)`` (a context manager), ``secrets`` (values that must not be shown)
    :param provider: set by the provider that uses this gate
    """

    def __init__(self, hooks):
        self.hooks = hooks
        self.provider = None
        self.session = requests.Session()
        # without one, a login in the server's ~/.netrc would take the place of the tokens
        self.session.auth = _keep_headers

    def call(self, method, url, *, body=None, **options):
        """Send a request with the backend's authorisation and return the decoded JSON answer.

        :param body: sent as JSON
        :param options: as for :meth:`exchange`
        :return: decoded JSON, None for an empty answer
        :raise ProviderError: one of ``exceptions.py``
        """
        content = self.exchange(method, url, json=body, **options)
        return self._decode(content, options.get("writes", False))

    def exchange(self, method, url, *, writes=False, headers=None, cost=1, **options):
        """Send a request with the backend's authorisation and return the answer's bytes.

        :param url: absolute
        :param writes: whether it changes something there: a lost answer is then ambiguous
        :param cost: places it takes within the provider's limit
        :param options: passed to ``requests``: params, json, data; where the tokens belong into the
            body, ``data`` is a callable that returns it for the tokens it is given
        :raise ProviderError: one of ``exceptions.py``
        """
        tokens = self.hooks.get_tokens()
        for last in (False, True):
            sent = {
                **options,
                "headers": {**self.provider.get_headers(tokens), **(headers or {})},
            }
            if callable(options.get("data")):
                sent["data"] = options["data"](tokens)
            try:
                with self.hooks.hold(self.provider.get_lock_name(tokens)):
                    self.hooks.take_call(cost)
                    return self._send(method, url, writes=writes, **sent)
            except Unauthorised:
                # a refused call did nothing, so it may be sent again with fresh tokens
                if last:
                    raise
                tokens = self.hooks.get_tokens(not_these=tokens)
        raise AssertionError

    def ask(self, method, url, **options):
        """Send a request without authorisation (to get one) and return the decoded answer.

        :param options: passed to ``requests``
        """
        return self._decode(self._send(method, url, writes=False, **options), writes=False)

    def _send(self, method, url, *, writes, **options):
        if not is_safe_address(url.partition("?")[0]):
            raise Refused("The address is neither https nor on this machine.", "address")
        path, began = urlsplit(url).path, time.monotonic()
        try:
            response = self.session.request(
                method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **options
            )
            with response:
                content = self._read(response, began + MAX_SECONDS)
        except (requests.RequestException, HTTPError) as error:
            _logger.info("%s %s: %s", method, self._mask(path), type(error).__name__)
            raise self._failure(error, writes) from None
        _logger.info(
            "%s %s: %s, %d ms", method, self._mask(path), response.status_code,
            (time.monotonic() - began) * 1000,
        )  # fmt: skip
        if pause := self.provider.read_pause(response.headers):
            self.hooks.note_wait(limits.bound(pause, MAX_PAUSE))
        if response.status_code >= 300 or content is None:
            raise self._error(response, content, writes)
        return content

    def _read(self, response, deadline):
        """Return the answer's bytes, None for too many, or for one that takes too long to come.

        Read as they come: whoever sends a byte a second holds nobody back until a chunk is full.
        """
        content = bytearray()
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            content += chunk
            if len(content) > MAX_ANSWER or time.monotonic() > deadline:
                return None
        return bytes(content)

    def _failure(self, error, writes):
        cause = getattr(error.args[0] if error.args else None, "reason", None)
        nothing_sent = isinstance(error, requests.ConnectTimeout) or isinstance(
            cause, NewConnectionError
        )
        if isinstance(error, requests.exceptions.InvalidURL):
            return Refused("The address cannot be used.", "address")
        if writes and not nothing_sent:
            return Ambiguous("The connection broke before the answer.", type(error).__name__)
        return Unavailable("The provider cannot be reached.", type(error).__name__)

    def _error(self, response, content, writes):
        status = response.status_code
        code, message = self._read_error(status, content)
        shown = f"{message or self._describe(status)} ({code or status})"
        if content is None or status < 400:
            kind = Ambiguous if writes else Unavailable
            return kind("The answer cannot be used: too long, too slow, or elsewhere.", status)
        if status == 429:
            wait = self.provider.read_wait(response.headers)
            wait = limits.bound(FALLBACK_WAIT if wait is None else wait, MAX_PAUSE, 1.0)
            self.hooks.note_wait(wait)
            return Throttled(shown, wait, code)
        if status == 401:
            return Unauthorised(shown, code)
        if status == 404:
            return NotFound(shown, code)
        if not self.provider.means_refusal(status, code):
            return (Ambiguous if writes else Unavailable)(shown, code or status)
        return self.provider.refusal(shown, code, status)

    def _read_error(self, status, content):
        if content is None:
            return "", ""
        text = content[:100_000].decode("utf-8", "replace")
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            body = text
        try:
            code, message = self.provider.read_error(status, body)
        except ODD_ANSWER:
            return "", ""
        secrets = self.hooks.secrets
        return masking.sentence(code, secrets)[:MAX_CODE], masking.sentence(message, secrets)

    def _describe(self, status):
        return f"HTTP {status}"

    def _decode(self, content, writes):
        if not content.strip():
            return None
        try:
            return json.loads(
                content.decode("utf-8"), parse_constant=_read_number, parse_float=_read_number
            )
        except (ValueError, RecursionError):
            kind = Ambiguous if writes else Unavailable
            raise kind("The answer is not what the provider documents.", "format") from None

    def _mask(self, text):
        return masking.mask(text, self.hooks.secrets)
