from psycopg2.errors import UniqueViolation

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import RequestReused


@tagged("post_install", "-at_install")
class TestRequest(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        families = cls.env["integrator.family"]
        issue = cls.env["integrator.client"]._issue
        cls.one, _key = issue("One", cls.env.company, families, 1)
        cls.other, _key = issue("Other", cls.env.company, families, 1)

    def setUp(self):
        super().setUp()
        self.done = []

    def _do(self, *, client=None, operation="make", request_id="request-1", **arguments):
        def make(_facade, **given):
            self.done.append(given)
            return {"number": len(self.done)}

        return self.env["integrator.request"]._answer_once(
            (client or self.one).id, operation, {"request_id": request_id, **arguments}, make
        )

    def test_the_same_request_is_done_once_and_answered_twice(self):
        self.assertEqual(self._do(amount=1), {"number": 1})
        self.assertEqual(self._do(amount=1), {"number": 1})
        self.assertEqual(self.done, [{"amount": 1}])

    def test_the_id_for_another_request_is_refused(self):
        self._do(amount=1)
        for other in ({"amount": 2}, {"amount": 1, "operation": "break"}, {}):
            with self.subTest(other), self.assertRaises(RequestReused):
                self._do(**other)
        self.assertEqual(len(self.done), 1)

    def test_ids_count_for_each_integrator(self):
        self.assertEqual(self._do(amount=1), {"number": 1})
        self.assertEqual(self._do(amount=1, client=self.other), {"number": 2})

    def test_the_database_keeps_an_id_from_being_used_twice(self):
        self._do(amount=1)
        row = {"client_id": self.one.id, "request_id": "request-1", "digest": "x"}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["integrator.request"].create(row).flush_recordset()
