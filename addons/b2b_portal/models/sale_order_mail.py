from odoo import models
from odoo.tools import config


def has_workers():
    """Tell whether this server has a limited number of processes, as every real one."""
    return bool(config["workers"])


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _send_order_notification_mail(self, mail_template, **options):
        """Override of ``sale``: the mail about a portal's order is made by the job, not by the page.

        Its PDF needs the server for the styles of the page: as many orders at once as there are
        processes, and each waits for another one, until the time limit kills them all. What is to
        be sent is noted with the order, so it is not lost.
        """
        waiting = self.b2b_stage and self.pending_email_template_id
        if waiting and waiting != mail_template:
            # The order has room for one: this one is sent at once, and the first one is not lost.
            options["allow_deferred_sending"] = False
        cron = self.env.ref("sale.send_pending_emails_cron", raise_if_not_found=False)
        # Superuser: whoever orders may not read jobs; only whether it runs is asked, and to run it.
        cron = cron and cron.sudo()
        if not (
            mail_template and options.get("allow_deferred_sending", True) and self.b2b_stage
            and has_workers() and cron and cron.active
        ):  # fmt: skip
            return super()._send_order_notification_mail(mail_template, **options)
        self.pending_email_template_id = mail_template
        return cron._trigger()
