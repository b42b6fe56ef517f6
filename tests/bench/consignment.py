"""Scripts that the cases of the consignment portal begin with."""

#: A shop-in-shop with a consignor, and a way to enter articles for them.
SHOP = """
shop = env["consignment.shop"].create({"number": "30012", "name": "Bench shop"})
consignor = env["consignment.consignor"].create({"shop_id": shop.id, "last_name": "Bench"})
category = env.ref("consignment_portal.product_category_clothes")

def create_intake(count):
    intake = env["consignment.intake"].create({"consignor_id": consignor.id})
    env["consignment.article"].create([
        {"intake_id": intake.id, "name": f"Article {n}", "price": 5 + n, "categ_id": category.id}
        for n in range(count)
    ])
    intake.action_submit()
    return intake

env.cr.commit()
"""
