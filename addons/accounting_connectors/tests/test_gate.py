"""What a provider, or something that claims to be one, may answer without harm."""

import contextlib
import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import Mock, patch

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..const import MAX_PAUSE
from ..exceptions import Ambiguous, Refused, Throttled, Unavailable
from ..providers import gate as gates
from ..providers.base import RemoteCustomer
from ..providers.gate import Gate, is_safe_address
from . import standin
from .paper import Paper

LOGGER = "odoo.addons.accounting_connectors.providers.base"


class Liar(BaseHTTPRequestHandler):
    """Answers whatever a test wants, byte by byte if need be."""

    status, headers_sent, chunks, pause = 200, {}, (b"{}",), 0
    #: the headers of the last request
    received = None

    def do_GET(self):
        """Answer."""
        type(self).received = self.headers
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for chunk in self.chunks:
                self.wfile.write(chunk)
                self.wfile.flush()
                time.sleep(self.pause)

    def log_message(self, *_args):
        """Stay quiet."""


@tagged("post_install", "-at_install")
class TestGate(standin.StandInCase, BaseCase):
    def setUp(self):
        super().setUp()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Liar)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}/x"
        self.hooks = Mock(secrets={"s3cr3t-value"})
        self.hooks.hold.return_value = contextlib.nullcontext()
        self.gate = Gate(self.hooks)
        self.gate.provider = Paper(self.hooks, self.gate)

    def _ask(self, *chunks, writes=False, **answer):
        values = {"chunks": chunks, "headers_sent": answer.pop("headers", {}), **answer}
        with patch.multiple(Liar, **values):
            return self.gate.call("GET", self.url, writes=writes)

    def test_what_is_no_json_of_ours_is_unavailable_and_ambiguous_when_something_was_written(self):
        for content in (
            b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"Total": NaN}', b'{"Total": 1e999}',
            b'{"Total": -Infinity}', b"1" * 5000,
        ):  # fmt: skip
            with self.subTest(content[:20]):
                with self.assertRaises(Unavailable):
                    self._ask(content)
                with self.assertRaises(Ambiguous):
                    self._ask(content, writes=True)

    def test_an_answer_that_is_too_long_is_left(self):
        packed = gzip.compress(b"0" * 30_000_000)
        for chunks, headers in (
            ([b"x" * 1_000_000] * 30, {}),
            ([packed], {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}),
        ):
            with self.subTest(headers), self.assertRaisesRegex(Unavailable, "too long"):
                self._ask(*chunks, headers=headers)

    def test_a_byte_now_and_then_does_not_keep_a_worker_for_ever(self):
        began = time.monotonic()
        with patch.object(gates, "MAX_SECONDS", 1):
            with self.assertRaisesRegex(Ambiguous, "too slow"):
                self._ask(*[b"1"] * 100, pause=0.1, writes=True)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_login_of_the_servers_own_does_not_take_the_tokens_place(self):
        self.gate.provider.get_headers = lambda _tokens: {"Authorization": "Bearer ours"}
        with patch("requests.sessions.get_netrc_auth", return_value=("somebody", "else")):
            self.gate.call("GET", self.url)
        self.assertEqual(Liar.received["Authorization"], "Bearer ours")

    def test_redirects_are_not_followed(self):
        headers = {"Location": "https://evil.example"}
        with self.assertRaises(Unavailable):
            self._ask(status=302, headers=headers)
        with self.assertRaises(Ambiguous):
            self._ask(status=307, headers=headers, writes=True)

    def test_a_body_that_is_packed_or_in_chunks_is_read(self):
        packed = gzip.compress(b'{"a": 1.50}')
        headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
        self.assertEqual(self._ask(packed, headers=headers), {"a": 1.5})
        with patch.object(Liar, "protocol_version", "HTTP/1.1"):
            headers = {"Transfer-Encoding": "chunked", "Connection": "close"}
            chunks = b'4\r\n{"a"\r\n', b"5\r\n: 2}\n\r\n", b"0\r\n\r\n"
            self.assertEqual(self._ask(*chunks, headers=headers), {"a": 2})

    def test_a_body_that_ends_too_early_is_not_taken_for_a_whole_one(self):
        with self.assertRaises(Ambiguous):
            self._ask(b"{}", headers={"Content-Length": "10"}, writes=True)
        with self.assertRaises(Unavailable):
            self._ask(b"nonsense", headers={"Content-Encoding": "gzip"})

    def test_no_provider_keeps_us_from_calling_for_longer_than_an_hour(self):
        for told, wait in (
            ("7", 7), ("0", 1), ("1000000000", MAX_PAUSE), ("9" * 400, MAX_PAUSE),
            ("-1", 5), ("nan", 5), ("\xb2", 5), ("soon", 5), ("", 5),
        ):  # fmt: skip
            with self.subTest(told[:20]):
                with self.assertRaises(Throttled) as caught:
                    self._ask(status=429, headers={"Retry-After": told})
                self.assertEqual(caught.exception.seconds, wait)
                self.hooks.note_wait.assert_called_with(wait)

    def test_no_secret_and_no_flood_comes_back_in_an_error(self):
        def tell(_self, _status, body):
            return body["code"], body["message"]

        body = {"code": "s3cr3t-value" + "x" * 5000, "message": "no: s3cr3t-value" + "y" * 5000}
        with patch.object(Paper, "read_error", tell), self.assertRaises(Refused) as caught:
            self._ask(json.dumps(body).encode(), status=400)
        self.assertNotIn("s3cr3t", f"{caught.exception} {caught.exception.code}")
        self.assertLess(len(str(caught.exception)), 700)

    def test_an_error_of_another_shape_is_told_by_its_status(self):
        with patch.object(Paper, "read_error", side_effect=AttributeError):
            with self.assertRaisesRegex(Refused, "400"):
                self._ask(b"[]", status=400)

    def test_an_address_that_cannot_be_is_no_trace(self):
        for url in ("https://a..b/x", "https://" + "a" * 64 + ".example", "https://\u3002/"):
            with self.subTest(url), self.assertRaises((Refused, Unavailable)):
                self.gate.ask("GET", url)

    def test_plain_http_leaves_this_machine_under_no_name(self):
        for url in (
            "http://localhost@evil.example", "http://localhost.evil.example", "http://127.0.0.1.nip.io",
            "http://localhost.", "http://[::ffff:8.8.8.8]", "http://127.1", "http://2130706433",
            "http://localhost\\@evil.example", "http://ⓛocalhost", "https://:pw@host", "https://host:99999",
            "https://", "//host", "https://host?x", "https://host#x", "javascript://host",
        ):  # fmt: skip
            self.assertFalse(is_safe_address(url), url)
        for url in (
            "http://[::1]:80",
            "http://LOCALHOST",
            "http://127.9.9.9",
            "https://münchen.example",
        ):
            self.assertTrue(is_safe_address(url), url)

    @mute_logger(LOGGER)
    def test_an_answer_of_another_shape_is_no_trace_whatever_was_asked(self):
        with patch.object(Paper, "customers", {"7": RemoteCustomer("7", "Tea")}):
            with self.assertRaises(Ambiguous):
                self.gate.provider.push_customer({})
        odd = {"7": None}
        with patch.object(Paper, "payments", odd), self.assertRaises(Unavailable):
            list(self.gate.provider.fetch_payments("7"))
        with patch.object(Paper, "customers", odd["7"]), self.assertRaises(Unavailable):
            self.gate.provider.fetch_customer("7")

    def test_texts_that_cannot_be_kept_are_refused_where_they_come_from(self):
        for name in ("Tea\0", "Tea\ud800"):
            with self.assertRaises(ValueError):
                RemoteCustomer("7", name)
        self.assertEqual(RemoteCustomer("7", "Tea\n").name, "Tea\n")
