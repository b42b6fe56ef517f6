"""The database itself keeps what was sold; see ``consignment.sale``."""

from odoo import models


class ConsignmentSale(models.Model):
    _inherit = "consignment.sale"

    def init(self):
        """Override: let PostgreSQL refuse every change, whoever asks for it."""
        super().init()
        # SQL: a trigger stops statements that go past the ORM, too; no name comes from outside.
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION consignment_append_only() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'sales of consigned articles are append-only';
            END $$;
            DROP TRIGGER IF EXISTS consignment_append_only ON consignment_sale;
            CREATE TRIGGER consignment_append_only BEFORE DELETE OR UPDATE ON consignment_sale
                FOR EACH ROW EXECUTE FUNCTION consignment_append_only()
            """
        )
