from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..exceptions import LinkInvalid, WeakPassword
from ..rules import links


class PortalLink(models.AbstractModel):
    """A link in a mail that works once; its secret stands in the mail only.

    Looking at its page changes nothing, as mail scanners open it, too; pressing its button uses it.
    """

    _name = "portal.link"
    _description = "Link that works once"
    _order = "id desc"

    token_hash = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Recognises the link; it cannot be turned back into one.",
    )
    expires_at = fields.Datetime(required=True, readonly=True, help="After this it opens nothing.")
    used_at = fields.Datetime(readonly=True, help="When it was used, once.")
    superseded_at = fields.Datetime(
        readonly=True, help="When a newer link or a revocation made it worthless."
    )

    _token_unique = models.UniqueIndex("(token_hash)", "This link exists already.")

    @api.model
    def _make(self, lifetime, values):
        """Make a link.

        :param lifetime: arguments of ``fields.Datetime.add``
        :param values: of the model that inherits this one
        :return: the secret, known to nobody else from here on
        """
        token = links.new_token()
        # Superuser: nobody, not even staff, makes links but by sending them.
        self.sudo().create(
            {
                **values,
                "token_hash": links.digest(token),
                "expires_at": fields.Datetime.add(fields.Datetime.now(), **lifetime),
            }
        )
        return token

    @api.model
    def _supersede_matching(self, domain):
        """Make the open links that match a domain worthless."""
        # Superuser: see _make.
        found = self.sudo().search(self._get_open_domain() & Domain(domain))
        found.write({"superseded_at": fields.Datetime.now()})
        # The next link is inserted before pending changes are written: two would be open at once.
        found.flush_recordset(["superseded_at"])

    @api.model
    def _get_open_domain(self):
        return Domain("used_at", "=", False) & Domain("superseded_at", "=", False)

    @api.model
    def _get_usable_domain(self):
        """Return the Domain of what a link must belong to; extended by the inheriting model."""
        return Domain.TRUE

    @api.model
    def _find(self, token):
        """Return the link of a secret as superuser while it opens something, else none."""
        # Superuser: whoever knows the secret is the one it was sent to.
        sudo = self.sudo()
        if not links.is_token(token):
            return sudo.browse()
        return sudo.search(
            self._get_open_domain()
            & Domain("token_hash", "=", links.digest(token))
            & Domain("expires_at", ">", fields.Datetime.now())
            & self._get_usable_domain()
        )

    def _lock_open(self):
        """Let nobody else use or supersede the link until the transaction's end.

        :raise LinkInvalid: it is used or superseded already
        """
        # Touched, not only locked: under REPEATABLE READ the second of two presses then fails to
        # serialize, runs again, and finds the link used.
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = write_date"
                " WHERE id = ANY(%s) AND used_at IS NULL AND superseded_at IS NULL",
                SQL.identifier(self._table),
                self.ids,
            )
        )
        if self.env.cr.rowcount != 1:
            raise LinkInvalid(self._get_invalid_sentence())

    @api.model
    def _choose_password(self, user, password, repeated):
        """Set the password that the holder of a link chose.

        :raise WeakPassword: it breaks a rule, or was mistyped; the link stays open
        """
        user._check_portal_password(password)
        if password != repeated:
            raise WeakPassword(self.env._("The two passwords differ. Type the same one twice."))
        user.password = password

    @api.model
    def _get_invalid_sentence(self):
        return self.env._("This link does not open the portal any more. Ask for a new one.")

    @api.autovacuum
    def _gc_links(self):
        """Delete links that ended a year ago; who was invited when stays in the chatter."""
        if self._abstract:
            return
        year_ago = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        # Superuser: housekeeping; nobody has the right to delete links.
        self.sudo().search([("expires_at", "<", year_ago)], limit=10_000).unlink()
