from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class B2bCase:
    """A shop with its portal open, a business customer with employees, and a stranger.

    Mixed into TransactionCase or HttpCase.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.company.b2b_enabled = True
        cls.company.b2b_minimum_order = 0
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Trade"})
        cls.customer = cls._create_customer("Harbour View", cls.pricelist)
        cls.buyer = cls._create_member(cls.customer, "buyer")
        cls.shown = cls._create_product("Pan", 40, default_code="PAN", barcode="4006381333931")
        cls.hidden = cls._create_product("Secret table", 990, default_code="SECRET")
        cls._add_rule(cls.pricelist, product_tmpl_id=cls.shown.product_tmpl_id.id, fixed_price=30)

    @classmethod
    def _create_customer(cls, name, pricelist=None, **values):
        customer = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "b2b_state": "active", **values}
        )
        if pricelist:
            customer.specific_property_product_pricelist = pricelist
        return customer

    @classmethod
    def _create_member(cls, customer, login, role="buyer", **values):
        """Create an active employee of a customer, who logs in with the login as password."""
        user = new_test_user(
            cls.env,
            login=login,
            password=login,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@customer.example.com",
        )
        user.partner_id.parent_id = customer
        return cls.env["b2b.member"].create(
            {
                "partner_id": user.partner_id.id,
                "user_id": user.id,
                "state": "active",
                "role": role,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _create_product(cls, name, price=10, **values):
        return cls.env["product.product"].create(
            {"name": name, "list_price": price, "taxes_id": [Command.clear()], **values}
        )

    @classmethod
    def _add_rule(cls, pricelist, **values):
        """Add a rule; where it applies follows from what it names."""
        kinds = (
            ("product_id", "0_product_variant"),
            ("product_tmpl_id", "1_product"),
            ("categ_id", "2_product_category"),
        )
        kind = next((kind for field, kind in kinds if values.get(field)), "3_global")
        display = (
            "2_product_category" if kind in ("2_product_category", "3_global") else "1_product"
        )
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": kind,
                "display_applied_on": display,
                "compute_price": "fixed",
                **values,
            }
        )

    def _as(self, member):
        """Return sale.order as the member's own requests see it."""
        return self.env["sale.order"].with_user(member.user_id).sudo()

    def _fill_cart(self, member, **quantities):
        """Put articles into a member's cart: ``_fill_cart(buyer, shown=2)``."""
        cart = self._as(member)._ensure_b2b_cart(member)
        for name, quantity in quantities.items():
            cart._set_b2b_quantity(member, getattr(self, name).id, str(quantity))
        return cart

    def _submit(self, member, cart):
        """Press "Create order" on the cart as it is shown."""
        return self._as(member)._submit_b2b(member, cart.id, cart._get_b2b_shown_total())


class B2bCommon(B2bCase, TransactionCase):
    """The same for tests without a browser."""
