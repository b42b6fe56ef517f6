"""Module life cycle."""

from odoo.tools import str2bool


def post_init_hook(env):
    """Switch Odoo's job for mails about orders on, see ``sale_order_mail.py``; Odoo leaves it off."""
    # Where demo data failed, core rolled them back and left what they had written in the cache.
    env.invalidate_all()
    if cron := _get_mail_job(env):
        cron.active = True


def uninstall_hook(env):
    """Switch the job off again.

    It stays on where Odoo's own option asks for it, and where a mail still waits to be sent.
    """
    wanted = str2bool(env["ir.config_parameter"].get_param("sale.async_emails"), default=False)
    waiting = env["sale.order"].search([("pending_email_template_id", "!=", False)], limit=1)
    if not wanted and not waiting and (cron := _get_mail_job(env)):
        cron.active = False


def _get_mail_job(env):
    return env.ref("sale.send_pending_emails_cron", raise_if_not_found=False)
