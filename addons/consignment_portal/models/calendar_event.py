from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    consignment_consignor_id = fields.Many2one(
        comodel_name="consignment.consignor",
        string="Consignor",
        readonly=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
        groups="consignment_portal.group_consignment_user",
        help="Whose articles reach their return date on this day.",
    )

    _consignment_day_unique = models.UniqueIndex(
        "(consignment_consignor_id, start_date) WHERE consignment_consignor_id IS NOT NULL",
        "The return date is noted already.",
    )
