from odoo import Command
from odoo.tests import TransactionCase, new_test_user

CLERK = "partner_consolidation.group_consolidation"


def invite(env, sender, accepter, message=""):
    """Return an invitation that waits for an answer."""
    agreements = env["consolidation.agreement"].with_company(sender)
    return agreements._invite(accepter, message).with_env(env)


def agree(env, sender, accepter, **terms):
    """Return an active agreement: clients of ``sender`` are served at ``accepter``."""
    agreement = invite(env, sender, accepter)
    agreement.with_company(accepter)._accept(
        {"copy_privileges": True, "shared_deposit": True, **terms}
    )
    return agreement


def end(agreement):
    """End an agreement, as the day after its last day does."""
    agreement._end()


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
        return agree(cls.env, sender, accepter, **terms)

    @classmethod
    def _invite(cls, sender, accepter, message=""):
        """Return an invitation that waits for an answer."""
        return invite(cls.env, sender, accepter, message)

    @classmethod
    def _change(cls, agreement, **terms):
        """Put other terms into force: the accepting side proposes, the sender agrees."""
        agreement.with_company(agreement.accepter_id)._propose(
            {**agreement.terms_id._get_terms()._asdict(), **terms}
        )
        agreement.with_company(agreement.sender_id)._agree_to_proposal(agreement.proposal_id)

    @classmethod
    def _end(cls, agreement):
        """End an agreement, as the day after its last day does."""
        end(agreement)
