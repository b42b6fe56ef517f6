{
    "name": "Consignment Portal at the Till",
    "summary": "Consigned articles are sold at the till; receipts become sales of consignors",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["consignment_portal", "point_of_sale"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
