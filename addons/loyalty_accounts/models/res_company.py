from odoo import api, fields, models

from odoo.addons.office_kit.columns import set_defaults

from ..const import EARNING_MOMENTS
from ..exceptions import InvalidValue
from ..rules import discount, numbers
from ..rules.errors import RuleError


class ResCompany(models.Model):
    _inherit = "res.company"

    loyalty_discount_mode = fields.Selection(
        [
            (discount.BEST, "The better one of both"),
            (discount.STACK, "On top of each other"),
        ],
        string="Card and pricelist discount",
        default=discount.BEST,
        required=True,
        help="What a line gets when both the card and the pricelist give a discount.",
    )
    loyalty_default_discount = fields.Float(
        string="Discount % of new cards", digits=(5, 2), help="0 to 100."
    )
    loyalty_default_credit_rate = fields.Float(
        string="Credit rate of new cards",
        digits=(7, 4),
        help="Credit earned per 1 of currency paid: 0.05 gives 5.00 for a bill of 100.00.",
    )
    loyalty_number_prefix = fields.Char(
        string="Prefix of card numbers",
        default="29",
        help="1 to 6 digits that generated card numbers start with. 20 to 29 are reserved for "
        "use inside a shop, so they never meet a product's number.",
    )
    loyalty_expiring_days = fields.Integer(
        string="Expiring soon",
        default=30,
        help="Cards whose last day lies within this many days are listed as expiring soon.",
    )
    loyalty_refund_grace_days = fields.Integer(
        string="Days of grace",
        default=30,
        help="Refunded credit that has expired meanwhile can be spent for this many days again.",
    )

    loyalty_earning_moment = fields.Selection(
        EARNING_MOMENTS,
        string="Orders earn",
        default="confirmed",
        required=True,
        help="Orders that are confirmed already keep the setting they were confirmed with.",
    )
    loyalty_earn_on_credit = fields.Boolean(
        string="Earn on what is paid with credit",
        help="Otherwise only what is paid in money earns.",
    )

    _check_loyalty_ranges = models.Constraint(
        "CHECK (coalesce(loyalty_default_discount, 0) BETWEEN 0 AND 100"
        " AND coalesce(loyalty_default_credit_rate, 0) BETWEEN 0 AND 100"
        " AND coalesce(loyalty_expiring_days, 0) BETWEEN 0 AND 3650"
        " AND coalesce(loyalty_refund_grace_days, 0) BETWEEN 0 AND 3650)",
        "Discount and credit rate lie between 0 and 100, days between 0 and 3650.",
    )

    def _auto_init(self):
        """Override: see ``set_defaults``."""
        result = super()._auto_init()
        set_defaults(
            self,
            "loyalty_card_color",
            "loyalty_discount_mode",
            "loyalty_earning_moment",
            "loyalty_symbology",
        )
        return result

    def _get_loyalty_today(self):
        """Today at the establishment, by its address's time zone.

        Not the user's: whoever may choose the zone could end a card a day early or late.
        """
        zone = self.sudo().partner_id.tz or "UTC"  # everybody may know what day it is
        return fields.Date.context_today(self.with_context(tz=zone))

    def _get_loyalty_expiring_days(self):
        """Return the first and the last day of what expires soon."""
        today = self._get_loyalty_today()
        return today, fields.Date.add(today, days=self.loyalty_expiring_days)

    @api.constrains("loyalty_number_prefix")
    def _check_loyalty_number_prefix(self):
        for company in self.filtered("loyalty_number_prefix"):
            try:
                numbers.generate(company.loyalty_number_prefix, lambda _limit: 0)
            except RuleError as error:
                describe = self.env["loyalty.account"]._describe_rule_error
                raise InvalidValue(describe(error)) from error
