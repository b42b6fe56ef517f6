{
    "name": "Integrator API",
    "summary": "One documented facade for other programs, and keys that open nothing else",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["mail", "rpc"],
    "data": [
        "security/integrator_api_groups.xml",
        "security/ir.model.access.csv",
        "security/integrator_api_rules.xml",
        "wizards/integrator_key_views.xml",
        "views/integrator_client_views.xml",
        "views/menus.xml",
    ],
}
