{
    "name": "Office Kit",
    "summary": "What back offices of the suite share: first steps, drawn documents, progress of jobs",
    "version": "19.0.1.1.0",
    "category": "Hidden/Tools",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": [
        "web",
    ],
    "data": [
        "data/report_paperformat_data.xml",
        "views/office_setup_views.xml",
        "data/ir_actions_todo_data.xml",
        "views/base_module_uninstall_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "office_kit/static/src/drawn_report/*",
            "office_kit/static/src/job_progress/*",
            "office_kit/static/src/setup_page/*",
        ],
        "web.assets_tests": [
            "office_kit/static/tests/tours/*",
        ],
    },
}
