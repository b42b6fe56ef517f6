from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import LEDGER_TOKEN


class LoyaltyAppendOnly(models.AbstractModel):
    """Records that are added by the ledger and never change.

    A database trigger stands behind the refusals, so that SQL by accident is stopped too; see
    docs/adr/0003. Columns named in :meth:`_erasable_columns` may change: they hold names of
    people, which must be erasable.
    """

    _name = "loyalty.append.only"
    _description = "Append-only record of the loyalty ledger"

    def init(self):
        """Override: put the refusal into the database, too."""
        super().init()
        if self._auto and not self._abstract:
            self._create_append_only_trigger()

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse records that do not come from the ledger, superuser or not."""
        if self.env.context.get("loyalty_ledger") is not LEDGER_TOKEN:
            raise AccessError(self.env._("Only the loyalty ledger adds these records."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse every change but the erasure of names."""
        if set(vals) - set(self._erasable_columns()):
            raise AccessError(
                self.env._("A movement of the ledger cannot be changed; post a reversal instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        """Refuse; a correction is a reversal."""
        raise AccessError(
            self.env._("A movement of the ledger cannot be deleted; post a reversal instead.")
        )

    def _erasable_columns(self):
        """Columns that may change after creation: free text that can name a person."""
        return []

    def _create_append_only_trigger(self):
        sealed = [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in self._erasable_columns()
        ]
        function = SQL.identifier("loyalty_append_only")
        trigger = SQL.identifier("loyalty_append_only")
        table = SQL.identifier(self._table)
        # All names come from the model's own definition, none from outside.
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'the loyalty ledger is append-only';
                END $$;
                DROP TRIGGER IF EXISTS %(trigger)s ON %(table)s;
                CREATE TRIGGER %(trigger)s BEFORE DELETE OR UPDATE OF %(columns)s ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(function)s()
                """,
                function=function,
                trigger=trigger,
                table=table,
                columns=SQL(", ").join(SQL.identifier(name) for name in sealed),
            )
        )
