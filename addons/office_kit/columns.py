"""Columns that an app adds to tables of Odoo's."""

from odoo.tools import SQL


def set_defaults(model, *names):
    """Let the database know, too, what required fields begin with; for ``_auto_init``.

    Apps that are installed later, but load earlier, create rows without these fields, which NOT NULL
    would refuse.

    :param model: an empty recordset of the model that is extended
    :param names: of stored fields with a constant as default
    """
    for name in names:
        field = model._fields[name]
        value = field.convert_to_column(field.default(model), model)
        # Names and values are the fields' own.
        model.env.cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                SQL.identifier(model._table),
                SQL.identifier(name),
                value,
            )
        )
