from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, clean_context

from ..const import ENGINE_TOKEN, FINAL_STATES


class ConsolidationGuarded(models.AbstractModel):
    """Records that only the methods of an agreement's life write, superuser or not.

    A database trigger stands behind the refusals: what was once written changes in the columns of
    :meth:`_changing_columns` only, in a final state not at all, and is never deleted.
    """

    _name = "consolidation.guarded"
    _description = "Record of an agreement"

    def init(self):
        """Override: put the refusal into the database, too."""
        super().init()
        if self._auto and not self._abstract:
            self._create_guard_trigger()

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse records that are not made by the methods of an agreement's life."""
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        """Refuse changes that are not made by the methods of an agreement's life."""
        self._check_engine()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        """Refuse; what was agreed stays on record."""
        raise AccessError(self.env._("Agreements and their terms stay on record."))

    def _check_engine(self):
        if self.env.context.get("consolidation_engine") is not ENGINE_TOKEN:
            raise AccessError(
                self.env._(
                    "Agreements are changed by their buttons only: an invitation that is "
                    "answered, or a proposal that the other side agrees to."
                )
            )

    def _as_engine(self):
        """The same records with the right to be written; callers have checked whose turn it is."""
        # What a caller's context gives as defaults is not what was agreed.
        context = clean_context(self.env.context)
        # Superuser: nobody has a right to write here.
        return self.sudo().with_context(context, consolidation_engine=ENGINE_TOKEN)

    @api.model
    def _changing_columns(self):
        """Columns that change in the course of an agreement's life."""
        return ["state", "write_uid", "write_date"]

    def _create_guard_trigger(self):
        """Let PostgreSQL refuse every other change, whoever asks for it."""
        values = {
            "name": SQL.identifier("consolidation_guarded"),
            "table": SQL.identifier(self._table),
            "changing": SQL(", ").join(SQL("%s", name) for name in self._changing_columns()),
            "final": list(FINAL_STATES),
        }
        # All names come from the models' own definitions, none from outside.
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                    changing text[] := TG_ARGV[0:];
                BEGIN
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.state <> ALL (%(final)s)
                           AND to_jsonb(OLD) - changing = to_jsonb(NEW) - changing THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'agreements and their terms stay as they were agreed';
                END $$;
                DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
                CREATE TRIGGER %(name)s BEFORE DELETE OR UPDATE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(name)s(%(changing)s)
                """,
                **values,
            )
        )
