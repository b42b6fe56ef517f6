{
    "name": "Partner Consolidation at the Till",
    "summary": "Cards of partners at the till: terms, what may pay how much of the bill",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["partner_consolidation", "loyalty_accounts_pos"],
    "assets": {
        "point_of_sale._assets_pos": ["partner_consolidation_pos/static/src/app/**/*"],
        "web.assets_tests": ["partner_consolidation_pos/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
