"""How a consignor is paid, and what VAT means for that."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import SETTLED_STATES, VAT_MODES


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    payout_method = fields.Selection(
        selection=[("bank", "Bank transfer"), ("cash", "Cash against receipt")],
        required=True,
        default="bank",
        tracking=True,
    )
    bank_account_id = fields.Many2one(
        comodel_name="res.partner.bank",
        string="Bank account",
        compute="_compute_bank_account_id",
        help="The first bank account (IBAN) of the contact; where transfers go.",
    )
    is_vat_registered = fields.Boolean(
        string="Registered for VAT",
        tracking=True,
        help="A business that is paid with VAT. Its VAT number stands on the contact.",
    )
    vat = fields.Char(related="partner_id.vat", readonly=False, string="VAT number")
    vat_mode = fields.Selection(
        selection=VAT_MODES,
        string="VAT",
        tracking=True,
        help="Where agreed otherwise than in the shop; counts for articles accepted from now on.",
    )
    beneficiary_id = fields.Many2one(
        comodel_name="consignment.consignor",
        string="Share goes to",
        index="btree_not_null",
        domain="[('shop_id', '=', shop_id), ('is_charity', '=', True), ('id', '!=', id)]",
        tracking=True,
        help="A charity that gets this consignor's share.",
    )
    settlement_ids = fields.One2many("consignment.settlement", "consignor_id")
    settlement_count = fields.Integer(compute="_compute_settlement_count")

    @api.depends("partner_id.bank_ids")
    def _compute_bank_account_id(self):
        for consignor in self:
            # Superuser: who settles need not see bank accounts otherwise.
            consignor.bank_account_id = consignor.sudo().partner_id.bank_ids[:1]

    def _compute_settlement_count(self):
        counts = dict(
            self.env["consignment.settlement"]._read_group(
                [("consignor_id", "in", self.ids)], ["consignor_id"], ["__count"]
            )
        )
        for consignor in self:
            consignor.settlement_count = counts.get(consignor, 0)

    @api.constrains("beneficiary_id", "is_charity", "shop_id")
    def _check_beneficiary_id(self):
        givers = self | self.search([("beneficiary_id", "in", self.ids)])
        for consignor in givers.filtered("beneficiary_id"):
            charity = consignor.beneficiary_id
            if (
                not charity.is_charity
                or charity.shop_id != consignor.shop_id
                or charity == consignor
                or charity.beneficiary_id
            ):
                raise ValidationError(
                    self.env._("The share of %s can only go to a charity of the same shop.")
                    % consignor.display_name
                )

    def _get_vat_mode(self):
        """Return how VAT of articles accepted now is treated, ``margin`` or ``agency``."""
        self.ensure_one()
        return self.vat_mode or self.shop_id.vat_mode

    def _get_settlements_domain(self):
        """Return the domain of settlements that the consignor may see: decided ones, own ones."""
        self.ensure_one()
        return [("consignor_id", "=", self.id), ("state", "in", SETTLED_STATES)]

    def _find_settlement(self, settlement_id):
        """Return a settlement that the consignor may see; missing and forbidden: none."""
        domain = [*self._get_settlements_domain(), ("id", "=", settlement_id)]
        return self.env["consignment.settlement"].search(domain)

    def action_open_settlements(self):
        """Show the settlements of the consignor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_settlement_action"
        )
        return {**action, "domain": [("consignor_id", "=", self.id)], "context": {}}
