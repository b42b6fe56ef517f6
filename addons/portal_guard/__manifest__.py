{
    "name": "Portal Guard",
    "summary": "What pages for people outside need to be safe: limits, links, passwords, photos",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tools",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": [
        "portal",
    ],
    "external_dependencies": {"python": ["zxcvbn"]},
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/mail_templates.xml",
        "views/password_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "portal_guard/static/src/password_rules/*",
        ],
    },
}
