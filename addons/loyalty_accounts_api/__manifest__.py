{
    "name": "Loyalty Accounts for Integrators",
    "summary": "Other programs find cards, charge, reserve, give back and top up",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["integrator_api", "loyalty_accounts"],
    "data": ["data/integrator_family_data.xml"],
    "demo": ["demo/integrator_client_demo.xml"],
    "auto_install": True,
}
