from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestTours(LoyaltyCommon, HttpCase):
    """The back office in a browser, as staff use it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.account.write({"number": "TOUR-1", "discount": 10, "credit_rate": 0.05})
        cls.env["product.product"].create(
            {"name": "Tour chair", "list_price": 100, "taxes_id": False, "type": "consu"}
        )

    def test_account_is_opened_topped_up_and_deleted_in_the_browser(self):
        self.start_tour("/odoo", "loyalty_accounts_account", login="loyalty_admin")
        accounts = self.env["loyalty.account"].with_context(active_test=False)
        opened = accounts.search([("number", "=", "TOUR-NEW")])
        self.assertFalse(opened.active)
        self._assert_account(opened, 25)

    def test_card_is_scanned_on_a_quotation_that_earns_when_confirmed(self):
        self.start_tour("/odoo", "loyalty_accounts_quotation", login="loyalty_admin")
        order = self.env["sale.order"].search([("loyalty_account_id", "=", self.account.id)])
        self.assertEqual((order.state, order.amount_total), ("sale", 90))
        self._assert_account(self.account, 4.5)

    def test_cards_are_printed_where_wkhtmltopdf_is_missing(self):
        reports = type(self.env["ir.actions.report"])
        drawn = []

        def draw(accounts):
            drawn.append(accounts)
            return b"%PDF-1.4"

        with (
            patch.object(reports, "get_wkhtmltopdf_state", lambda _self: "install"),
            patch.object(type(self.account), "_draw_cards", draw),
        ):
            self.start_tour(
                "/odoo/action-loyalty_accounts.loyalty_account_action",
                "loyalty_accounts_print",
                login="loyalty_admin",
            )
        self.assertEqual([accounts.ids for accounts in drawn], [self.account.ids])
