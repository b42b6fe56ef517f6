from unittest.mock import patch

from odoo.tests import tagged

from ..hooks import post_init_hook, uninstall_hook
from .common import B2bCommon

HAS_WORKERS = "odoo.addons.b2b_portal.models.sale_order_mail.has_workers"


@tagged("post_install", "-at_install")
class TestOrderMail(B2bCommon):
    def _order(self, *, workers):
        cart = self._fill_cart(self.buyer, shown=2)
        with patch(HAS_WORKERS, return_value=workers):
            return self._submit(self.buyer, cart)

    def test_the_page_leaves_the_mail_with_its_document_to_the_job(self):
        order = self._order(workers=True)
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.pending_email_template_id)
        before = len(order.message_ids)
        with self.enter_registry_test_mode():
            self.env.ref("sale.send_pending_emails_cron").method_direct_trigger()
        self.assertFalse(order.pending_email_template_id)
        self.assertEqual(len(order.message_ids), before + 1)

    def test_a_second_mail_is_made_at_once_and_the_first_one_still_waits(self):
        order = self._order(workers=True)
        waiting = order.pending_email_template_id
        other = waiting.copy({"subject": "Paid"})
        # Odoo's own option would overwrite it, too.
        for option in ("False", "True"):
            self.env["ir.config_parameter"].set_param("sale.async_emails", option)
            before = len(order.message_ids)
            with self.subTest(option), patch(HAS_WORKERS, return_value=True):
                order._send_order_notification_mail(other)
                self.assertEqual(order.pending_email_template_id, waiting)
                self.assertEqual(len(order.message_ids), before + 1)

    def test_the_job_is_asked_to_run_at_once(self):
        cron = self.env.ref("sale.send_pending_emails_cron")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self._order(workers=True)
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)

    def test_without_worker_processes_or_the_job_the_mail_is_made_at_once(self):
        self.assertFalse(self._order(workers=False).pending_email_template_id)
        self.env.ref("sale.send_pending_emails_cron").active = False
        self.assertFalse(self._order(workers=True).pending_email_template_id)

    def test_the_job_is_switched_off_with_the_module_unless_it_is_used(self):
        cron = self.env.ref("sale.send_pending_emails_cron")
        order = self._order(workers=True)
        uninstall_hook(self.env)
        self.assertTrue(cron.active, "a mail waits")
        order.pending_email_template_id = False
        self.env["ir.config_parameter"].set_param("sale.async_emails", "True")
        uninstall_hook(self.env)
        self.assertTrue(cron.active, "Odoo's own option uses it")
        self.env["ir.config_parameter"].set_param("sale.async_emails", "False")
        uninstall_hook(self.env)
        self.assertFalse(cron.active)
        post_init_hook(self.env)
        self.assertTrue(cron.active)
