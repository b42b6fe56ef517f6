from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

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
