from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Orders that are paired with a partner's card: by its number only, without its customer."""

    _name = "sale.order"
    _inherit = ["sale.order", "consolidation.unpresented"]

    loyalty_presented = fields.Char(
        store=False,
        groups="loyalty_accounts.group_user",
        help="Number of a partner's card as it was scanned, sent along when the order is saved.",
    )
    loyalty_partner_note = fields.Char(
        compute="_compute_loyalty_partner_note",
        compute_sudo=True,
        groups="loyalty_accounts.group_user",
        help="On which terms a partner's card is served, and which of its credit pays first.",
    )

    @api.depends("loyalty_account_id", "amount_total")
    def _compute_loyalty_partner_note(self):
        for order in self:
            card, company = order.loyalty_account_id, order.company_id or self.env.company
            note = card and card._describe_terms_at(company)
            order.loyalty_partner_note = note and f"{card.name}: {note}"

    @api.onchange("loyalty_scan")
    def _onchange_loyalty_scan(self):
        """Override: what was scanned opens a partner's card when the order is saved."""
        number, company = self.loyalty_scan, self.company_id or self.env.company
        result = super()._onchange_loyalty_scan()
        if number and self.loyalty_account_id._is_partners(company):
            self.loyalty_presented = number
        return result

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a partner's card is paired by its number."""
        accounts, orders, vals_list = self.env["loyalty.account"], self, list(vals_list)
        for position, vals in enumerate(vals_list):
            vals_list[position] = vals = dict(vals)
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            number = vals.pop("loyalty_presented", None)
            orders = accounts._with_presented(orders, company, number)
        created = super(SaleOrder, orders).create(vals_list)
        for order in created.filtered("loyalty_account_id"):
            order._check_loyalty_presented()
        return created

    def write(self, vals):
        """Override: the same."""
        vals = dict(vals)
        number = vals.pop("loyalty_presented", None)
        if not vals.get("loyalty_account_id"):
            return super().write(vals)
        self.check_access("write")  # before a number is tried
        accounts = self.env["loyalty.account"]
        orders = accounts._with_presented(self, self.company_id[:1], number)
        changed = orders.filtered(
            # Superuser: compared only.
            lambda order: order.sudo().loyalty_account_id.id != vals["loyalty_account_id"]
        )
        result = super(SaleOrder, orders).write(vals)
        for order in changed:
            order._check_loyalty_presented()
        return result

    def action_pair_loyalty_account(self, number):
        """Override: whoever has the number may pair the card."""
        self.check_access("write")  # before a number is tried
        accounts = self.env["loyalty.account"]
        orders = accounts._with_presented(self, self.company_id[:1], number)
        return super(SaleOrder, orders).action_pair_loyalty_account(number)

    def action_confirm(self):
        """Override: credit for a partner's card is bought where the card was issued.

        :raise UserError: the order sells some
        """
        for order in self.sudo():  # compared only
            card = order.loyalty_account_id
            sold = order.order_line.product_id.filtered(
                lambda product: product.loyalty_credit_product == "top_up"
            )
            if sold and card._is_partners(order.company_id):
                raise UserError(
                    self.env._(
                        "%(product)s cannot be sold for this card: credit is bought at "
                        "%(issuer)s, which issued it.",
                        product=sold[0].display_name,
                        issuer=card.company_id.display_name,
                    )
                )
        return super().action_confirm()

    def _check_loyalty_presented(self):
        card = self.sudo().loyalty_account_id  # only whose it is
        card.with_env(self.env)._check_presented(self.company_id)

    # === CREDIT === #

    def _get_loyalty_holder(self):
        """Override: a partner's client is not the customer of a document."""
        card, company = self.loyalty_account_id, self.company_id or self.env.company
        if card._is_partners(company):
            return self.env["res.partner"]
        return super()._get_loyalty_holder()

    def _get_loyalty_reservable(self, holds, paid):
        """Override: credit that was earned here pays a share of what the order is now."""
        most = super()._get_loyalty_reservable(holds, paid)
        card, company = self.loyalty_account_id, self.company_id
        if not holds or not card._is_partners(company):
            return most
        cap = self.env["loyalty.ledger"]._sum_own_spendable(
            card.sudo(),  # of a card that is paired: what it may pay of this order
            company,
            self._get_loyalty_bill(),
            holds,
        )
        promises = self.env["consolidation.promise"]
        own = sum((promises._get_own_left(hold) for hold in holds), Decimal(0))
        reserved = sum((Decimal(repr(hold.remaining)) for hold in holds), Decimal(0))
        return min(most, reserved - max(own - cap, Decimal(0)))
