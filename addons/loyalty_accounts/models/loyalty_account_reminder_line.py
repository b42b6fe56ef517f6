from odoo import fields, models


class LoyaltyAccountReminderLine(models.Model):
    """A lot and a last day that a customer was told. Never written twice.

    Both, because a refund may make a lot last longer: the new last day is news.
    """

    _name = "loyalty.account.reminder.line"
    _description = "Credit named in a reminder"
    _order = "expiry_date, id"
    _log_access = False

    reminder_id = fields.Many2one(
        "loyalty.account.reminder", required=True, ondelete="cascade", index=True
    )
    lot_id = fields.Many2one("loyalty.account.lot", required=True, ondelete="cascade")
    expiry_date = fields.Date(string="Last day", required=True)
    amount = fields.Monetary(required=True, help="What was going to expire, without the reserved.")
    currency_id = fields.Many2one(related="reminder_id.currency_id")

    # Used by the reminders to leave out what was told; also makes "never twice" certain.
    _told_unique = models.UniqueIndex(
        "(lot_id, expiry_date)", "The customer was told of this already."
    )
