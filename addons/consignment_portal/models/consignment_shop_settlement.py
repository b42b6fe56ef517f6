"""On what terms a shop settles with its consignors."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import VAT_MODES


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    vat_mode = fields.Selection(
        selection=VAT_MODES,
        string="VAT",
        required=True,
        default="margin",
        help="Margin scheme: the share is taken of the price that customers pay, and VAT is due on "
        "what you keep. Agency: the share is taken of the price without VAT; articles are sold "
        "with the tax below. Counts for articles accepted from now on.",
    )
    margin_vat_rate = fields.Float(
        string="VAT in margin (%)",
        digits=(5, 2),
        help="Percent; shown on settlements for your tax return, never posted by itself: whether "
        "margins are declared singly or for a whole period differs by country.",
    )
    sale_tax_id = fields.Many2one(
        comodel_name="account.tax",
        string="Tax on agency sales",
        domain=[("type_tax_use", "=", "sale")],
        check_company=True,
        help="Included in the price. Under the margin scheme articles are sold without.",
    )
    bill_tax_id = fields.Many2one(
        comodel_name="account.tax",
        string="Tax on bills",
        domain=[("type_tax_use", "=", "purchase")],
        check_company=True,
        help="On the proceeds and commission of consignors who are registered for VAT, in agency.",
    )
    minimum_payout = fields.Monetary(
        help="A settlement below it is not paid out; its balance goes into the next one."
    )
    entry_fee = fields.Monetary(
        help="What a consignor pays for each accepted article; counts from now on."
    )
    sale_fee = fields.Monetary(
        help="What a consignor pays for each article sold, of those accepted from now on."
    )
    bill_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Journal of bills",
        domain=[("type", "=", "purchase"), ("is_self_billing", "=", True)],
        check_company=True,
        help="For bills that you write in the consignors' names. Left empty, the company's "
        "self-billing journal is taken, or made with the first bill.",
    )
    share_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of shares",
        check_company=True,
        help="Where the consignors' shares are booked. Left empty, the journal's or company's "
        "expense account.",
    )
    payment_term_id = fields.Many2one(
        comodel_name="account.payment.term", string="Payment terms of bills", check_company=True
    )

    _minimum_payout_positive = models.Constraint(
        "CHECK (coalesce(minimum_payout, 0) >= 0 AND coalesce(entry_fee, 0) >= 0"
        " AND coalesce(sale_fee, 0) >= 0)",
        "Minimum payout and fees are 0 or more.",
    )
    _margin_vat_rate_percent = models.Constraint(
        "CHECK (coalesce(margin_vat_rate, 0) BETWEEN 0 AND 100)",
        "VAT is between 0 and 100 percent.",
    )

    @api.constrains("sale_tax_id", "bill_tax_id")
    def _check_taxes(self):
        for shop in self:
            if shop.sale_tax_id and not shop.sale_tax_id.price_include:
                raise ValidationError(
                    self.env._("Choose a tax on agency sales that is included in the price.")
                )
            if shop.bill_tax_id.price_include:
                raise ValidationError(
                    self.env._("Choose a tax on bills that is not included in the price.")
                )

    def _find_bill_journals(self):
        """Return the self-billing journal of each shop, an empty one where it is still to be made.

        :return: dict of journals as superuser by shop; nothing is written
        """
        # Superuser: who settles need not be a bookkeeper.
        journals = self.env["account.journal"].sudo()
        # One search for each company: the page of first steps asks for all shops at once.
        of_companies = {
            company: journals.with_company(company).search(
                [
                    *journals._check_company_domain(company),
                    ("type", "=", "purchase"),
                    ("is_self_billing", "=", True),
                ],
                limit=1,
            )
            for company in self.filtered(lambda shop: not shop.bill_journal_id).company_id
        }
        return {
            shop: journals.with_company(shop.company_id).browse(shop.bill_journal_id.id)
            or of_companies[shop.company_id]
            for shop in self
        }

    def _get_bill_journal(self):
        """Return the self-billing journal as superuser; it is made where there is none."""
        self.ensure_one()
        if journal := self._find_bill_journals()[self]:
            return journal
        # SQL: of two first bills at once, the second runs again and finds the journal; touched,
        # since a lock alone would leave it with its picture of before.
        self.env.cr.execute(
            "UPDATE res_company SET write_date = write_date WHERE id = %s", [self.company_id.id]
        )
        # Superuser: who settles need not be a bookkeeper.
        journals = self.env["account.journal"].sudo().with_company(self.company_id)
        return journals.create(
            {
                "name": self.env._("Consignors"),
                "code": "CONS",
                "type": "purchase",
                "is_self_billing": True,
                "company_id": self.company_id.id,
            }
        )

    def _find_share_accounts(self):
        """Return the expense account of the consignors' shares of each shop, or an empty one.

        A journal that is still to be made will have the company's expense account.

        :return: dict of accounts by shop; nothing is written
        """
        journals = self.filtered(lambda shop: not shop.share_account_id)._find_bill_journals()
        return {
            shop: shop.share_account_id
            or journals[shop].default_account_id
            or shop.company_id.expense_account_id
            for shop in self
        }

    def _get_share_account(self):
        """Return the expense account of the consignors' shares, after making a missing journal.

        :raise UserError: there is none; says where to choose one
        """
        self.ensure_one()
        if not self.share_account_id:
            self._get_bill_journal()
        account = self._find_share_accounts()[self]
        if not account:
            raise UserError(self._get_no_share_account_words())
        return account

    def _get_no_share_account_words(self):
        return self.env._(
            "Choose the account of shares of %s first: Configuration → Shops → Terms.",
            self.display_name,
        )
