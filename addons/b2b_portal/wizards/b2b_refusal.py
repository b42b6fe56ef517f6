from odoo import api, fields, models
from odoo.exceptions import UserError

MODELS = ("sale.order", "b2b.return.request")


class B2bRefusal(models.TransientModel):
    """Asks staff why what a customer asked for is refused."""

    _name = "b2b.refusal"
    _description = "Refuse a customer's request"

    request = fields.Reference(
        selection=[(name, name) for name in MODELS],
        required=True,
        readonly=True,
        help="What the customer asked for.",
    )
    reason = fields.Char(help="Told to the customer.")

    @api.model
    def _open(self, request):
        """Return the action that opens the dialogue about a request."""
        dialogue = self.create({"request": f"{request._name},{request.id}"})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": self._name,
            "res_id": dialogue.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Button: refuse, and tell the customer why.

        :raise AccessError: the user may not change the request
        :raise UserError: no reason was given, or it is decided already
        """
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Tell the customer the reason."))
        self.request._refuse_b2b_request(reason)
        return {"type": "ir.actions.act_window_close"}
