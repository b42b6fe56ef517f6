from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ConsolidationCommon

MODELS = ("consolidation.agreement", "consolidation.terms")
WIZARDS = (
    "consolidation.agreement.invite",
    "consolidation.agreement.terms",
    "consolidation.agreement.end",
)


@tagged("post_install", "-at_install")
class TestAgreementSecurity(ConsolidationCommon):
    """Who may see and do what: both sides' clerks, a third one, users without the right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="shop-seller",
            groups="base.group_user,loyalty_accounts.group_admin",
            company_id=cls.shop.id,
            company_ids=[(6, 0, cls.shop.ids)],
        )
        cls.portal = new_test_user(cls.env, login="portal-pc", groups="base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.agreement = cls._agree(cls.shop, cls.bistro)
        cls.invitation = cls._invite(cls.bistro, cls.shop)
        cls.both_sides = (cls.shop_clerk, cls.bistro_clerk)
        cls.without_right = (cls.seller, cls.portal, cls.public)

    def _records(self, model):
        return self.agreement if model == MODELS[0] else self.agreement.terms_id

    # === READING === #

    def test_both_sides_read_agreement_and_terms(self):
        for model in MODELS:
            for user in self.both_sides:
                with self.subTest(model=model, user=user.login):
                    mine = self._records(model).with_user(user)
                    self.assertTrue(mine.read())
                    self.assertIn(mine.id, mine.search([]).ids)

    def test_third_establishment_sees_neither(self):
        for model in MODELS:
            theirs = self._records(model).with_user(self.deli_clerk)
            with self.subTest(model=model):
                self.assertFalse(theirs.search([]))
                self.assertFalse(theirs.search([("id", ">", 0)]))
                self.assertFalse(theirs.formatted_read_group([], ["state"], ["__count"]))
                with self.assertRaises(AccessError):
                    theirs.read()
                # Who may export files at all, exports none of these.
                self.deli_clerk.group_ids += self.env.ref("base.group_allow_export")
                with self.assertRaises(AccessError):
                    theirs.export_data(["state"])

    def test_users_without_the_right_read_nothing(self):
        for model in (*MODELS, *WIZARDS):
            for user in self.without_right:
                with self.subTest(model=model, user=user.login):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_history_is_read_by_both_sides_and_nobody_else(self):
        messages = self.agreement.message_ids
        self.assertTrue(messages)
        for user in self.both_sides:
            self.assertTrue(messages.with_user(user).read(["body"]))
        for user in (self.deli_clerk, self.seller, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                messages.with_user(user).read(["body"])

    def test_clerks_do_not_see_the_other_sides_company(self):
        with self.assertRaises(AccessError):
            self.bistro.with_user(self.shop_clerk).read(["email"])
        self.assertEqual(
            self.agreement.with_user(self.shop_clerk).read(["accepter_id"])[0]["accepter_id"],
            (self.bistro.id, "Quay Bistro"),
        )

    # === WRITING === #

    def test_nobody_has_a_right_to_write(self):
        for model in MODELS:
            for user in (*self.both_sides, self.deli_clerk, *self.without_right):
                for operation in ("create", "write", "unlink"):
                    with self.subTest(model=model, user=user.login, operation=operation):
                        records = self._records(model).with_user(user)
                        self.assertFalse(records.has_access(operation))

    def test_data_cannot_be_loaded_from_a_file(self):
        for user in self.both_sides:
            terms = self.env["consolidation.terms"].with_user(user)
            result = terms.load(["id", "discount"], [["", "5"]])
            with self.subTest(user=user.login):
                self.assertFalse(result["ids"])

    def test_tasks_of_the_other_side_stay(self):
        task = self.invitation.sudo().activity_ids
        self.assertEqual(task.user_id, self.shop_clerk)
        for change in (
            lambda: task.with_user(self.bistro_clerk).unlink(),
            lambda: task.with_user(self.bistro_clerk).write({"summary": "x"}),
        ):
            with self.assertRaises(AccessError):
                change()
        task.with_user(self.shop_clerk).action_feedback()
        self.assertFalse(self.invitation.sudo().activity_ids)

    # === STEPS === #

    def _steps(self, user):
        agreement = self.agreement.with_user(user)
        invitation = self.invitation.with_user(user)
        proposal = agreement.with_context(proposal_id=1)
        return {
            "accept": invitation.action_accept,
            "decline": invitation.action_decline,
            "withdraw": invitation.action_withdraw,
            "invite_back": invitation.action_invite_back,
            "propose": agreement.action_propose,
            "agree": proposal.action_agree,
            "reject": proposal.action_reject,
            "withdraw_proposal": proposal.action_withdraw_proposal,
            "end": agreement.action_end,
            "_accept": lambda: invitation._accept({}),
            "_propose": lambda: agreement._propose({}),
            "_give_notice": lambda: agreement._give_notice("2100-01-01"),
        }

    def test_nobody_but_both_sides_takes_a_step(self):
        for user in (self.deli_clerk, *self.without_right):
            for name, step in self._steps(user).items():
                with self.subTest(user=user.login, step=name), self.assertRaises(AccessError):
                    step()

    def test_each_side_takes_its_own_steps(self):
        for name in ("accept", "propose", "end"):
            with self.subTest(step=name):
                self.assertTrue(self._steps(self.shop_clerk)[name]())
        for name in ("propose", "end", "withdraw"):
            with self.subTest(step=name):
                self.assertTrue(self._steps(self.bistro_clerk)[name]())

    def test_dialogues_open_nothing_of_others(self):
        for model, word in zip(WIZARDS[1:], ("heading", "statement"), strict=True):
            wizards = self.env[model].with_user(self.deli_clerk)
            with self.subTest(model=model):
                with self.assertRaises(AccessError):
                    wizards.create({"agreement_id": self.agreement.id})
                with self.assertRaises(AccessError):
                    values = {"agreement_id": self.agreement.id}
                    wizards.onchange(values, ["agreement_id"], {"agreement_id": {}, word: {}})

    def test_dialogue_made_for_one_side_does_nothing_for_another_user(self):
        wizard = self.env[WIZARDS[1]].with_user(self.shop_clerk)
        wizard = wizard.create({"agreement_id": self.invitation.id, "discount": 5})
        for user in (self.deli_clerk, self.seller):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.with_user(user).action_confirm()
        self.assertEqual(self.invitation.state, "new")


@tagged("post_install", "-at_install")
class TestAgreementRpc(ConsolidationCommon, HttpCase):
    """The same from outside, as a program sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._agree(cls.shop, cls.bistro)

    def _call(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login.ljust(8, "x"))  # as new_test_user makes it
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    @mute_logger("odoo.http")
    def test_private_steps_and_the_token_are_out_of_reach(self):
        ids, terms_ids = self.agreement.ids, self.agreement.terms_id.ids
        context = {"consolidation_engine": "object"}
        for args in (
            (MODELS[0], "_accept", ids, {"discount": 100}),
            (MODELS[0], "_end", ids),
            (MODELS[0], "_as_engine", ids),
            (MODELS[0], "_invite", self.deli.id),
            (MODELS[0], "write", ids, {"state": "ended"}),
            (MODELS[0], "create", {"sender_id": self.bistro.id, "accepter_id": self.shop.id}),
            (MODELS[1], "write", terms_ids, {"discount": 100}),
            (MODELS[1], "create", {"agreement_id": ids[0], "version": 2}),
            ("res.company", "_find_open_establishments", self.shop.ids, "x@example.com"),
        ):
            with self.subTest(method=args[1]):
                with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                    self._call(self.bistro_clerk, *args, context=context)
        self.agreement.invalidate_recordset()
        self.assertEqual((self.agreement.state, len(self.agreement.terms_ids)), ("active", 1))

    def test_clerk_reads_over_rpc_what_the_screen_shows(self):
        [values] = self._call(
            self.shop_clerk, MODELS[0], "read", self.agreement.ids, ["statement", "state"]
        )
        shown = (self.agreement.statement, "active")
        self.assertEqual((values["statement"], values["state"]), shown)

    @mute_logger("odoo.http")
    def test_clerk_of_a_third_establishment_reads_nothing_over_rpc(self):
        found = self._call(self.deli_clerk, MODELS[0], "search_read", [])
        self.assertEqual(found, [])
        with self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self._call(self.deli_clerk, MODELS[0], "read", self.agreement.ids)
        self.assertEqual(self.agreement.state, "active")

    def test_a_stranger_is_not_asked_which_proposal_is_meant(self):
        agreement = self.agreement.with_user(self.deli_clerk)
        for call in ("action_agree", "action_reject", "action_withdraw_proposal"):
            with self.subTest(call), self.assertRaises(AccessError):
                getattr(agreement, call)()
