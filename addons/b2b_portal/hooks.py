"""Module life cycle."""

from odoo.tools import str2bool


def uninstall_hook(env):
    """Switch Odoo's job for mails about orders off again, see ``data/ir_cron_data.xml``.

    It stays on where Odoo's own option asks for it, and where a mail still waits to be sent.
    """
    cron = env.ref("sale.send_pending_emails_cron", raise_if_not_found=False)
    wanted = str2bool(env["ir.config_parameter"].get_param("sale.async_emails"), default=False)
    waiting = env["sale.order"].search([("pending_email_template_id", "!=", False)], limit=1)
    if cron and not wanted and not waiting:
        cron.active = False
