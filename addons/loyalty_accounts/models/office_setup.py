from odoo import api, models

from odoo.addons.office_kit.steps import Step


class OfficeSetup(models.AbstractModel):
    _inherit = "office.setup"

    @api.model
    def _get_steps(self):
        """Override: what has to be there before a customer pays with credit."""
        return [
            *super()._get_steps(),
            self._get_loyalty_books_step(),
            self._get_loyalty_terms_step(),
            self._get_loyalty_cards_step(),
            self._get_loyalty_products_step(),
        ]

    @api.model
    def _get_loyalty_books_step(self):
        # sudo: an administrator need not be a bookkeeper; whether there is a journal, and its name.
        company = self.env.company.sudo().root_id
        done = bool(company.chart_template)
        if not done:
            finding = self.env._("This company has no chart of accounts: choose one first.")
        elif company.loyalty_journal_id:
            finding = self.env._("Booked in the journal %s.", company.loyalty_journal_id.name)
        else:
            finding = self.env._("Journal and accounts are made with the first movement.")
        return Step(
            key="loyalty_accounts.books",
            title=self.env._("Credit in the books"),
            why=self.env._("Credit is money that you owe: each movement is booked by itself."),
            finding=finding,
            done=done,
            action="loyalty_accounts.res_config_settings_action"
            if done
            else "account.action_account_config",
        )

    @api.model
    def _get_loyalty_terms_step(self):
        company = self.env.company
        discount = company.loyalty_default_discount
        rate = company.loyalty_default_credit_rate * 100  # kept per 1 of currency
        return Step(
            key="loyalty_accounts.terms",
            title=self.env._("Terms of new cards"),
            why=self.env._(
                "What a card gives unless something else is agreed: discount, and earned credit."
            ),
            finding=self.env._(
                "%(discount)s %% discount, %(rate)s %% of what is paid becomes credit.",
                discount=f"{discount:g}",
                rate=f"{rate:g}",
            ),
            done=bool(discount or rate),
            action="loyalty_accounts.res_config_settings_action",
        )

    @api.model
    def _get_loyalty_cards_step(self):
        cards = self._how_many("loyalty.account", self._of_company())
        return Step(
            key="loyalty_accounts.cards",
            title=self.env._("First cards"),
            why=self.env._("Open one and try it on a quotation, or bring yours over by “Import”."),
            finding=self.env._("%s card(s).", cards)
            if cards
            else self.env._("No card has been opened yet."),
            done=bool(cards),
            action="loyalty_accounts.loyalty_account_action",
        )

    @api.model
    def _get_loyalty_products_step(self):
        products = self._how_many(
            "product.template",
            [
                ("loyalty_credit_product", "!=", False),
                ("company_id", "in", [False, self.env.company.id]),
            ],
        )
        return Step(
            key="loyalty_accounts.products",
            title=self.env._("Top-ups and gift vouchers"),
            why=self.env._("Products that sell credit: choose “Sells credit” on a service."),
            finding=self.env._("%s product(s).", products)
            if products
            else self.env._("No product sells credit."),
            done=bool(products),
            action="sale.product_template_action",
            optional=True,
        )
