from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import ERASED, LEDGER_TOKEN


class LoyaltyAppendOnly(models.AbstractModel):
    """Records that are added by the ledger and never change.

    A database trigger stands behind the refusals, so that SQL by accident is stopped too; see
    docs/adr/0003. Columns named in :meth:`_erasable_columns` may be emptied or replaced by a dash,
    and nothing else: they hold names of people, which must be erasable.
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
        erasing = all(value in (False, ERASED) for value in vals.values())
        if not erasing or set(vals) - set(self._erasable_columns()):
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
        """Columns that may be erased after creation: free text that can name a person."""
        return []

    def _create_append_only_trigger(self):
        """Let PostgreSQL refuse every change but the erasure of names, whoever asks for it."""
        values = {
            "name": SQL.identifier("loyalty_append_only"),
            "table": SQL.identifier(self._table),
            "erasable": SQL(", ").join(SQL("%s", name) for name in self._erasable_columns()),
            "erased": ERASED,
        }
        # All names come from the model's own definition, none from outside.
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                    erasable text[] := TG_ARGV[0:];
                    before jsonb := to_jsonb(OLD);
                    after jsonb;
                BEGIN
                    IF TG_OP = 'UPDATE' THEN
                        after := to_jsonb(NEW);
                        IF before - erasable = after - erasable AND NOT EXISTS (
                            SELECT FROM unnest(erasable) AS name
                             WHERE after ->> name IS DISTINCT FROM before ->> name
                               AND coalesce(after ->> name, %(erased)s) <> %(erased)s
                        ) THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the loyalty ledger is append-only';
                END $$;
                DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
                CREATE TRIGGER %(name)s BEFORE DELETE OR UPDATE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(name)s(%(erasable)s)
                """,
                **values,
            )
        )
