import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.accounting_connectors.providers.base import RemoteCustomer
from odoo.addons.accounting_connectors.tests.common import ConnectorCommon
from odoo.addons.accounting_connectors.tests.paper import Paper


@tagged("post_install", "-at_install")
class TestAccountingOperations(ConnectorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("base.group_system")
        cls.family = cls.env.ref("accounting_connectors_api.family_accounting")
        cls.client, _key = cls.env["integrator.client"]._issue(
            "Booking", cls.env.company, cls.family, 30
        )
        cls.facade = cls.env["integrator.api"].with_user(cls.client.user_id)
        cls.customer = cls.env["res.partner"].create({"name": "Tea Ltd", "ref": "C-100"})
        cls.env.flush_all()

    def _link(self, external_id="9", **arguments):
        Paper.customers["9"] = RemoteCustomer(external_id="9", name="Tea Limited")
        arguments = {"program": "Paper", "customer": "C-100", **arguments}
        answer = self.facade.accounting_link(external_id=external_id, **arguments)
        self.env.invalidate_all()
        return answer

    def _refused(self, answer):
        return answer["error"]["code"]

    def test_a_customer_is_linked_and_again_is_no_error(self):
        answer = self._link()
        self.assertEqual(answer["external_name"], "Tea Limited")
        self.assertEqual(self.customer._get_accounting_link(self.backend).external_id, "9")
        self.assertEqual(self._link(), answer)

    def test_a_number_that_is_not_there_is_not_linked(self):
        self.assertEqual(self._refused(self._link("10")), "not_linked")
        self.assertFalse(self.customer._get_accounting_link(self.backend))

    def test_a_linked_customer_keeps_its_number(self):
        self._link()
        self.assertEqual(self._refused(self._link("10")), "not_linked")
        self.assertEqual(self.customer._get_accounting_link(self.backend).external_id, "9")

    def test_a_program_that_is_not_connected_links_nobody(self):
        self.backend._forget_connection()
        self.env.flush_all()
        self.assertEqual(self._refused(self._link()), "not_linked")

    def test_who_is_unknown_or_not_alone_is_not_found(self):
        self.assertEqual(self._refused(self._link(customer="C-101")), "not_found")
        self.assertEqual(self._refused(self._link(program="Nobody")), "not_found")
        self.customer.copy({"name": "Twin", "ref": "C-100"})
        self.env.flush_all()
        self.assertEqual(self._refused(self._link()), "not_found")

    def test_an_invoice_tells_its_export(self):
        export = self._export()
        (told,) = self.facade.accounting_export_state(invoice=export.move_id.name)["exports"]
        self.assertEqual((told["program"], told["state"]), ("Paper", "pending"))
        code = self._refused(self.facade.accounting_export_state(invoice="INV/NO/SUCH"))
        self.assertEqual(code, "not_found")

    def test_another_companys_invoices_are_unknown(self):
        export = self._export()
        other = self.env["res.company"].create({"name": "Other"})
        client, _key = self.env["integrator.client"]._issue("Other", other, self.family, 30)
        self.env.flush_all()
        facade = self.facade.with_user(client.user_id)
        answer = facade.accounting_export_state(invoice=export.move_id.name)
        self.assertEqual(self._refused(answer), "not_found")
        self.assertEqual(facade.accounting_exports()["rows"], [])

    def test_exports_that_changed_are_listed_once(self):
        for _invoice in range(3):
            self._export()
        # All of a test is one transaction; here it counts as ended.
        later = patch.object(
            type(self.facade), "_read_horizon", lambda _self: datetime.now() + timedelta(days=1)
        )
        with later:
            first = self.facade.accounting_exports(limit=2)
            rest = self.facade.accounting_exports(since=first["next"])
            none = self.facade.accounting_exports(since=rest["next"])
        self.assertEqual((len(first["rows"]), first["more"]), (2, True))
        self.assertEqual((len(rest["rows"]), rest["more"]), (1, False))
        self.assertEqual((none["rows"], none["next"]), ([], rest["next"]))

    def test_what_an_open_transaction_wrote_waits_for_the_next_list(self):
        self._export()
        answer = self.facade.accounting_exports()
        self.assertEqual((answer["rows"], answer["next"]), ([], ""))

    def test_since_is_checked(self):
        for bad in ("x", "2026-01-01~x", "~1", "1~2026-01-01"):
            with self.subTest(bad):
                code = self._refused(self.facade.accounting_exports(since=bad))
                self.assertEqual(code, "invalid_argument")

    def test_an_invoice_that_arrives_is_an_event(self):
        hook = self.env["integrator.webhook"].create(
            {
                "client_id": self.client.id,
                "url": "https://shop.example/",
                "topic_ids": self.env.ref("accounting_connectors_api.topic_invoice_exported").ids,
            }
        )
        export = self._export()
        self.assertFalse(hook.event_ids)
        self._run(export)
        (event,) = hook.event_ids
        data = json.loads(event.body)["data"]
        self.assertEqual((data["invoice"], data["state"]), (export.move_id.name, "sent"))
