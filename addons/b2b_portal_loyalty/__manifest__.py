{
    "name": "B2B Portal: Offers",
    "summary": "Article prices, offers and punch cards for chosen business customers",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["b2b_portal", "sale_loyalty"],
    "data": [
        "security/ir.model.access.csv",
        "security/b2b_offer_rules.xml",
        "views/b2b_offer_mail_templates.xml",
        "views/b2b_offer_templates.xml",
        "views/b2b_offer_views.xml",
        "views/loyalty_program_views.xml",
    ],
    "demo": ["demo/b2b_offer_demo.xml"],
    "auto_install": True,
}
