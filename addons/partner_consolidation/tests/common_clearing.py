from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.loyalty_accounts.tests.common import BooksCommon

from .common import ConsolidationCommon

OPERATOR = "partner_consolidation.group_clearing"


class ClearingCommon(ConsolidationCommon):
    """The three establishments honour each other's cards, each has one customer's card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.ledger = cls.env["loyalty.ledger"]
        cls.companies = cls.shop | cls.bistro | cls.deli
        cls.currency = cls.shop.currency_id
        cls.agreements = {
            (sender, accepter): cls._agree(sender, accepter)
            for sender in cls.companies
            for accepter in cls.companies - sender
        }
        cls.cards = {}
        for company in cls.companies:
            card = cls.env["loyalty.account"].create({"name": "Card", "company_id": company.id})
            cls.ledger._top_up(card, 1000, company=company)
            cls.cards[company] = card
        cls.operator = new_test_user(
            cls.env, login="operator", groups=f"base.group_user,{OPERATOR}"
        )

    # === CREDIT USED ELSEWHERE === #

    @classmethod
    def _spend(cls, issuer, place, amount, percentage=100, days_ago=0):
        """Let a card of one establishment pay at another; return the items."""
        with freeze_time(fields.Datetime.now() - timedelta(days=days_ago)):
            move = cls.ledger._charge(cls.cards[issuer], amount, company=place)
        return cls._write_items(move, "spend", percentage)

    @classmethod
    def _give_back(cls, items, amount=None):
        """Refund a payment; return the items."""
        move = items.move_id
        refund = cls.ledger._refund(move, amount, company=move.company_id)
        return cls._write_items(refund, "refund", items[0].percentage)

    @classmethod
    def _write_items(cls, move, kind, percentage):
        """Return the items of a movement, cleared at another percentage than the terms'."""
        items = cls.env["consolidation.item"].search([("move_id", "=", move.id)], order="id")
        for item in items.filtered(lambda item: item.percentage != percentage):
            amount = item.currency_id.round(item.credit * percentage / 100)
            item.write({"percentage": percentage, "amount": amount})
        return items

    # === CLEARINGS === #

    def _clear(self, **values):
        """Close everything up to today; return the clearing."""
        clearing = self._draft(**values)
        clearing.action_close()
        return clearing

    def _draft(self, **values):
        clearings = self.env["consolidation.clearing"].with_user(self.operator)
        return clearings.create(
            {"date_to": fields.Date.today(), "currency_id": self.currency.id, **values}
        )

    def _payments(self, clearing):
        """The payments as ``{(payer, payee): amount}``."""
        return {
            (payment.payer_id, payment.payee_id): payment.amount
            for payment in clearing.sudo().payment_ids
        }

    def _positions(self, creditor):
        """What the others owe, without those that owe nothing."""
        found = self.env["consolidation.item"]._get_positions(creditor, self.currency)
        companies = self.env["res.company"]
        return {companies.browse(other): float(amount) for other, amount in found.items() if amount}


class ClearingBooksCommon(ClearingCommon, BooksCommon):
    """The same with a chart of accounts at each of the three."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company in cls.companies:
            cls._install_chart(company)

    def _book_everything(self):
        for company in self.companies:
            self._book_all(company)

    def _assert_agreement(self):
        """Ledger, general ledger and what is not posted yet agree at every establishment."""
        for company in self.companies:
            liability = self.env["loyalty.books.liability"]._compute_liability(
                company, company._get_loyalty_today()
            )
            with self.subTest(company.name):
                self.assertEqual(liability.difference, 0)
                self.assertEqual(liability.unexplained, [])

    def _balances(self, company):
        """What stands on the accounts that clearing moves: ``{use: balance}``."""
        balances = {}
        for use in ("deposit", "marketing", "clearing"):
            account = company[f"loyalty_{use}_account_id"]
            lines = self.env["account.move.line"].search(
                [("account_id", "=", account.id), ("parent_state", "=", "posted")]
            )
            balances[use] = company.currency_id.round(sum(lines.mapped("balance")))
        return balances

    def _pay(self, payment):
        """Let the payee's accountant register that the money has come in."""
        move = payment.sudo().payee_move_id
        claim = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        bank = self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("company_id", "=", move.company_id.id),
                ("id", "!=", move.company_id.loyalty_journal_id.id),
            ],
            limit=1,
        )
        paid = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "line_ids": [
                    fields.Command.create(
                        {"account_id": bank.default_account_id.id, "balance": payment.amount}
                    ),
                    fields.Command.create(
                        {
                            "account_id": claim.account_id.id,
                            "partner_id": claim.partner_id.id,
                            "balance": -payment.amount,
                        }
                    ),
                ],
            }
        )
        paid.action_post()
        (
            claim | paid.line_ids.filtered(lambda line: line.account_id == claim.account_id)
        ).reconcile()
