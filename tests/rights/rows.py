"""Rows for models of which the demo has no record; imported in Odoo's shell only.

They are made by SQL, as a record rule sees them: what the code would never write does no harm in a
database that is dropped after the tests.
"""

import datetime

from odoo import fields
from odoo.tools import SQL

#: What columns need to be besides not empty. 1 is the main company, 4 a partner of it.
SPECIAL = {
    "consolidation.clearing": {"state": "closed"},
    "consolidation.clearing.pair": {"debtor_id": 1, "creditor_id": 4},
    "consolidation.item": {"debtor_id": 1, "creditor_id": 4, "amount": 1},
    "consolidation.payment": {"payer_id": 1, "payee_id": 4},
}
#: Links that say whose a row is; filled although they may be empty.
LINKS = (
    "account_id", "backend_id", "company_id", "consignor_id", "customer_id", "member_id",
    "request_id", "shop_id",
)  # fmt: skip
PLAIN = {"int4": 1, "int8": 1, "float8": 1.0, "numeric": 1, "bool": False, "jsonb": "{}"}


class Rows:
    """Finds or makes a record of each model.

    :param records: ``{model: id}`` of those that are chosen already; completed here
    """

    def __init__(self, env, records):
        self.env = env
        self.records = records

    def of(self, name):
        """Return the id of the record of a model: the chosen one, any, else a new row."""
        if name not in self.records:
            model = self.env[name].with_context(active_test=False)
            company = model._fields.get("company_id")
            domain = [("company_id", "=", 1)] if company and company.store else []
            if "simulation_id" in model._fields:  # each establishment's own
                domain = [("simulation_id.company_id", "=", 1)]
            found = [] if model._transient else model.search(domain, limit=1).ids
            self.records[name] = found[0] if found else self.insert(name)
        return self.records[name]

    def insert(self, name, **given):
        """Insert a row with what its columns ask for; return its id."""
        model = self.env[name]
        row = SPECIAL.get(name, {}) | given
        # Names of tables and columns come from the models' own definitions.
        needed = self.env.execute_query(
            SQL(
                "SELECT column_name, udt_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL",
                model._table,
            )
        )
        for column, kind in needed:
            if column not in row:
                row[column] = self._guess(model._fields.get(column), column, kind)
        for column in LINKS:
            field = model._fields.get(column)
            if field and field.store and field.type == "many2one":
                row.setdefault(column, self.of(field.comodel_name))
        if model._log_access:
            now = fields.Datetime.now()
            row = {"create_uid": 1, "write_uid": 1, "create_date": now, "write_date": now} | row
        return self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(SQL.identifier(column) for column in row),
                SQL(", ").join(SQL("%s", value) for value in row.values()),
            )
        )[0][0]

    def _guess(self, field, column, kind):
        if field and field.type == "many2one":
            return self.of(field.comodel_name)
        if field and field.type == "selection":
            return field.get_values(self.env)[0]
        if kind == "timestamp":
            return fields.Datetime.now()  # what is old may be cleared away meanwhile
        if kind == "date":
            return datetime.date(2026, 1, 1)
        return PLAIN.get(kind, f"rights-{column}")
