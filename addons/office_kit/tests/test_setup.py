from odoo.exceptions import AccessError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools.translate import code_translations


@tagged("post_install", "-at_install")
class TestSetup(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Corner Shop"})
        cls.administrator = new_test_user(
            cls.env,
            "first-steps",
            "base.group_system",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def overview(self):
        return self.env["office.setup"].with_user(self.administrator).get_overview()

    def step(self, key):
        steps = [step for app in self.overview()["apps"] for step in app["steps"]]
        return next(step for step in steps if step["key"] == key)

    def test_an_administrator_sees_what_is_set_up_and_what_is_missing(self):
        overview = self.overview()
        self.assertEqual(overview["company"], "Corner Shop")
        self.assertEqual(overview["next"], "office_kit.company")
        self.assertLess(overview["done"], overview["needed"])
        self.assertEqual(overview["apps"][0]["title"], "The company")

    def test_nobody_else_is_told(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"first-steps-{groups}", groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.env["office.setup"].with_user(user).get_overview()

    def test_a_step_is_done_when_nothing_is_missing(self):
        self.assertIn("Street", self.step("office_kit.company")["finding"])
        self.company.write(
            {
                "street": "1 Quay",
                "city": "Bergen",
                "country_id": self.env.ref("base.no").id,
                "email": "shop@example.com",
                "vat": "NO974760673MVA",
            }
        )
        step = self.step("office_kit.company")
        self.assertTrue(step["done"])
        self.assertEqual(step["finding"], "All there.")

    def test_an_address_that_only_the_server_reaches_is_missing(self):
        parameters = self.env["ir.config_parameter"]
        for address, done in (
            ("http://localhost:8069", False),
            ("https://127.0.0.1", False),
            ("http://shop.example.com", False),
            ("https://shop.example.com", True),
        ):
            parameters.set_param("web.base.url", address)
            with self.subTest(address):
                self.assertEqual(self.step("office_kit.address")["done"], done)

    def test_colleagues_of_another_company_do_not_count(self):
        new_test_user(self.env, "somewhere-else", "base.group_user")
        self.assertFalse(self.step("office_kit.people")["done"])
        new_test_user(
            self.env,
            "colleague",
            "base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertTrue(self.step("office_kit.people")["done"])

    def test_each_step_leads_somewhere_and_is_there_once(self):
        steps = self.env["office.setup"].with_user(self.administrator)._get_steps()
        self.assertEqual(len({step.key for step in steps}), len(steps))
        for step in steps:
            with self.subTest(step.key):
                self.assertTrue(self.env["ir.actions.actions"]._for_xml_id(step.action))
                self.assertTrue(step.title and step.why and step.finding)

    def test_the_page_opens_by_itself_once_after_an_installation(self):
        todo = self.env.ref("office_kit.office_setup_todo")
        todo.action_open()
        self.assertEqual(self.env["ir.module.module"].next()["tag"], "office_kit.setup")
        self.assertNotEqual(self.env["ir.module.module"].next().get("tag"), "office_kit.setup")

    def test_how_much_is_done_is_one_sentence_whose_words_a_language_orders_itself(self):
        for lang in ("cs_CZ", "nb_NO", "nl_NL", "ru_RU", "sk_SK", "sv_SE"):
            messages = code_translations.get_web_translations("office_kit", lang)["messages"]
            told = {message["id"]: message["string"] for message in messages}
            with self.subTest(lang):
                self.assertIn("%(count)s", told["%(count)s missing"])
                sentence = told["%(done)s of %(needed)s steps done"]
                self.assertTrue("%(done)s" in sentence and "%(needed)s" in sentence)

    def test_apps_with_nothing_but_optional_steps_come_last(self):
        needed = [
            any(not step["optional"] for step in app["steps"]) for app in self.overview()["apps"]
        ]
        self.assertEqual(needed, sorted(needed, reverse=True))


@tagged("post_install", "-at_install")
class TestSetupPage(HttpCase):
    def test_the_page_leads_to_what_is_missing_and_is_read_anew(self):
        self.env.ref("base.main_company").vat = False
        new_test_user(self.env, "first-steps", "base.group_system")
        self.start_tour("/odoo/first-steps", "office_kit_first_steps", login="first-steps")
