import io

from odoo import api, models

#: Reports that are drawn instead of rendered from a template, and the method of their model that
#: returns the PDF file. They need no wkhtmltopdf, and sizes are exact.
DRAWN = {
    "loyalty_accounts.drawn_cards": "_draw_cards",
    "loyalty_accounts.drawn_vouchers": "_draw_vouchers",
    "loyalty_accounts.drawn_invoice_vouchers": "_draw_loyalty_vouchers",
}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Override: draw what is drawn, for whoever may read the records."""
        report = self._get_report(report_ref)
        method = DRAWN.get(report.report_name)
        if not method:
            return super()._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        # With the rights of the user; the report itself came as superuser.
        records = self.env[report.model].browse(res_ids)
        records.check_access("read")
        stream = io.BytesIO(getattr(records, method)())
        return {False: {"stream": stream, "attachment": None}}, "pdf"

    @api.model
    def _run_wkhtmltopdf(self, bodies, report_ref=False, header=None, footer=None, **options):
        """Override: reports on our plain paper have no running header and footer.

        The renderer of many systems knows none and would complain; see the paper's name.
        """
        if report_ref:
            plain = self.env.ref("loyalty_accounts.paperformat_plain")
            # Superuser: only looks at the paper of a report that core renders anyway.
            if self._get_report(report_ref).sudo().paperformat_id == plain:
                header = footer = None
        return super()._run_wkhtmltopdf(
            bodies, report_ref=report_ref, header=header, footer=footer, **options
        )
