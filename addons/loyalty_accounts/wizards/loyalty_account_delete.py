from odoo import api, fields, models


class LoyaltyAccountDelete(models.TransientModel):
    """Deletes what nothing refers to; archives the rest if the user asks for it (LA16)."""

    _name = "loyalty.account.delete"
    _description = "Delete loyalty accounts"

    account_ids = fields.Many2many(
        "loyalty.account", string="Accounts", context={"active_test": False}
    )
    deletable_ids = fields.Many2many(
        "loyalty.account", compute="_compute_split", string="Will be deleted"
    )
    kept_ids = fields.Many2many(
        "loyalty.account", compute="_compute_split", string="Cannot be deleted"
    )
    deletable_count = fields.Integer(compute="_compute_split")
    kept_count = fields.Integer(compute="_compute_split")
    archive_kept = fields.Boolean(
        string="Archive these instead",
        help="They are refused and no longer listed. Their credit stays; restoring brings them "
        "back as they are.",
    )

    @api.depends("account_ids")
    def _compute_split(self):
        for wizard in self:
            deletable = wizard.account_ids._get_deletable()
            wizard.deletable_ids = deletable
            wizard.kept_ids = wizard.account_ids - deletable
            wizard.deletable_count = len(deletable)
            wizard.kept_count = len(wizard.kept_ids)

    def action_confirm(self):
        """Delete and archive; answer how many and which."""
        self.ensure_one()
        deletable, kept = self.deletable_ids, self.kept_ids
        if not deletable and not kept:
            return {"type": "ir.actions.act_window_close"}  # pressed twice: it is done
        sentences = []
        if deletable:
            sentences.append(
                self.env._(
                    "%(count)s deleted: %(names)s.",
                    count=len(deletable),
                    names=", ".join(deletable.mapped("display_name")),
                )
            )
        if kept:
            names = ", ".join(kept.mapped("display_name"))
            sentences.append(
                self.env._("%(count)s archived: %(names)s.", count=len(kept), names=names)
                if self.archive_kept
                else self.env._("%(count)s kept: %(names)s.", count=len(kept), names=names)
            )
        if self.archive_kept:
            kept.action_archive()
        deletable.unlink()
        return self._prepare_answer(" ".join(sentences))

    def _prepare_answer(self, message):
        # Back to the list: the form that was open may show an account that is no longer there.
        accounts = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_accounts.loyalty_account_action"
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Loyalty accounts"),
                "message": message,
                "type": "success",
                "sticky": True,
                "next": dict(accounts, target="main"),
            },
        }
