from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import integrator_api
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestFacade(IntegratorCommon):
    def test_both_interfaces_give_the_same_answer(self):
        answer = self._call("describe")
        self.assertEqual(answer, self._xmlrpc("integrator.api", "describe"))
        self.assertEqual((answer["integrator"], answer["company"]), ("Web shop", self.company.name))
        self.assertIn("describe", [operation["name"] for operation in answer["operations"]])

    def test_an_unknown_argument_is_refused_by_name(self):
        self.assertEqual(self._refused("describe", colour="red"), "invalid_argument")
        answer = self._call("describe", colour="red")
        self.assertIn("colour", answer["error"]["message"])

    def test_arguments_without_names_are_refused(self):
        answer = self._xmlrpc("integrator.api", "describe", "red")
        self.assertEqual(answer["error"]["code"], "invalid_argument")

    def test_a_key_that_ended_is_refused_although_odoo_remembers_it(self):
        self._call("describe")
        self.client.valid_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._refused("describe"), "not_permitted")

    def test_an_employee_is_no_integrator(self):
        answer = self.env["integrator.api"].with_user(self.env.ref("base.user_admin")).describe()
        self.assertEqual(answer["error"]["code"], "not_permitted")

    def test_the_sentence_comes_in_the_language_asked_for(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        with patch.object(
            type(self.env["integrator.api"]),
            "_read_arguments",
            lambda facade, *_args: self.fail_with(facade.env.lang),
        ):
            answer = self._call("describe", context={"lang": "nl_NL"})
            self.assertEqual(answer["error"]["message"], "spoken in nl_NL")
            answer = self._call("describe", context={"lang": "xx_XX"})
            self.assertEqual(answer["error"]["message"], "spoken in en_US")

    def fail_with(self, lang):
        raise integrator_api.InvalidArgument(f"spoken in {lang}")

    def test_of_the_context_that_came_nothing_but_the_language_is_believed(self):
        other = self.env["res.company"].create({"name": "Other"})
        answer = self._call("describe", context={"allowed_company_ids": [other.id]})
        self.assertEqual(answer["company"], self.company.name)

    def test_a_mistake_of_ours_is_a_number_in_the_log_and_no_traceback(self):
        with patch.object(
            type(self.env["integrator.client"]), "_note_use", side_effect=ZeroDivisionError
        ):
            with self.assertLogs(integrator_api.__name__, "ERROR") as log:
                answer = self._call("describe")
        self.assertEqual(answer["error"]["code"], "internal")
        incident = answer["error"]["message"].rstrip(".").rpartition(" ")[2]
        self.assertIn(incident, log.output[0])
        self.assertNotIn("ZeroDivision", str(answer))

    def test_whoever_is_always_in_the_way_is_told_as_busy(self):
        with (
            patch.object(integrator_api, "RETRY_SECONDS", 0.1),
            patch.object(
                type(self.env["integrator.api"]),
                "_get_operations",
                side_effect=SerializationFailure,
            ),
            mute_logger(integrator_api.__name__),
        ):
            facade = self.env["integrator.api"].with_user(self.client.user_id)
            self.assertEqual(facade.describe()["error"]["code"], "busy")

    def test_what_is_there_already_is_refused_after_a_few_tries(self):
        with patch.object(
            type(self.env["integrator.api"]), "_get_operations", side_effect=UniqueViolation
        ) as tried:
            facade = self.env["integrator.api"].with_user(self.client.user_id)
            self.assertEqual(facade.describe()["error"]["code"], "refused")
        self.assertEqual(tried.call_count, 4)

    def test_the_last_use_is_kept(self):
        self.assertFalse(self.client.last_used_at)
        self._call("describe")
        used = self.client.last_used_at
        self.assertTrue(used)
        self._call("describe")
        self.assertEqual(self.client.last_used_at, used)
