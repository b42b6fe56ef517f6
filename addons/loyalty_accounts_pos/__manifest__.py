{
    "name": "Loyalty Accounts at the Till",
    "summary": "Scan cards, give their discount, pay with credit and sell top-ups in the POS",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["loyalty_accounts", "point_of_sale"],
    "data": [
        "data/barcode_rule_data.xml",
        "views/pos_config_views.xml",
        "views/pos_order_views.xml",
    ],
    "assets": {
        "point_of_sale._assets_pos": ["loyalty_accounts_pos/static/src/app/**/*"],
        "web.assets_tests": ["loyalty_accounts_pos/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
