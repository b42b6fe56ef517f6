import base64
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..exceptions import AccountUnusable
from .common import LoyaltyCommon
from .common_codes import logo, page_sizes, read_pages, read_picture, words

CARDS = "loyalty_accounts.card_report_action"
VOUCHERS = "loyalty_accounts.voucher_report_action"


@tagged("post_install", "-at_install")
class TestCards(LoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"logo": False, "loyalty_symbology": "code128"})
        cls.account.number = "2900000000018"

    def _print(self, report, accounts, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.seller)
        content, kind = reports._render_qweb_pdf(report, accounts.ids)
        self.assertEqual(kind, "pdf")
        return content

    def test_a_seller_prints_cards_of_ticked_accounts(self):
        other = self._create_account(number="AB-12", name="Silver card")
        pdf = self._print(CARDS, self.account | other)
        self.assertEqual(len(page_sizes(pdf)), 2)
        self.assertEqual(read_pages(pdf), {("CODE-128", "2900000000018"), ("CODE-128", "AB-12")})

    def test_the_card_shows_holder_name_expiry_and_the_companys_text(self):
        self.company.loyalty_card_text = "Lost? Call 0229 123456"
        self.account.expiry_date = date(2027, 12, 31)
        text = words(self._print(CARDS, self.account))
        for part in ("Anna Berg", "Gold card", "December 31, 2027", "Lost? Call 0229 123456"):
            self.assertIn(part, text)

    def test_a_card_without_expiry_or_holder_shows_neither(self):
        bearer = self._create_account(partner_id=False, name="Bearer")
        text = words(self._print(CARDS, bearer))
        self.assertIn("Bearer", text)
        self.assertNotIn("Valid until", text)

    def test_the_symbology_is_the_companys(self):
        for wish, read in (("ean13", "EAN-13"), ("qr", "QR-Code"), ("code128", "CODE-128")):
            self.company.loyalty_symbology = wish
            with self.subTest(wish=wish):
                pdf = self._print(CARDS, self.account)
                self.assertEqual(read_pages(pdf), {(read, "2900000000018")})

    def test_proposed_numbers_can_be_drawn_as_ean13(self):
        self.company.loyalty_symbology = "ean13"
        account = self._create_account()
        self.assertEqual(read_pages(self._print(CARDS, account)), {("EAN-13", account.number)})

    def test_a_logo_is_drawn_where_there_is_one(self):
        self.company.logo = base64.b64encode(logo())
        pdf = self._print(CARDS, self.account)
        self.assertIn(b"/Image", pdf)
        self.assertNotIn(self.company.name, words(pdf))

    def test_the_form_shows_the_code(self):
        image = self.account.with_user(self.seller).code_image
        self.assertEqual(read_picture(base64.b64decode(image)), {("CODE-128", "2900000000018")})

    def test_a_number_that_is_being_typed_is_not_drawn_before_it_is_saved(self):
        with Form(self.env["loyalty.account"].with_user(self.manager)) as form:
            form.name, form.number = "New card", " no-n é "
            self.assertFalse(form.code_image)
            form.number = " ab-12 "
        drawn = base64.b64decode(form.record.code_image)
        self.assertEqual(read_picture(drawn), {("CODE-128", "AB-12")})

    def test_labels_and_terms_are_in_the_holders_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.company.loyalty_card_text = "Lost? Call us"
        self.company.with_context(lang="nl_NL").loyalty_card_text = "Kwijt? Bel even"
        self.partner.lang = "nl_NL"
        self.account.expiry_date = date(2027, 12, 31)
        text = words(self._print(CARDS, self.account))
        self.assertIn("Kwijt? Bel even", text)
        self.assertIn("31 december 2027", text)

    def test_strangers_print_nothing(self):
        clerk = self._create_user("clerk", "base.group_user")
        portal = new_test_user(self.env, login="portal_x", groups="base.group_portal")
        foreigner = self._create_user(
            "foreigner",
            "loyalty_accounts.group_admin",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        for user in (clerk, portal, foreigner):
            for report in (CARDS, VOUCHERS):
                with self.subTest(user=user.login, report=report), self.assertRaises(AccessError):
                    self._print(report, self.account, user)

    def test_five_hundred_vouchers_are_fifty_pages(self):
        accounts = self.env["loyalty.account"].create(
            [{"name": "Gift", "number": f"G-{number:04}"} for number in range(500)]
        )
        for account in accounts:
            self.ledger._top_up(account, 5)
        pdf = self._print(VOUCHERS, accounts)
        self.assertEqual(len(page_sizes(pdf)), 50)

    def test_a_voucher_shows_what_can_be_spent_and_until_when(self):
        with freeze_time("2026-11-22"):
            self.ledger._top_up(self.account, 25, expiry_date=date(2027, 6, 30))
            self.ledger._charge(self.account, 5)
            text = words(self._print(VOUCHERS, self.account))
        self.assertIn("20.00", text)
        self.assertIn("June 30, 2027", text)

    def test_accounts_without_credit_are_refused_as_vouchers_by_name(self):
        spent = self._create_account(name="Spent one")
        self.ledger._top_up(self.account, 25)
        with self.assertRaisesRegex(UserError, "Spent one"):
            self._print(VOUCHERS, self.account | spent)
        self.account.action_block()
        with self.assertRaisesRegex(UserError, "Gold card"):
            self._print(VOUCHERS, self.account)

    def test_a_colour_must_be_six_digits(self):
        for bad in ("red", "#12345", "#1F3A5F", "#1f3a5f;}", "url(x)"):
            with self.subTest(colour=bad), self.assertRaises(ValidationError):
                self.company.loyalty_card_color = bad
        self.company.loyalty_card_color = "#ffd24d"
        self.assertEqual(self.company._prepare_loyalty_card_style().colour, "#ffd24d")

    def test_the_text_on_cards_is_limited(self):
        with self.assertRaises(ValidationError):
            self.company.loyalty_card_text = "x" * 201


@tagged("post_install", "-at_install")
class TestCardMail(LoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "anna@example.com"
        cls.account.number = "2900000000018"

    def _send(self, user=None):
        action = self.account.with_user(user or self.seller).action_send_card()
        composer = (
            self.env["mail.compose.message"]
            .with_user(user or self.seller)
            .with_context(**action["context"])
            .create({})
        )
        composer._action_send_mail()
        return self.account.message_ids[0]

    def test_the_customer_gets_the_code_to_scan_and_the_card_to_print(self):
        message = self._send()
        self.assertEqual(message.partner_ids, self.partner)
        pictures = message.attachment_ids.filtered(lambda file: file.mimetype == "image/png")
        self.assertEqual(read_picture(pictures.raw), {("CODE-128", "2900000000018")})
        pdf = message.attachment_ids - pictures
        self.assertEqual(read_pages(pdf.raw), {("CODE-128", "2900000000018")})

    def test_the_picture_needs_no_login_but_a_secret(self):
        message = self._send()
        picture = message.attachment_ids.filtered(lambda file: file.mimetype == "image/png")
        self.assertTrue(picture.access_token)
        self.assertFalse(picture.public)
        self.assertIn(f"/web/image/{picture.id}?access_token={picture.access_token}", message.body)

    def test_a_card_that_is_not_accepted_is_not_sent(self):
        self.account.action_block()
        with self.assertRaises(AccountUnusable):
            self.account.with_user(self.seller).action_send_card()

    def test_who_may_not_see_the_account_cannot_send_it(self):
        clerk = self._create_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.account.with_user(clerk).action_send_card()
