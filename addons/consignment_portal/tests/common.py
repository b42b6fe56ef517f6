from odoo.tests import TransactionCase, new_test_user


class ConsignmentCase:
    """A shop-in-shop with a consignor who logs in, and another who does not.

    Mixed into TransactionCase or HttpCase.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.shop = cls._create_shop("30012", "Market Hall", share=60)
        cls.consignor = cls._create_consignor(
            "Anna", "anna@example.com", entry_allowed=True, entry_quota=5
        )
        cls.other = cls._create_consignor("Boris", "boris@example.com")
        cls.user = cls._create_login(cls.consignor, "anna")
        cls.staff = new_test_user(
            cls.env, "staff", "consignment_portal.group_consignment_user", password="staff"
        )
        cls.category = cls.env.ref("consignment_portal.product_category_clothes")

    @classmethod
    def _create_shop(cls, number, name="Shop", **values):
        return cls.env["consignment.shop"].create({"number": number, "name": name, **values})

    @classmethod
    def _create_consignor(cls, name, email=False, shop=None, **values):
        return cls.env["consignment.consignor"].create(
            {"shop_id": (shop or cls.shop).id, "last_name": name, "email": email, **values}
        )

    @classmethod
    def _create_login(cls, consignors, login):
        """Create a portal user who logs in as consignors, with the login as password."""
        user = new_test_user(cls.env, login, "base.group_portal", password=login)
        consignors.user_id = user
        return user

    @classmethod
    def _create_intake(cls, consignor=None, **values):
        return cls.env["consignment.intake"].create(
            {"consignor_id": (consignor or cls.consignor).id, **values}
        )

    @classmethod
    def _create_article(cls, intake, name="Coat", price=40, **values):
        return cls.env["consignment.article"].create(
            {
                "intake_id": intake.id,
                "name": name,
                "price": price,
                "categ_id": cls.category.id,
                **values,
            }
        )

    @classmethod
    def _create_stock(cls, consignor=None, prices=(40,), **values):
        """Return articles of a consignor that are on sale."""
        intake = cls._create_intake(consignor)
        articles = cls.env["consignment.article"].union(
            *(cls._create_article(intake, price=price, **values) for price in prices)
        )
        intake.action_submit()
        intake.action_accept()
        return articles


class ConsignmentCommon(ConsignmentCase, TransactionCase):
    pass
