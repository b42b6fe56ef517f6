from odoo import api, fields, models

#: Most uses listed of one lot; the list of movements has them all.
MAX_USES = 20


class LoyaltyAccountWhy(models.TransientModel):
    """Answers “Why this balance?”: what credit there is, where from, and what was taken of it."""

    _name = "loyalty.account.why"
    _description = "Why this balance?"

    account_id = fields.Many2one("loyalty.account", required=True, readonly=True)
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for accounts that the user may see."""
        wizards = super().create(vals_list)
        wizards.account_id.check_access("read")
        return wizards

    @api.depends("account_id")
    def _compute_explanation(self):
        for wizard in self:
            wizard.account_id.check_access("read")
            wizard.explanation = self.env["ir.qweb"]._render(
                "loyalty_accounts.account_why", wizard._prepare_values()
            )

    def _prepare_values(self):
        # Superuser: the lots of an account may have been filled and used at other companies. The
        # account itself was checked.
        account = self.account_id.sudo()
        lots = account.lot_ids.sorted(lambda lot: (not lot.remaining, lot.date, lot.id))
        open_lots = lots.filtered("remaining")
        return {
            "account": account,
            "lots": [self._prepare_lot(lot) for lot in open_lots],
            "used_up": [self._prepare_lot(lot) for lot in (lots - open_lots)[-MAX_USES:]],
            "holds": account.hold_ids.filtered(lambda hold: hold.state == "open"),
            "companies": self.env.user.has_group("base.group_multi_company"),
        }

    def _prepare_lot(self, lot):
        lines = lot.allocation_ids.sorted("id")
        origins = dict(lot._fields["origin"]._description_selection(self.env))
        kinds = dict(lines.move_id._fields["kind"]._description_selection(self.env))
        return {
            "lot": lot,
            "origin": origins[lot.origin],
            "source": lot.document_name,
            "uses": [
                {
                    "date": fields.Datetime.context_timestamp(self, line.move_id.date).date(),
                    "kind": kinds[line.move_id.kind],
                    "document": line.move_id.document_name or line.move_id.note,
                    "amount": line.amount,
                }
                for line in lines[1:][-MAX_USES:]
            ],
            "more": max(len(lines) - 1 - MAX_USES, 0),
        }
