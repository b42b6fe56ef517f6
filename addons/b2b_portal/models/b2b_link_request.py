from odoo import api, fields, models

from ..const import LOGIN_BY_ADDRESS, LOGIN_BY_ORIGIN, MAX_EMAIL


class B2bLinkRequest(models.Model):
    """Somebody asked for a link to log in; a job looks up whether there is whom to send it to.

    The page that asks does the same work for every address, so neither its answer nor its time
    tells who is a customer.
    """

    _name = "b2b.link.request"
    _description = "Request for a link to log in"

    email = fields.Char(required=True, help="The address as it was typed.")

    @api.model
    def _ask(self, email, origin):
        """Note that a link was asked for, unless that is asked too often.

        :param email: what was typed
        :param origin: network address of the one who asks
        """
        throttle = self.env["portal.throttle"]
        typed = (email or "").strip()[:MAX_EMAIL]
        permitted = [
            throttle._hit(LOGIN_BY_ORIGIN, origin),
            throttle._hit(LOGIN_BY_ADDRESS, typed.lower()),
        ]
        if typed and all(permitted):
            # Superuser: visitors have no right on this model; the row gives them none.
            self.sudo().create({"email": typed})
            # Superuser: the job is Odoo's own.
            self.env.ref("b2b_portal.ir_cron_link_requests").sudo()._trigger()

    @api.model
    def _cron_send_links(self):
        """Send the links that were asked for; each is committed before the next."""
        requests = self.search([], order="id", limit=1000)
        for left, request in zip(range(len(requests) - 1, -1, -1), requests, strict=True):
            request._send_link()
            request.unlink()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _send_link(self):
        members = self.env["b2b.member"]._find_by_email(self.email)
        too_old = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        if self.create_date < too_old:
            return  # the job stood still; nobody waits for this link any more
        for member in members:
            member._send_login_link()
