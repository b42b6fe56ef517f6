from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate

from odoo.addons.loyalty_accounts.models.res_company_books import AccountPlan

_lt = LazyTranslate(__name__)

CLEARING_PLAN = AccountPlan(
    _lt("Clearing with partners"), ("asset_current", "liability_current"), "119100", True
)


class ResCompany(models.Model):
    """Where clearings stand in the books, and that nobody leaves before everything is paid."""

    _inherit = "res.company"

    loyalty_clearing_account_id = fields.Many2one(
        "account.account",
        string="Clearing with partners",
        copy=False,
        help="What closed periods came to, until an entry or invoice claims it.",
    )

    @api.model
    def _get_loyalty_plans(self):
        """Override: one account more."""
        return {**super()._get_loyalty_plans(), "loyalty_clearing_account_id": CLEARING_PLAN}

    def write(self, vals):
        """Override: an establishment with open positions stays.

        :raise UserError: it is archived while it owes others, or others owe it
        """
        if not vals.get("active", True):
            self._check_nothing_open()
        return super().write(vals)

    def _get_partner_name(self):
        """Its name, for people of other establishments who deal with it."""
        return self.sudo().name  # both sides of what is owed know each other's name

    def _check_nothing_open(self):
        self.env["consolidation.item"].flush_model()
        # Reads only; whoever may archive a company may know why not.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id FROM res_company c
                 WHERE c.id = ANY(%(ids)s) AND (
                       EXISTS (SELECT FROM consolidation_item i
                                WHERE i.clearing_id IS NULL AND i.debtor_id = c.id)
                    OR EXISTS (SELECT FROM consolidation_item i
                                WHERE i.clearing_id IS NULL AND i.creditor_id = c.id)
                    OR EXISTS (SELECT FROM (%(unpaid)s) p
                                WHERE c.id IN (p.payer_id, p.payee_id)))
                 LIMIT 1
                """,
                ids=self.ids,
                unpaid=self.env["consolidation.payment"]._get_unpaid_sql(),
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "%s cannot be archived: it owes other establishments, or they owe it, for "
                    "credit used at each other. Close the period and settle its payments first.",
                    self.browse(rows[0][0]).display_name,
                )
            )
