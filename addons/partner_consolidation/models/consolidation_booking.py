from odoo import fields, models


class ConsolidationBooking(models.Model):
    """The entry by which an establishment's books follow a clearing. Written by the engine."""

    _name = "consolidation.booking"
    _description = "Entry of an establishment for a clearing"
    _log_access = False

    clearing_id = fields.Many2one("consolidation.clearing", required=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", string="Establishment", required=True, ondelete="restrict"
    )
    entry_id = fields.Many2one(
        "account.move", required=True, ondelete="restrict", index=True, help="Made by closing."
    )
    reversal_id = fields.Many2one(
        "account.move", ondelete="restrict", index="btree_not_null", help="Made by reversing."
    )

    _once = models.UniqueIndex(
        "(clearing_id, company_id)", "An establishment books a clearing once."
    )
