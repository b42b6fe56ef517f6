from odoo import Command
from odoo.tests import TransactionCase, new_test_user

CLERK = "partner_consolidation.group_consolidation"


class ConsolidationCommon(TransactionCase):
    """A shop, a bistro and a deli, each with a user who may make agreements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        currency = cls.env.company.currency_id
        cls.shop, cls.bistro, cls.deli = (
            cls.env["res.company"].create({"name": name, "currency_id": currency.id})
            for name in ("Corner Shop", "Quay Bistro", "Old Deli")
        )
        cls.env.user.company_ids |= cls.shop | cls.bistro | cls.deli
        cls.shop_clerk, cls.bistro_clerk, cls.deli_clerk = (
            new_test_user(
                cls.env,
                login=f"clerk-{company.id}",
                groups=f"base.group_user,{CLERK}",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for company in (cls.shop, cls.bistro, cls.deli)
        )

    @classmethod
    def _agree(cls, sender, accepter, **terms):
        """Return an active agreement: clients of ``sender`` are served at ``accepter``."""
        agreement = cls._invite(sender, accepter)
        agreement.with_company(accepter)._accept(
            {"copy_privileges": True, "shared_deposit": True, **terms}
        )
        return agreement

    @classmethod
    def _invite(cls, sender, accepter, message=""):
        """Return an invitation that waits for an answer."""
        agreement = (
            cls.env["consolidation.agreement"].with_company(sender)._invite(accepter, message)
        )
        return agreement.with_env(cls.env)
