{
    "name": "B2B Portal for Integrators",
    "summary": "Business customers' own programs order at their prices",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["integrator_api", "b2b_portal"],
    "data": ["data/integrator_family_data.xml"],
    "auto_install": True,
}
