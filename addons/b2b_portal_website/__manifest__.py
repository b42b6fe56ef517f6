{
    "name": "B2B Portal: Registration",
    "summary": "Businesses apply for the portal on the website; staff activate them after a check",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["b2b_portal", "website", "base_vat"],
    "data": [
        "data/ir_cron_data.xml",
        "views/registration_templates.xml",
        "views/res_config_settings_views.xml",
        "views/res_partner_views.xml",
        "views/website_templates.xml",
    ],
    "assets": {"web.assets_frontend": ["b2b_portal_website/static/src/registration/*"]},
    "auto_install": ["b2b_portal", "website"],
}
