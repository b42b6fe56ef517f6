from unittest.mock import patch

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSignupMark(TransactionCase):
    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create({"name": "Rosa"})
        self.written = []
        original = type(self.customer).write

        def write(records, vals):
            self.written.append(vals)
            return original(records, vals)

        self.startPatcher(patch.object(type(self.customer), "write", write))

    def test_a_second_mail_does_not_write_the_customer_again(self):
        self.customer.signup_prepare()
        self.customer.signup_prepare()
        self.assertEqual(self.written, [{"signup_type": "signup"}])

    def test_another_kind_of_link_is_written(self):
        self.customer.signup_prepare()
        self.customer.signup_prepare(signup_type="reset")
        self.assertEqual(self.customer.signup_type, "reset")
