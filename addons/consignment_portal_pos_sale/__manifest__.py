{
    "name": "Consignment Portal with Orders at the Till",
    "summary": "Orders of consigned articles that are paid at the till are one sale",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["consignment_portal_pos", "pos_sale"],
    "auto_install": True,
}
