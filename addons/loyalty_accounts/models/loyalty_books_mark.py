from odoo import api, fields, models
from odoo.tools import SQL

#: Days before the mark that a batch looks at again, for movements that were committed late.
OVERLAP_DAYS = 2


class LoyaltyBooksMark(models.Model):
    """How far the credit of one establishment is booked. Its row is the lock of its batches.

    A row of its own, because a lock on the company's would make every transaction that refers to
    the company start again.
    """

    _name = "loyalty.books.mark"
    _description = "Books of an establishment's credit"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", string="Establishment", required=True, ondelete="cascade", index=True
    )
    booked_until = fields.Date(
        help="Up to this day of the establishment, every movement known then is booked. A batch "
        "looks at what came after it, and at some days before."
    )
    version = fields.Integer(
        help="Counts the batches; written by each, so that two exclude each other."
    )

    _company_unique = models.UniqueIndex("(company_id)", "An establishment has one set of books.")

    @api.model
    def _lock_books(self, company):
        """Lock the books of an establishment until the transaction ends, and return them.

        Two batches at once: the second one waits, then PostgreSQL reports a serialization
        failure, because the row was **updated** too, and it starts again with what the first one
        left. See docs/architecture.md, "Order of locks".
        """
        cr = self.env.cr
        # One row for each company; whoever comes second to make it starts again, too.
        cr.execute(
            SQL(
                """
                INSERT INTO loyalty_books_mark (company_id, version) VALUES (%s, 0)
                ON CONFLICT (company_id) DO NOTHING
                """,
                company.id,
            )
        )
        # Blocking on purpose; written at once, without the ORM's delay.
        cr.execute(
            SQL(
                """
                UPDATE loyalty_books_mark SET version = version + 1 WHERE company_id = %s
                RETURNING id
                """,
                company.id,
            )
        )
        books = self.browse(cr.fetchone()[0])
        books.invalidate_recordset()
        return books

    @api.model
    def _get_start(self, company):
        """Return the UTC moment from which movements may be unbooked; nothing: from the first.

        :param company: an establishment
        """
        # Superuser: the mark of a company is no secret, but nobody has a right to this table.
        books = self.sudo().search([("company_id", "=", company.id)])
        until = books.booked_until
        return until and fields.Date.subtract(until, days=OVERLAP_DAYS)
