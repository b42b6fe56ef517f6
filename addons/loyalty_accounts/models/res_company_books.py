from collections import namedtuple

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, LazyTranslate

from ..const import LEDGER_TOKEN

_lt = LazyTranslate(__name__)

AccountPlan = namedtuple("AccountPlan", "title types code reconcile", defaults=(False,))

#: What each account is called, which types it may have (the first is what is made), and where its
#: code starts when the chart has no account of that type. See docs/adr/0005.
PLANS = {
    "loyalty_deposit_account_id": AccountPlan(
        _lt("Customer deposits"), ("liability_current", "liability_non_current"), "219000"
    ),
    "loyalty_voucher_account_id": AccountPlan(
        _lt("Single-purpose vouchers"), ("liability_current", "liability_non_current"), "219100"
    ),
    "loyalty_invoiced_account_id": AccountPlan(
        _lt("Top-ups invoiced, not yet paid"),
        ("liability_current", "asset_current"),
        "219200",
        True,
    ),
    "loyalty_transfer_account_id": AccountPlan(
        _lt("Transfers of credit"), ("liability_current", "asset_current"), "219300", True
    ),
    "loyalty_elsewhere_account_id": AccountPlan(
        _lt("Credit moved elsewhere"), ("asset_current", "liability_current"), "119000", True
    ),
    "loyalty_opening_account_id": AccountPlan(
        _lt("Opening balances of credit"),
        ("equity", "equity_unaffected", "asset_current", "liability_current"),
        "319000",
    ),
    "loyalty_marketing_account_id": AccountPlan(
        _lt("Marketing: earned credit"), ("expense", "expense_direct_cost", "income"), "619000"
    ),
    "loyalty_expired_account_id": AccountPlan(
        _lt("Income from expired credit"), ("income_other", "income"), "459000"
    ),
}

#: Accounts that hold what is owed. What stood on them once must be found in any past report.
OWED_FIELDS = ("loyalty_deposit_account_id", "loyalty_voucher_account_id")

JOURNAL_CODE = "CREDT"


