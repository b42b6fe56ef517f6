{
    "name": "B2B Portal: Website Shop",
    "summary": "What the website's shop opens stays closed for business customers",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["b2b_portal", "website_sale"],
    "data": ["security/product_rules.xml", "views/website_sale_templates.xml"],
    "auto_install": True,
}
