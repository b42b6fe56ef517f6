{
    "name": "Consignment Portal",
    "summary": "Consignors enter, follow and get paid for their articles",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": [
        "sale_stock",
        "stock_account",
        "portal_guard",
        "office_kit",
        "calendar",
        "account",
    ],
    "data": [
        "security/res_groups_data.xml",
        "security/ir.model.access.csv",
        "security/consignment_portal_rules.xml",
        "data/ir_sequence_data.xml",
        "data/product_category_data.xml",
        "views/consignment_layout_templates.xml",
        "views/consignment_home_templates.xml",
        "views/consignment_shop_views.xml",
        "views/consignment_consignor_views.xml",
        "views/consignment_article_views.xml",
        "views/consignment_intake_views.xml",
        "views/consignment_portal_menus.xml",
    ],
    "demo": [
        "demo/consignment_demo.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "consignment_portal/static/src/portal/*",
        ],
    },
    "application": True,
}
