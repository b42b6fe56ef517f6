{
    "name": "B2B Portal: Manufacturing",
    "summary": "Business customers see that their order waits for production, or is being made",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": ["b2b_portal", "sale_mrp"],
    "auto_install": True,
}
