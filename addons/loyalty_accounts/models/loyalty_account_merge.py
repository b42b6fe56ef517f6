from odoo import fields, models
from odoo.exceptions import UserError

from ..exceptions import MovementRefused


class LoyaltyAccount(models.Model):
    """Merging two accounts into one: the credit is transferred, the other one archived for ever."""

    _inherit = "loyalty.account"

    merged_into_id = fields.Many2one(
        "loyalty.account",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The account that took this one's credit over. This card is refused for ever.",
    )

    def write(self, vals):
        """Override: what was merged stays archived."""
        if vals.get("active"):
            for account in self.filtered("merged_into_id"):
                other = account.sudo().merged_into_id  # of the same company
                raise UserError(
                    self.env._(
                        "%(account)s was merged into %(other)s and cannot be restored.",
                        account=account.display_name,
                        other=other.display_name,
                    )
                )
        return super().write(vals)

    def _merge_into(self, target, *, key, note=None):
        """Move credit and debt to another account, and retire this one's card.

        Orders, invoices and movements keep naming this account.

        :param target: account of the same company and currency, usable
        :param str key: id of the request: pressing twice merges once
        :param str note: reason, at most 500 characters
        :raise MovementRefused: open reservations, another company or currency, merged before
        :raise LoyaltyError: the target cannot be used
        """
        self.ensure_one()
        target.ensure_one()
        if self.merged_into_id == target:
            return  # pressed twice: it is done
        ledger = self.env["loyalty.ledger"]
        # Both at once, in the order of their ids, before either is worked on.
        ledger._lock(self | target)
        self._check_mergeable(target)
        ledger._expire(self)
        state = ledger._lock(self)
        if state.held:
            self._refuse_open_reservations()
        if state.available:
            ledger._transfer(self, target, state.available, key=key, note=note)
        if state.debt:
            ledger._transfer_debt(self, target, state.debt, key=f"{key}/debt", note=note)
        self._retire_number("merged")
        # The engine's hand: no access right of the user's is meant for this field.
        ledger._writer(self).write({"active": False, "merged_into_id": target.id})
        self.message_post(body=self.env._("Merged into %s.", target.display_name))
        target.message_post(body=self.env._("%s was merged into this one.", self.display_name))

    def _check_mergeable(self, target):
        if self == target:
            raise MovementRefused(self.env._("Choose another account to merge with."))
        for account in self | target:
            if account.merged_into_id:
                raise MovementRefused(
                    self.env._("%s was merged into another account already.", account.display_name)
                )
        if self.company_id != target.company_id or self.currency_id != target.currency_id:
            raise MovementRefused(
                self.env._(
                    "Only accounts of the same company and currency are merged. Transfer the "
                    "credit instead."
                )
            )
        target._check_usable(target.company_id)

    def _refuse_open_reservations(self):
        """Say which documents wait for the credit.

        :raise MovementRefused: always
        """
        # Superuser: the documents of other salespeople count too, and only their names are said.
        holds = self.sudo().hold_ids.filtered(lambda hold: hold.state == "open")
        names = ", ".join(hold.document_name or f"{hold.remaining:g}" for hold in holds)
        raise MovementRefused(
            self.env._(
                "%(account)s has credit reserved for %(documents)s. Invoice or cancel these first, "
                "or merge the other way round.",
                account=self.display_name,
                documents=names,
            )
        )
