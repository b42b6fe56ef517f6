"""How a consignor is paid, and what VAT means for that."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.base_iban.models.res_partner_bank import normalize_iban, validate_iban

from ..const import SETTLED_STATES, VAT_MODES


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    payout_method = fields.Selection(
        selection=lambda self: self._get_payout_methods(),
        required=True,
        default="bank",
        tracking=True,
    )
    iban = fields.Char(
        string="IBAN",
        compute="_compute_iban",
        inverse="_inverse_iban",
        help="Where transfers go: the contact's first bank account.",
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

    @api.model
    def _get_payout_methods(self):
        """Return how consignors can be paid; extended by other apps."""
        return [
            ("bank", self.env._("Bank transfer")),
            ("cash", self.env._("Cash against receipt")),
        ]

    @api.depends("partner_id.bank_ids.acc_number")
    def _compute_iban(self):
        for consignor in self:
            # Superuser: who works with consignors need not see bank accounts otherwise.
            consignor.iban = consignor.sudo().partner_id.bank_ids[:1].acc_number

    def _inverse_iban(self):
        for consignor in self:
            number = (normalize_iban(consignor.iban) or "").upper()
            if number:
                validate_iban(number)
            # Superuser: see _compute_iban.
            partner = consignor.sudo().partner_id
            old = partner.bank_ids[:1]
            if number == (normalize_iban(old.acc_number) or "").upper():
                continue
            if old and not (self.env.su or self._is_manager()):
                raise AccessError(self.env._("Where transfers go is changed by administrators."))
            if number:
                partner.bank_ids.create({"partner_id": partner.id, "acc_number": number})
            # Kept for the payments that went there, but no more paid to.
            old.active = False
            consignor.message_post(
                body=self.env._(
                    "IBAN: %(old)s → %(new)s",
                    old=_shorten(normalize_iban(old.acc_number)),
                    new=_shorten(number),
                )
            )

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
                    self.env._(
                        "The share of %s can only go to a charity of the same shop.",
                        consignor.display_name,
                    )
                )

    def _touch_settling(self):
        """Let nobody else write settlements of these consignors until the transaction's end.

        Touched, not only locked: whoever comes second fails to serialize, runs again, and sees
        what is settled. Taken before taking back what a settlement may be counting just now.
        """
        # SQL: in the order of ids, so that two never wait for each other crosswise.
        self.env.cr.execute(
            "UPDATE consignment_consignor consignor SET write_date = consignor.write_date"
            " FROM (SELECT id FROM consignment_consignor WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE) locked WHERE consignor.id = locked.id",
            [self.ids],
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


def _shorten(number):
    """Return the end of an account number, as a note for everybody tells it."""
    return f"…{number[-4:]}" if number else "-"
