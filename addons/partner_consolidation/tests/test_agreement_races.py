import uuid
from contextlib import closing

import psycopg2

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

TABLES = ("mail_activity", "mail_followers", "mail_message")


@tagged("post_install", "-at_install")
class TestAgreementRaces(BaseCase):
    """Two real transactions at once: one wins, the other is told what happened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            companies = api.Environment(cr, api.SUPERUSER_ID, {})["res.company"]
            companies = companies.create([{"name": f"Race {uuid.uuid4()}"} for _side in range(2)])
            cls.sender_id, cls.accepter_id = companies.ids
        cls.addClassCleanup(cls._archive)

    @classmethod
    def _archive(cls):
        """Companies cannot be deleted; archived, they disturb nobody."""
        with cls.registry.cursor() as cr:
            companies = api.Environment(cr, api.SUPERUSER_ID, {})["res.company"]
            companies.browse((cls.sender_id, cls.accepter_id)).write({"active": False})

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            invitation = self._as(cr, self.sender_id)._invite(self._company(cr, self.accepter_id))
            self.agreement_id = invitation.id
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            sides = (self.sender_id, self.accepter_id)
            cr.execute("SET LOCAL session_replication_role = replica")
            for table in TABLES:
                column = "model" if table == "mail_message" else "res_model"
                cr.execute(
                    f"""DELETE FROM {table} WHERE {column} = 'consolidation.agreement'
                        AND res_id IN (SELECT id FROM consolidation_agreement
                                        WHERE sender_id IN %s)""",
                    (sides,),
                )
            cr.execute("DELETE FROM consolidation_terms WHERE proposed_by_id IN %s", (sides,))
            cr.execute("DELETE FROM consolidation_agreement WHERE sender_id IN %s", (sides,))

    def _company(self, cr, company_id):
        return api.Environment(cr, api.SUPERUSER_ID, {})["res.company"].browse(company_id)

    def _as(self, cr, company_id):
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        return env["consolidation.agreement"].with_company(env["res.company"].browse(company_id))

    def _agreement(self, cr, company_id):
        return self._as(cr, company_id).browse(self.agreement_id)

    def _accept(self, cr):
        self._agreement(cr, self.accepter_id)._accept({"discount": 5})
        cr.flush()

    def _decline(self, cr):
        self._agreement(cr, self.accepter_id)._decline()
        cr.flush()

    def _withdraw(self, cr):
        self._agreement(cr, self.sender_id)._withdraw()
        cr.flush()

    def _race(self, winner, loser):
        """Let both begin, the winner commit; the loser is repeated, as every request is."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the first one's commit
            winner(first)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                loser(second)
            second.rollback()
            with self.assertRaisesRegex(UserError, "meanwhile"):
                loser(second)

    def _state(self):
        with self.registry.cursor() as cr:
            return self._agreement(cr, self.sender_id).state

    @mute_logger("odoo.sql_db")
    def test_acceptance_that_meets_a_withdrawal_is_told(self):
        self._race(self._withdraw, self._accept)
        self.assertEqual(self._state(), "withdrawn")

    @mute_logger("odoo.sql_db")
    def test_withdrawal_that_meets_an_acceptance_is_told(self):
        self._race(self._accept, self._withdraw)
        self.assertEqual(self._state(), "active")

    @mute_logger("odoo.sql_db")
    def test_second_of_two_acceptances_is_told(self):
        self._race(self._accept, self._accept)
        with self.registry.cursor() as cr:
            self.assertEqual(len(self._agreement(cr, self.sender_id).terms_ids), 1)

    @mute_logger("odoo.sql_db")
    def test_acceptance_that_meets_a_decline_is_told(self):
        self._race(self._decline, self._accept)
        self.assertEqual(self._state(), "declined")

    @mute_logger("odoo.sql_db")
    def test_second_waits_for_the_first(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            self._accept(first)
            second.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(psycopg2.errors.LockNotAvailable):
                self._withdraw(second)
            second.rollback()
            first.rollback()
        self.assertEqual(self._state(), "new")

    @mute_logger("odoo.sql_db")
    def test_proposal_agreed_to_while_it_is_withdrawn_counts_once(self):
        with self.registry.cursor() as cr:
            self._accept(cr)
            self._agreement(cr, self.accepter_id)._propose({"discount": 8})

        def agree(cr):
            agreement = self._agreement(cr, self.sender_id)
            agreement._agree_to_proposal(agreement.proposal_id)
            cr.flush()

        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            seen = self._agreement(second, self.sender_id).proposal_id.id
            agreement = self._agreement(first, self.accepter_id)
            agreement._withdraw_proposal(agreement.proposal_id)
            first.flush()
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                agree(second)
            second.rollback()
            again = self._agreement(second, self.sender_id)
            with self.assertRaisesRegex(UserError, "not open any more"):
                again._agree_to_proposal(again.env["consolidation.terms"].browse(seen))
            self.assertEqual(again.terms_id.discount, 5)

    @mute_logger("odoo.sql_db")
    def test_same_invitation_sent_twice_at_once_is_one(self):
        def invite_back(cr):
            self._as(cr, self.accepter_id)._invite(self._company(cr, self.sender_id))
            cr.flush()

        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            invite_back(first)
            first.commit()
            with self.assertRaises(psycopg2.errors.UniqueViolation):
                invite_back(second)
            second.rollback()
            with self.assertRaisesRegex(UserError, "already"):
                invite_back(second)
