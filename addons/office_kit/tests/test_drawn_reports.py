from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

DRAWN = {"office_kit.drawn_test": "_draw_test"}


@tagged("post_install", "-at_install")
class TestDrawnReports(TransactionCase):
    def setUp(self):
        super().setUp()
        self.report = self.env["ir.actions.report"].create(
            {
                "name": "Drawn",
                "model": "ir.cron",
                "report_type": "qweb-pdf",
                "report_name": "office_kit.drawn_test",
            }
        )
        reports, crons = type(self.report), type(self.env["ir.cron"])
        self.startPatcher(patch.object(reports, "_get_drawn_reports", lambda _self: DRAWN))
        self.startPatcher(
            patch.object(crons, "_draw_test", lambda _self: b"%PDF-drawn", create=True)
        )

    def test_a_drawn_report_is_what_its_method_returns(self):
        job = self.env["ir.cron"].search([], limit=1)
        streams, kind = self.report._pre_render_qweb_pdf(self.report.report_name, job.ids)
        self.assertEqual((streams[False]["stream"].read(), kind), (b"%PDF-drawn", "pdf"))

    def test_nobody_draws_what_they_may_not_read(self):
        job = self.env["ir.cron"].search([], limit=1)
        reports = self.report.with_user(new_test_user(self.env, "clerk", "base.group_user"))
        with self.assertRaises(AccessError):
            reports._pre_render_qweb_pdf(self.report.report_name, job.ids)
