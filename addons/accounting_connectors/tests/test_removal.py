from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import ConnectorCommon


@tagged("post_install", "-at_install")
class TestRemoval(ConnectorCommon):
    def test_what_is_at_the_provider_already_is_told(self):
        modules = self.env["ir.module.module"]
        before = modules._get_removal_losses({"accounting_connectors"})
        self._export().sudo().state = "attempting"
        self.assertNotEqual(modules._get_removal_losses({"accounting_connectors"}), before)
        self.assertEqual(modules._get_removal_losses({"sale"}), [])

    def test_no_job_is_left_that_looks_for_models_that_are_gone(self):
        self._export()
        jobs = self.env["queue.job"].sudo()
        self.assertTrue(jobs.search([("model_name", "=", "accounting.export")]))
        uninstall_hook(self.env(su=True))
        waiting = [("model_name", "=like", "accounting.%"), ("state", "!=", "done")]
        self.assertFalse(jobs.search(waiting))
