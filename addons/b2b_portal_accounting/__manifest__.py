{
    "name": "B2B Portal: Accounting Connectors",
    "summary": "Business customers are known to the accounting provider before they order",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["b2b_portal", "accounting_connectors"],
    "data": ["views/res_config_settings_views.xml"],
    "auto_install": True,
}
