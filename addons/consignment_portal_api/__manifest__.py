{
    "name": "Consignment Portal for Integrators",
    "summary": "Other programs hand in articles and follow what is sold and settled",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["integrator_api", "consignment_portal"],
    "data": ["data/integrator_family_data.xml"],
    "auto_install": True,
}
