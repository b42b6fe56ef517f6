from odoo import fields, models

#: Credit that customers paid for: its validity is a setting of its own.
SOLD_ORIGINS = frozenset({"top_up", "voucher"})


class ResCompany(models.Model):
    """How long the credit of a company can be spent, and when customers are reminded of it."""

    _inherit = "res.company"

    loyalty_expiry_months = fields.Integer(
        string="Earned credit expires after",
        help="Months after which earned credit expires, counted from the day of earning; 0: it "
        "never expires. Credit that is on accounts already keeps its last day.",
    )
    loyalty_paid_expiry_months = fields.Integer(
        string="Paid credit expires after",
        help="Months after which top-ups and vouchers expire, 0: never. Customers have paid for "
        "this credit: the law of your country may not permit a short validity, or none at all.",
    )
    loyalty_reminder_days = fields.Integer(
        string="Remind before",
        default=30,
        help="Days before its last day on which customers get an e-mail about credit that "
        "expires; 0: no e-mails. Credit that expires within as many days after that is in the "
        "same e-mail.",
    )

    _check_loyalty_expiry = models.Constraint(
        "CHECK (coalesce(loyalty_expiry_months, 0) BETWEEN 0 AND 120"
        " AND coalesce(loyalty_paid_expiry_months, 0) BETWEEN 0 AND 120"
        " AND coalesce(loyalty_reminder_days, 0) BETWEEN 0 AND 365)",
        "Credit expires after 0 to 120 months; reminders go out 0 to 365 days before.",
    )

    def _get_loyalty_credit_expiry(self, origin="earn", day=None):
        """Return the last day of credit that is given now; the one place that decides it.

        :param str origin: of the lot, see ``const.LOT_ORIGINS``; manual entries and opening
            balances never expire by themselves
        :param date day: the day on which it is given; today at this company by default
        :return: a date, or False where such credit never expires
        """
        self.ensure_one()
        months = 0
        company = self.sudo()  # whoever sells at the establishment gives credit on its terms
        if origin == "earn":
            months = company.loyalty_expiry_months
        elif origin in SOLD_ORIGINS:
            months = company.loyalty_paid_expiry_months
        return fields.Date.add(day or self._get_loyalty_today(), months=months) if months else False

    def _get_loyalty_reminder_window(self):
        """Return today, the last day that is due to be told, and the last day told with it.

        What expires soon afterwards is told, too, so that a customer who earns every day does
        not get an e-mail every day.
        """
        today, days = self._get_loyalty_today(), self.loyalty_reminder_days
        return today, fields.Date.add(today, days=days), fields.Date.add(today, days=2 * days)
