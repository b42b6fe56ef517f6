from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Handing vouchers over: the buyer gets the numbers by e-mail once they are issued."""

    _inherit = "account.move"

    loyalty_sendable_voucher_ids = fields.Many2many(
        "loyalty.account",
        compute="_compute_loyalty_sendable_voucher_ids",
        string="Vouchers to hand over",
        groups="loyalty_accounts.group_user",
        help="Vouchers that this invoice issued and that still hold credit. Those that became "
        "somebody else's card are left out: their numbers are not the buyer's any more.",
    )

    def _compute_loyalty_sendable_voucher_ids(self):
        nobody = self.env["res.partner"]
        for move in self:
            buyer = move.commercial_partner_id
            vouchers = move._get_loyalty_issued_vouchers().filtered(
                lambda voucher, buyer=buyer: (
                    voucher.state == "usable"
                    and voucher.available > 0
                    and voucher.partner_id.commercial_partner_id in (buyer, nobody)
                )
            )
            move.loyalty_sendable_voucher_ids = vouchers

    def _get_loyalty_issued_vouchers(self):
        """Accounts that this invoice opened.

        Not those that its credit was transferred to: they may be anybody's.
        """
        self.ensure_one()
        movements = self.env["loyalty.account.move"].search(
            [
                ("document_model", "=", self._name),
                ("document_id", "=", self.id),
                ("kind", "=", "top_up"),
                ("seq", "=", 1),
                ("allocation_ids.lot_id.origin", "=", "voucher"),
            ],
            order="id",
        )
        return movements.account_id

    def action_send_loyalty_vouchers(self):
        """Write an e-mail with the vouchers to the buyer, as a sheet to print.

        :raise UserError: none is issued, or none is left
        """
        self.ensure_one()
        self.check_access("write")
        self._check_loyalty_vouchers()
        template = self.env.ref("loyalty_accounts.mail_template_vouchers")
        return self.env["loyalty.account"]._get_composer_action(
            self, template, self.env._("Send vouchers")
        )

    def _draw_loyalty_vouchers(self):
        """Return the sheet of the invoices' vouchers as a PDF file, for whoever may see them."""
        self._check_loyalty_vouchers()
        return self.loyalty_sendable_voucher_ids._draw_vouchers()

    def _check_loyalty_vouchers(self):
        if not self.loyalty_sendable_voucher_ids:
            raise UserError(
                self.env._(
                    "There is no voucher to hand over. Vouchers are issued when their invoice is "
                    "paid, and are left out once they are used up, blocked or somebody's card."
                )
            )
