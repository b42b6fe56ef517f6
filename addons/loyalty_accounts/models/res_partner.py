from odoo import fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    mobile = fields.Char(help="Mobile phone number.")
    fax = fields.Char(help="Fax number.")
    tax_number = fields.Char(help="Number at the tax office, where it differs from the VAT number.")
    loyalty_account_ids = fields.One2many(
        "loyalty.account",
        "partner_id",
        string="Loyalty accounts",
        groups="loyalty_accounts.group_user",
    )
    loyalty_account_count = fields.Integer(
        compute="_compute_loyalty_account_count",
        string="Number of loyalty accounts",
        groups="loyalty_accounts.group_user",
    )

    def init(self):
        """Override: customers are found by any part of name, e-mail or phone at a till."""
        super().init()
        if not self.env.registry.has_trigram:
            return
        indexes = {
            "res_partner_loyalty_words_idx": self._get_loyalty_words_sql(SQL("")),
            "res_partner_loyalty_phones_idx": self._get_loyalty_phones_sql(SQL("")),
        }
        for name, expression in indexes.items():
            # Names and expressions are constants of this file; a column takes no parameters.
            self.env.cr.execute(
                SQL(
                    "CREATE INDEX IF NOT EXISTS %s ON res_partner USING gin ((%s) gin_trgm_ops)",
                    SQL.identifier(name),
                    expression,
                )
            )

    def _get_loyalty_words_sql(self, prefix):
        """Name and e-mail in one text, as it is indexed; ``prefix`` is the table's alias."""
        words = SQL(
            "(coalesce(%(prefix)scomplete_name, '') || ' ' || coalesce(%(prefix)semail, ''))",
            prefix=prefix,
        )
        return self.env["loyalty.account"]._unaccent_sql(words)

    def _get_loyalty_phones_sql(self, prefix):
        """The digits of both phone numbers in one text, as it is indexed."""
        return SQL(
            "(regexp_replace(coalesce(%(prefix)sphone, ''), '[^0-9]', '', 'g') || ' ' ||"
            " regexp_replace(coalesce(%(prefix)smobile, ''), '[^0-9]', '', 'g'))",
            prefix=prefix,
        )

    def _compute_loyalty_account_count(self):
        counts = dict(
            self.env["loyalty.account"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.loyalty_account_count = counts.get(partner, 0)

    def action_view_loyalty_accounts(self):
        """Show the customer's loyalty accounts, or a new one to fill in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_accounts.loyalty_account_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        if not self.loyalty_account_count:
            action.update(view_mode="form", views=[(False, "form")])
        return action

    def action_export_loyalty_data(self):
        """Download everything that is kept of the contacts' cards, archived ones included.

        :raise AccessError: the user is no loyalty manager
        :raise UserError: they have no card
        """
        accounts = self.env["loyalty.account"].with_context(active_test=False)
        return accounts.search([("partner_id", "in", self.ids)]).action_export_personal_data()
