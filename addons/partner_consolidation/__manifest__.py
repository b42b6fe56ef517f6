{
    "name": "Partner Consolidation",
    "summary": "Establishments honour each other's cards, and clear what they owe to the cent",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["loyalty_accounts"],
    "data": [
        "security/partner_consolidation_groups.xml",
        "security/ir.model.access.csv",
        "security/partner_consolidation_rules.xml",
        "data/ir_cron_simulation_data.xml",
        "views/consolidation_menus.xml",
        "report/consolidation_simulation_report_templates.xml",
        "views/consolidation_simulation_views.xml",
    ],
    "demo": [],
}
