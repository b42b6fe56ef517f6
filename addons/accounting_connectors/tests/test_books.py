from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import ConnectorCommon, Paper


@tagged("post_install", "-at_install")
class TestBooks(ConnectorCommon, TransactionCase):
    """Numbers of documents and customers hold in the books they come from, and nowhere else."""

    def _log_in(self, user, backend=None):
        backend = backend or self.backend
        backend.setting_ids.filtered(lambda one: one.name == "user").value = user
        self.env.flush_all()

    def test_a_backend_with_links_is_not_connected_with_the_books_of_another_company(self):
        self._log_in("Somebody else")
        with self.assertRaisesRegex(UserError, "Add another backend"):
            self.backend.action_connect()
        self.env.invalidate_all()
        self.assertEqual(self.backend.state, "draft")
        self._log_in("Paper")
        self.backend.action_connect()
        self.assertEqual(self.backend.state, "connected")

    def test_without_links_and_invoices_other_books_may_be_chosen(self):
        self.link.unlink()
        self._log_in("Somebody else")
        self.backend.action_connect()
        self.assertEqual(self.backend.remote_id, "Somebody else")

    def test_the_books_of_a_connected_backend_are_not_connected_a_second_time(self):
        with self.assertRaisesRegex(UserError, "already"):
            self._create_backend()
        self.backend.active = False
        self.assertEqual(self._create_backend().state, "connected")

    def test_a_backend_is_not_taken_out_of_the_archive_beside_another_of_its_books(self):
        self.backend.active = False
        self._create_backend()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.backend.active = True
            self.env.flush_all()

    def test_nothing_is_sent_or_looked_at_before_somebody_connected_again(self):
        sent, waiting = self._send(), self._export()
        self._log_in("Somebody else")
        self.assertEqual(self._run(waiting), "unauthorised")
        self.assertEqual((waiting.state, waiting.reason), ("pending", "Connect Paper first."))
        self._change_there(sent, total=sent.move_id.amount_total + 1)
        self.assertEqual(sent._look(), "refused")
        self.assertFalse(sent.drift_ids)
        with self.assertRaisesRegex(UserError, "Connect Paper first"):
            sent._accept_theirs()
        self.assertEqual(len(self._documents()), 1)
        self._log_in("Paper")
        self.backend.action_connect()
        self.assertEqual(self._run(waiting), "sent")

    def test_secrets_are_not_told_to_another_host(self):
        self.backend.base_url = f"{Paper.base_url}/v2"
        self.assertEqual(self.backend._connect().backend.get_setting("password"), "my-password")
        self.backend.auth_url = "https://paper.example.evil.example"
        self.assertEqual(self.backend._connect().backend.get_setting("password"), "")
        with self.assertRaisesRegex(UserError, "Password"):
            self.backend.action_connect()

    def test_secrets_are_not_told_to_another_provider(self):
        self.link.unlink()
        self.backend.provider = "fortnox"
        kept = self.env["accounting.secret"].sudo().search([("backend_id", "=", self.backend.id)])
        self.assertFalse(kept)
