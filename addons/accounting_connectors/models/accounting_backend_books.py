"""Whose books a backend is connected with: numbers of documents and customers hold there only."""

from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import NotConnected, Unauthorised

#: Where a secret would go.
ADDRESSES = ("base_url", "auth_url")
#: Written by what happens, never by hand.
FOLLOWING = {"state", "remote_id", "remote_company", "last_error"}


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    remote_id = fields.Char(
        readonly=True,
        copy=False,
        string="Company there",
        help="The company's number at the provider, by which the same books are known again.",
    )

    _books_unique = models.UniqueIndex(
        "(company_id, provider, base_url, remote_id)"
        " WHERE active AND state <> 'draft' AND remote_id IS NOT NULL",
        "These books have a connected backend already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: see :meth:`write`."""
        self._check_follows(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        """Override: what was sent and linked stays with its books, secrets with their address.

        :raise UserError: links or exports name IDs of the provider or company that is left
        """
        self._check_follows(vals.keys())
        self._check_keeps_books(vals)
        addresses = [one for one in ADDRESSES if one in vals]
        before = {backend: backend._get_hosts(addresses) for backend in self}
        others = self.filtered(lambda one: vals.get("provider", one.provider) != one.provider)
        result = super().write(vals)
        for backend in self:
            if backend in others or backend._get_hosts(addresses) != before[backend]:
                # what was typed in for one host is not told to another
                backend._forget_secrets()
        return result

    @api.model
    def _check_follows(self, names):
        """Refuse that somebody calls a backend connected, where nobody asked the provider.

        :raise UserError: one of those fields is written
        """
        if not self.env.su and FOLLOWING & set(names):
            raise UserError(
                self.env._("Whether a backend is connected follows from connecting it.")
            )

    def _get_hosts(self, names):
        return [urlsplit(self[name] or "")[:2] for name in names]

    def _check_keeps_books(self, vals):
        for backend in self:
            changed = (vals.get("provider", backend.provider) != backend.provider) or (
                vals.get("company_id", backend.company_id.id) != backend.company_id.id
            )
            if changed and backend._is_used():
                raise UserError(
                    self.env._(
                        "%s has linked customers or exported invoices, whose numbers hold in these "
                        "books only. Archive it, and add another backend.",
                        backend.name,
                    )
                )

    def _is_used(self):
        # Superuser: also what the user may not see stands in the way.
        backend = self.sudo()
        return bool(backend.link_ids[:1] or backend.export_ids[:1])

    def _check_books(self, remote_id, company):
        """Refuse books that are not those known so far, or that another backend keeps.

        :param remote_id, company: number and name of the company there; no number tells nothing
        :raise UserError: nothing is sent by this backend then
        """
        reason = remote_id and self._describe_wrong_books(remote_id, company)
        if reason:
            self._note_failure(Unauthorised(reason))
            raise UserError(reason)

    def _describe_wrong_books(self, remote_id, company):
        if self.remote_id and self.remote_id != remote_id and self._is_used():
            return self.env._(
                "These are the books of %(found)s. %(backend)s sent invoices to, or linked customers "
                "with %(known)s, where its numbers hold. Add another backend for other books.",
                found=company or remote_id,
                backend=self.name,
                known=self.remote_company or self.remote_id,
            )
        twin = self.search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "draft"),
                ("base_url", "=", self.base_url),
                ("provider", "=", self.provider),
                ("remote_id", "=", remote_id),
            ],
            limit=1,
        )
        return twin and self.env._(
            "%(twin)s is connected with the books of %(found)s already; invoices would be there "
            "twice. Use that one, or archive it first.",
            twin=twin.name,
            found=company or remote_id,
        )

    def _require_connection(self):
        """Return the provider's object for a backend that is connected.

        :raise NotConnected: nobody has said yet that these are the right books
        """
        self.ensure_one()
        if self.state != "connected":
            raise NotConnected(self.env._("Connect %s first.", self.name))
        return self._connect()
