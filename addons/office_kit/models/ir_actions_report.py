import io

from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_drawn_reports(self):
        """Return ``{report name: method}`` of reports that are drawn, not rendered from a template.

        The method, of the report's model, returns the PDF file of its records as bytes. Such a
        report needs no wkhtmltopdf, and its sizes are exact. Its name is ``<module>.drawn_…``: by
        that the web client knows it.
        """
        return {}

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Override: draw what is drawn, for whoever may read the records."""
        report = self._get_report(report_ref)
        method = self._get_drawn_reports().get(report.report_name)
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
            plain = self.env.ref("office_kit.paperformat_plain")
            # Superuser: only looks at the paper of a report that core renders anyway.
            if self._get_report(report_ref).sudo().paperformat_id == plain:
                header = footer = None
        return super()._run_wkhtmltopdf(
            bodies, report_ref=report_ref, header=header, footer=footer, **options
        )
