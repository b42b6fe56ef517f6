{
    "name": "Consignment Portal with Gift Cards",
    "summary": "Gift cards and e-wallets pay for consigned articles, and are no discount on them",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["consignment_portal", "sale_loyalty"],
    "auto_install": True,
}
