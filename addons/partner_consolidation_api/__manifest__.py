{
    "name": "Partner Consolidation for Integrators",
    "summary": "Other programs ask on which terms a partner's card is served",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["loyalty_accounts_api", "partner_consolidation"],
    "auto_install": True,
}
