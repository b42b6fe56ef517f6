from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.accounting_connectors.exceptions import Unavailable
from odoo.addons.accounting_connectors.providers.base import RemoteCustomer
from odoo.addons.accounting_connectors.tests.common import ConnectorCommon
from odoo.addons.accounting_connectors.tests.paper import Paper


@tagged("post_install", "-at_install")
class TestActivation(ConnectorCommon, TransactionCase):
    def setUp(self):
        super().setUp()
        self.company = self.env.company
        self.company.write({"b2b_enabled": True, "b2b_invoice_offered": True})
        self.company.b2b_accounting_backend_id = self.backend
        self.link.unlink()
        self.partner.company_registry = "556677-8899"

    def _customer(self, external_id, number="5566778899", **values):
        Paper.customers[external_id] = RemoteCustomer(external_id, "Bean", number, **values)

    def test_exactly_one_with_the_number_is_linked_when_the_portal_is_opened(self):
        self._customer("7")
        self._customer("8", "556000-0000")
        self.partner._activate_b2b()
        self.assertEqual(self.partner.b2b_state, "active")
        self.assertEqual(self.partner.accounting_link_ids.external_id, "7")

    def test_none_several_suppliers_and_closed_ones_are_left_to_staff(self):
        cases = {
            "none": {},
            "several": {"7": {}, "8": {}},
            "supplier": {"7": {"kind": "supplier"}},
            "closed": {"7": {"active": False}},
        }
        for name, customers in cases.items():
            Paper.customers.clear()
            for external_id, values in customers.items():
                self._customer(external_id, **values)
            partner = self.partner.copy({"company_registry": "556677-8899"})
            with self.subTest(name), self.assertRaisesRegex(UserError, "Press “Link”"):
                partner._activate_b2b()

    def test_a_customer_without_a_number_is_left_to_staff_and_nobody_is_asked(self):
        self.partner.company_registry = False
        self.partner.vat = False
        self._customer("7", "")
        with self.assertRaises(UserError):
            self.partner._activate_b2b()

    def test_whoever_types_the_number_of_another_customer_is_left_to_staff(self):
        self._customer("7")
        self.partner._activate_b2b()
        stranger = self.partner.copy({"name": "Stranger", "company_registry": "SE556677889901"})
        with self.assertRaisesRegex(UserError, "somebody else"):
            stranger._activate_b2b()
        self.assertFalse(stranger.accounting_link_ids)

    def test_what_stands_for_no_number_is_nobodys(self):
        self._customer("7", "N/A")
        self._customer("8", "000000-0000")
        for number in ("n/a", "000000-0000", "-"):
            self.partner.company_registry = number
            with self.subTest(number), self.assertRaises(UserError):
                self.partner._activate_b2b()

    def test_a_provider_that_does_not_answer_is_told(self):
        def fail(provider, **_query):
            raise Unavailable("It is off.")

        self.patch(Paper, "search_customers", fail)
        with self.assertRaisesRegex(UserError, "It is off. Link the customer by hand"):
            self.partner._activate_b2b()

    def test_who_is_linked_is_activated_and_without_the_setting_everybody_is(self):
        other = self.partner.copy({"name": "Other"})
        self.env["accounting.partner.link"].create(
            {"backend_id": self.backend.id, "partner_id": self.partner.id, "external_id": "7"}
        )
        self.partner._activate_b2b()
        self.company.b2b_accounting_backend_id = False
        other._activate_b2b()
        self.assertEqual(set((self.partner + other).mapped("b2b_state")), {"active"})

    def test_invoices_are_offered_only_to_whom_they_can_be_sent(self):
        self._customer("7")
        self.partner._activate_b2b()
        self.assertFalse(self.partner._get_b2b_invoice_refusal(self.company))
        self.backend.sudo().state = "reconnect"
        self.assertTrue(self.partner._get_b2b_invoice_refusal(self.company))
        self.backend.sudo().state = "connected"
        self.partner.accounting_link_ids.unlink()
        self.assertTrue(self.partner._get_b2b_invoice_refusal(self.company))
