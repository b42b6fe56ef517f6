import socket
from unittest.mock import patch

from odoo.tests import BaseCase

from .. import sender


class TestSender(BaseCase):
    def _send_to(self, *addresses, url="https://shop.example/hook"):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
        with patch.object(sender.socket, "getaddrinfo", return_value=found):
            sender.send(url, b"{}", {})

    def test_a_name_that_leads_into_a_private_network_is_not_called(self):
        for address in ("10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"):
            with self.subTest(address), patch.object(sender, "_connect") as connect:
                with self.assertRaisesRegex(sender.NotDelivered, "private"):
                    self._send_to(address)
                connect.assert_not_called()

    def test_the_connection_goes_to_the_address_that_was_checked(self):
        with patch.object(sender, "_connect") as connect:
            answer = connect.return_value.urlopen.return_value
            answer.status = 204
            self._send_to("10.0.0.1", "93.184.216.34")
        self.assertEqual(connect.call_args.args[1:], ("93.184.216.34", 443))
        options = connect.return_value.urlopen.call_args.kwargs
        self.assertEqual((options["redirect"], options["retries"]), (False, False))
        self.assertEqual(options["headers"]["Host"], "shop.example")

    def test_the_certificate_must_be_the_names(self):
        pool = sender._connect(sender.urlsplit("https://shop.example/"), "93.184.216.34", 443)
        self.assertEqual((pool.host, pool.assert_hostname), ("93.184.216.34", "shop.example"))
        self.assertEqual(pool.cert_reqs, "CERT_REQUIRED")

    def test_a_redirect_or_an_error_is_no_delivery(self):
        for status in (301, 404, 500):
            with self.subTest(status), patch.object(sender, "_connect") as connect:
                answer = connect.return_value.urlopen.return_value
                answer.status, answer.read.return_value = status, b"no \xff"
                with self.assertRaisesRegex(sender.NotDelivered, f"HTTP {status}: no"):
                    self._send_to("93.184.216.34")

    def test_an_unknown_name_is_told(self):
        with patch.object(sender.socket, "getaddrinfo", side_effect=socket.gaierror):
            with self.assertRaisesRegex(sender.NotDelivered, "unknown"):
                sender.send("https://shop.example/", b"{}", {})

    def test_why_nothing_answered_is_told(self):
        errors = sender.urllib3.exceptions
        for error, code in (
            (errors.SSLError("bad"), "certificate"),
            (errors.ReadTimeoutError(None, "", "slow"), "slow"),
            (ConnectionResetError(), "unreachable"),
        ):
            with self.subTest(code), patch.object(sender, "_connect") as connect:
                connect.return_value.urlopen.side_effect = error
                with self.assertRaisesRegex(sender.NotDelivered, code):
                    self._send_to("93.184.216.34")
