{
    "name": "Portal Guard",
    "summary": "What pages for people outside need to be safe: limits, links, photos",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tools",
    "author": "Customer Accounts Suite",
    "license": "LGPL-3",
    "depends": [
        "portal",
    ],
    "data": [
        "security/ir.model.access.csv",
    ],
}
