{
    "name": "Accounting Connectors for Integrators",
    "summary": "Other programs link customers and follow exports",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["integrator_api", "accounting_connectors"],
    "data": ["data/integrator_family_data.xml"],
    "auto_install": True,
}
