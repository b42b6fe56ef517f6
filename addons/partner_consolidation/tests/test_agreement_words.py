from freezegun import freeze_time

from odoo.tests import tagged

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestAgreementWords(ConsolidationCommon):
    """Every agreement says in plain words who serves whose clients, and on what terms."""

    def _words(self, agreement):
        return agreement.with_user(self.shop_clerk).statement.replace("\N{NO-BREAK SPACE}", " ")

    def test_each_state_has_its_sentence(self):
        agreement = self._invite(self.shop, self.bistro)
        self.assertEqual(
            self._words(agreement),
            "Corner Shop asks that its clients be served at Quay Bistro. Quay Bistro has not "
            "answered yet.",
        )
        agreement.with_company(self.bistro)._decline()
        self.assertEqual(
            self._words(agreement), "Quay Bistro declined to serve the clients of Corner Shop."
        )

    def test_active_agreement_says_what_the_clients_get(self):
        agreement = self._agree(
            self.shop,
            self.bistro,
            copy_privileges=False,
            discount=10,
            accumulation=2.5,
            payment_percentage=50,
            exposure_limit=500,
        )
        words = self._words(agreement)
        self.assertTrue(
            words.startswith(
                "Clients of Corner Shop are served at Quay Bistro: 10 % discount, 2.50 % of what "
                "they pay as credit, one deposit for both, credit earned at Quay Bistro pays at "
                "most 50 % of a bill there, limit of what is owed: "
            ),
            words,
        )
        with freeze_time("2030-01-10"):
            agreement.with_company(self.bistro)._give_notice("2030-01-31")
            self.assertIn(
                "are served at Quay Bistro until 01/31/2030: 10 %", self._words(agreement)
            )

    def test_copied_privileges_and_separate_deposits_are_said(self):
        agreement = self._agree(self.shop, self.bistro, shared_deposit=False)
        self.assertEqual(
            self._words(agreement),
            "Clients of Corner Shop are served at Quay Bistro: each card's own discount and "
            "credit rate, credit pays only where it was earned.",
        )

    def test_form_says_what_becomes_of_the_other_direction(self):
        agreement = self._agree(self.shop, self.bistro)
        self.assertEqual(
            agreement.reverse_sentence,
            "Clients of Quay Bistro are not served at Corner Shop. For that, Quay Bistro has to "
            "ask and Corner Shop to accept.",
        )
        self.assertFalse(agreement.reverse_live)
        self._agree(self.bistro, self.shop, copy_privileges=False, discount=3)
        agreement.invalidate_recordset()
        self.assertTrue(agreement.reverse_live)
        self.assertIn(
            "Clients of Quay Bistro are served at Corner Shop", agreement.reverse_sentence
        )

    def test_proposal_shows_old_and_new_of_each_field(self):
        agreement = self._agree(
            self.shop, self.bistro, copy_privileges=False, discount=10, payment_percentage=50
        )
        agreement.with_company(self.bistro)._propose(
            {"discount": 8, "accumulation": 2, "shared_deposit": True, "payment_percentage": 50}
        )
        table = str(agreement.proposal_table).replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("<del>10 %</del>", table)
        self.assertIn("<strong>8 %</strong>", table)
        self.assertIn("<strong>2 % of what is paid</strong>", table)
        self.assertEqual(table.count("background-color"), 3, "discount, credit earned, its share")
        self.assertIn("Quay Bistro proposes other terms", agreement.proposal_sentence)

    def test_names_of_establishments_are_text_and_no_markup(self):
        self.bistro.name = "<b>Bistro</b>"
        agreement = self._invite(self.shop, self.bistro)
        wizard = self.env["consolidation.agreement.terms"].with_user(self.bistro_clerk)
        wizard = wizard.create({"agreement_id": agreement.id, "discount": 5, "accumulation": 1})
        self.assertIn("&lt;b&gt;", wizard.preview)
        self.assertNotIn("<b>", wizard.preview)

    def test_agreements_are_found_by_the_other_sides_name(self):
        agreement = self._agree(self.shop, self.bistro)
        mine = self.env["consolidation.agreement"].with_user(self.shop_clerk)
        self.assertEqual(mine.search([("display_name", "ilike", "quay")]), agreement)
        self.assertEqual(agreement.display_name, "Clients of Corner Shop at Quay Bistro")
        self.assertFalse(mine.search([("display_name", "ilike", "old deli")]))

    def test_lists_take_the_same_queries_for_more_agreements(self):
        companies = self.env["res.company"].create(
            [{"name": f"Place {number}"} for number in range(6)]
        )
        for company in companies:
            self._agree(self.shop, company, copy_privileges=False, discount=5)
        model = self.env["consolidation.agreement"].with_user(self.shop_clerk)
        agreements = model.search([])
        names = ["display_name", "direction", "waiting_for_us", "terms_summary", "statement"]

        def count(records):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.read(names)
            return self.cr.sql_log_count - before

        count(agreements)  # fills the caches of rights and languages
        self.assertEqual(count(agreements[:2]), count(agreements))
