{
    "name": "Consignment Portal: Newsletter",
    "summary": "Keeps consignors' newsletter wish and the shop's mailing list in step",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": [
        "consignment_portal",
        "mass_mailing",
    ],
    "data": [
        "views/consignment_shop_views.xml",
    ],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