class ResCompany(models.Model):
    """Where the credit of a company stands in its books."""

    _inherit = "res.company"

    loyalty_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of the credit",
        copy=False,
        help="Entries of this journal are made by the loyalty ledger alone.",
    )
    loyalty_deposit_account_id = fields.Many2one(
        "account.account", string="Deposits", copy=False, help="What is owed to customers."
    )
    loyalty_voucher_account_id = fields.Many2one(
        "account.account",
        string="Single-purpose vouchers",
        copy=False,
        help="What is owed for vouchers whose tax was due when they were sold, without the tax.",
    )
    loyalty_invoiced_account_id = fields.Many2one(
        "account.account",
        string="Top-ups invoiced",
        copy=False,
        help="Top-ups and vouchers on invoices that are not paid yet.",
    )
    loyalty_transfer_account_id = fields.Many2one(
        "account.account",
        string="Transfers",
        copy=False,
        help="Credit that went to, or came from, accounts of other companies.",
    )
    loyalty_elsewhere_account_id = fields.Many2one(
        "account.account",
        string="Moved elsewhere",
        copy=False,
        help="Counterpart of credit that programs top up or charge without a document here.",
    )
    loyalty_opening_account_id = fields.Many2one(
        "account.account",
        string="Opening balances",
        copy=False,
        help="Counterpart of balances brought over from another system.",
    )
    loyalty_marketing_account_id = fields.Many2one(
        "account.account",
        string="Marketing",
        copy=False,
        help="What earned credit and manual entries cost.",
    )
    loyalty_expired_account_id = fields.Many2one(
        "account.account",
        string="Income from expired credit",
        copy=False,
        help="Paid credit that expired unused.",
    )

    @api.model
    def _get_loyalty_plans(self):
        """Hook: the :class:`AccountPlan` of each account of the credit, by its field's name."""
        return PLANS

    # === CONSTRAINTS === #

    @api.constrains(lambda self: self._get_loyalty_plans().keys())
    def _check_loyalty_account_types(self):
        for company in self:
            for name, plan in self._get_loyalty_plans().items():
                account = company[name]
                if account and not company._fits_loyalty_plan(account, plan):
                    raise ValidationError(
                        self.env._(
                            "%(account)s cannot be “%(use)s” of %(company)s: it has another "
                            "type, company or currency.",
                            account=account.display_name,
                            use=self.env._(plan.title),
                            company=company.display_name,
                        )
                    )

    def _fits_loyalty_plan(self, account, plan):
        return (
            account.account_type in plan.types
            and self.root_id in account.company_ids
            and account.currency_id in (self.env["res.currency"], self.currency_id)
        )

    # === CHANGES === #

    def write(self, vals):
        """Override: keep credit, its currency, its journal and its accounts together.

        :raise AccessError: the journal is set by anybody but the engine
        :raise UserError: an account that is in use, or the currency of credit that has moved
        """
        self._check_loyalty_books_change(vals)
        following = self._check_loyalty_currency_change(vals)
        result = super().write(vals)
        if following:
            # The engine's hand: currencies of accounts are its own; these never moved anything.
            self.env["loyalty.ledger"]._writer(following).write(
                {"currency_id": vals["currency_id"]}
            )
        if {"loyalty_journal_id", *OWED_FIELDS} & vals.keys():
            self.env.registry.clear_cache()  # which journals and accounts are guarded
        return result

    def _check_loyalty_books_change(self, vals):
        journal_id = vals.get("loyalty_journal_id")
        if (
            "loyalty_journal_id" in vals
            and any(company.loyalty_journal_id.id != (journal_id or False) for company in self)
            and self.env.context.get("loyalty_ledger") is not LEDGER_TOKEN
        ):
            raise AccessError(self.env._("The journal of the credit is set by the ledger alone."))
        for name in self._get_loyalty_plans().keys() & vals.keys():
            for company in self:
                old = company[name]
                if old and old.id != vals[name]:
                    company._check_loyalty_account_free(name, old)

    def _check_loyalty_account_free(self, name, account):
        """Refuse to leave an account behind on which credit stands.

        Balances are not moved: whoever closes an account wants to see that entry and its date.
        The accounts of what is owed stay as soon as they were used, else the liability of a past
        day could no longer be compared with the general ledger.
        """
        domain = [
            ("account_id", "=", account.id),
            ("company_id", "child_of", self.root_id.id),
            ("parent_state", "!=", "cancel"),
        ]
        # Superuser: entries of branches count, too.
        lines = self.env["account.move.line"].sudo()
        used = lines.search_count(domain, limit=1)
        if name in OWED_FIELDS and used:
            raise UserError(
                self.env._(
                    "Credit stands on %s. This account stays; you may rename it or give it "
                    "another code instead.",
                    account.display_name,
                )
            )
        if name == "loyalty_invoiced_account_id" and used:
            (balance,) = lines._read_group(domain, [], ["balance:sum"])[0]
            if not self.currency_id.is_zero(balance):
                raise UserError(
                    self.env._(
                        "%s still has a balance. Clear it first: top-ups on invoices that are "
                        "not paid yet stand there.",
                        account.display_name,
                    )
                )

    def _check_loyalty_currency_change(self, vals):
        """Return the accounts that follow a change of the currency: those that never moved credit.

        :raise UserError: an account of the company has movements
        """
        # Superuser: archived accounts and those of other users' companies count, too.
        accounts = self.env["loyalty.account"].sudo().with_context(active_test=False)
        changing = self.filtered(
            lambda company: (
                vals.get("currency_id", company.currency_id.id) != company.currency_id.id
            )
        )
        if not changing:
            return accounts
        domain = [("company_id", "in", changing.ids)]
        moved = accounts.search([*domain, ("version", ">", 0)], limit=1)
        if moved:
            raise UserError(
                self.env._(
                    "%(company)s has credit in %(currency)s on its loyalty accounts: its "
                    "currency cannot be changed any more.",
                    company=moved.company_id.display_name,
                    currency=moved.currency_id.name,
                )
            )
        return accounts.search(domain)

    # === ACCOUNTS AND JOURNAL === #

    def _get_loyalty_books(self):
        """Return the company whose accounts and journal are used; empty without a chart.

        What is missing of them is made, an archived account is put to use again. A branch uses
        those of its head office.
        """
        self.ensure_one()
        company = self.sudo().root_id  # accounts of the head office serve its branches
        if not company.chart_template:
            return self.browse()
        if company._miss_loyalty_books():
            company._create_loyalty_books()
        return company

    def _miss_loyalty_books(self):
        accounts = [self[name] for name in self._get_loyalty_plans()]
        return not (all(account.active for account in accounts) and self.loyalty_journal_id.active)

    def _create_loyalty_books(self):
        """Make what is missing of accounts and journal; what is set stays.

        Two at once: the company's row is locked and written, so that the second one starts again
        and finds what the first one made.
        """
        plans = self._get_loyalty_plans()
        names = [*plans, "loyalty_journal_id"]
        self.flush_recordset()
        # Blocking on purpose; the id is the record's own.
        self.env.cr.execute(
            SQL("SELECT id FROM res_company WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        self.invalidate_recordset(names)
        # The engine's own hand: the guard lets nobody else set the journal.
        company = self.with_company(self).with_context(loyalty_ledger=LEDGER_TOKEN, lang="en_US")
        for name, plan in plans.items():
            if not company[name]:
                company[name] = company._create_loyalty_account(plan)
        if not company.loyalty_journal_id:
            company.loyalty_journal_id = company._create_loyalty_journal()
        for record in [company[name] for name in names]:
            if not record.active:
                record.active = True
        company.flush_recordset(names)

    def _create_loyalty_account(self, plan):
        accounts = self.env["account.account"]
        account = accounts.create(
            {
                "name": self.env._(plan.title),
                "account_type": plan.types[0],
                "code": accounts._search_new_account_code(self._get_loyalty_start_code(plan)),
                "reconcile": plan.reconcile,
                "company_ids": [Command.link(self.id)],
            }
        )
        self._translate_loyalty_name(account, plan.title)
        return account

    def _get_loyalty_start_code(self, plan):
        """Return the code from which a free one is searched: next to the chart's own accounts.

        So it has the chart's length and lies near its kind; the accountant may give it another.
        """
        accounts = self.env["account.account"].with_context(active_test=False)
        domain = accounts._check_company_domain(self)
        same = self.expense_account_id if plan.types[0] == "expense" else accounts
        if not same:
            same = accounts.search([*domain, ("account_type", "=", plan.types[0])], limit=1)
        if same.code:
            return same.code
        digits = len(accounts.search(domain, limit=1).code or plan.code)
        return plan.code[:digits].ljust(digits, "0")

    def _create_loyalty_journal(self):
        title = _lt("Customer credit")
        journal = self.env["account.journal"].create(
            {
                "name": self.env._(title),
                "type": "bank",  # the till takes only bank and cash journals as payment methods
                "code": self._get_loyalty_journal_code(),
                "company_id": self.id,
                "default_account_id": self.loyalty_deposit_account_id.id,
                "show_on_dashboard": False,
                "sequence": 1000,  # core proposes the first journal of a type
            }
        )
        # Without payment methods core offers it nowhere as a way to pay.
        journal.write(
            {
                "inbound_payment_method_line_ids": [Command.clear()],
                "outbound_payment_method_line_ids": [Command.clear()],
            }
        )
        self._translate_loyalty_name(journal, title)
        return journal

    def _get_loyalty_journal_code(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search([("company_id", "=", self.id)]).mapped("code"))
        proposals = [JOURNAL_CODE, *(f"{JOURNAL_CODE[:3]}{number:02}" for number in range(1, 100))]
        return next(code for code in proposals if code not in taken)

    def _translate_loyalty_name(self, record, title):
        names = {
            code: self.with_context(lang=code).env._(title)
            for code, _name in self.env["res.lang"].get_installed()
        }
        record.update_field_translations(
            "name", {code: name for code, name in names.items() if name != record.name}
        )
