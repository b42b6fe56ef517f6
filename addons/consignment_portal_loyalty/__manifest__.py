{
    "name": "Consignment Payout as Credit",
    "summary": "Consignors are paid as store credit with a bonus, spendable at once",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["consignment_portal", "loyalty_accounts"],
    "data": ["views/consignment_shop_views.xml"],
    "demo": ["demo/store_credit_demo.xml"],
    "auto_install": True,
}
