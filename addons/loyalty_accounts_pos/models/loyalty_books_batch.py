from odoo import api, models
from odoo.tools import SQL

from ..const import BOOKED_BY_SESSION


class LoyaltyBooksBatch(models.AbstractModel):
    _inherit = "loyalty.books.batch"

    @api.model
    def _get_pending_sql(self):
        """Override: what an open till session will book when it closes."""
        return SQL(
            """%s OR (m.document_model = 'pos.order' AND m.kind = ANY(%s) AND EXISTS (
                   SELECT FROM pos_order o JOIN pos_session s ON s.id = o.session_id
                    WHERE o.id = m.document_id AND s.state <> 'closed'))""",
            super()._get_pending_sql(),
            list(BOOKED_BY_SESSION),
        )
