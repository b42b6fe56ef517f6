import re

from odoo.tests import HttpCase, new_test_user

from .common import LoyaltyCommon


class PortalCommon(LoyaltyCommon, HttpCase):
    """A firm with two contacts, each with a private card, and a card of the firm itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create({"name": "Zuiderzee", "is_company": True})
        cls.customer = cls._create_portal_user("customer", cls.firm)
        cls.colleague = cls._create_portal_user("colleague", cls.firm)
        cls.stranger = cls._create_portal_user("stranger", False)
        cls.own = cls._create_card("Own card", cls.customer.partner_id)
        cls.firms = cls._create_card("Firm card", cls.firm)
        cls.private = cls._create_card("Private card", cls.colleague.partner_id)
        cls.elsewhere = cls._create_card(
            "Bistro card", cls.customer.partner_id, company_id=cls.other_company.id
        )
        cls.archived = cls._create_card("Old card", cls.customer.partner_id, active=False)

    @classmethod
    def _create_portal_user(cls, login, firm):
        user = new_test_user(cls.env, login=login, groups="base.group_portal", tz="UTC")
        user.partner_id.parent_id = firm
        return user

    @classmethod
    def _create_card(cls, name, partner, **values):
        return cls._create_account(name=name, partner_id=partner.id, **values)

    def _get(self, path, login="customer", **options):
        if not self.session or self.session.login != login:
            self.authenticate(login, login)
        return self.url_open(path, **options)

    def _page(self, account, login="customer", query=""):
        return self._get(f"/my/cards/{account.id}{query}", login).text

    def _insert_moves(self, account, count, *, day="2026-03-01", amount=1):
        """Write movements straight into the table: the pages only read them.

        They come an hour after each other; without seals, which no page looks at.
        """
        self.env.flush_all()
        # In a test's own transaction.
        self.env.cr.execute(
            """
            INSERT INTO loyalty_account_move
                   (account_id, seq, kind, date, user_id, company_id, currency_id, amount,
                    held_amount, debt_amount, asked_amount, balance_after, held_after, debt_after,
                    document_name, key, request_digest, previous_hash, hash)
            SELECT %(account)s, n, 'earn', %(day)s::timestamp + n * interval '1 hour', 1,
                   %(company)s, %(currency)s, %(amount)s, 0, 0, %(amount)s, n * %(amount)s, 0, 0,
                   'Receipt ' || n, 'seed/' || %(account)s || '/' || n, '', '', ''
              FROM generate_series(1, %(count)s) n
            """,
            {
                "account": account.id,
                "day": day,
                "company": account.company_id.id,
                "currency": account.currency_id.id,
                "amount": amount,
                "count": count,
            },
        )
        self.env.invalidate_all()

    @staticmethod
    def _text(page):
        """Return the text of a page, white space reduced."""
        return " ".join(re.sub(r"<[^>]*>", " ", page).split())
