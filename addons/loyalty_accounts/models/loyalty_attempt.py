from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import throttle

#: After how long a row says nothing any more; longer than every policy's window and pause.
KEPT = timedelta(days=2)


class LoyaltyAttempt(models.Model):
    """How often somebody has guessed: the PIN of a card, or card numbers.

    One row for each subject, written on a cursor of its own: the count must survive the refused
    request that is rolled back, and hold across workers.
    """

    _name = "loyalty.attempt"
    _description = "Guesses at card numbers and PINs"
    _log_access = False

    subject = fields.Char(
        required=True,
        help="What is guessed at: pin/<account>, or who guesses: number/<user>/<company>. No "
        "references, because a row outlives a transaction that is rolled back.",
    )
    count = fields.Integer(required=True)
    since = fields.Datetime(required=True, index=True)
    paused_until = fields.Datetime()

    _subject_unique = models.UniqueIndex("(subject)", "Guesses are counted in one place.")

    @api.model
    def _take(self, subject, policy):
        """Use one try up, before it is known whether it is a good one.

        So many guesses at the same moment get no more tries than one after the other.

        :return: ``(allowed, throttle.Tries)`` as they are now
        """
        # A cursor of its own, so that the count stays when the request is rolled back. The
        # request has locked nothing here, so neither waits for the other.
        with self.env.registry.cursor() as cr:
            # Before the first snapshot: who waited here sees what the others counted.
            cr.execute("LOCK TABLE loyalty_attempt IN SHARE ROW EXCLUSIVE MODE")
            attempts = self.with_env(self.env(cr=cr, su=True))  # nobody has a right to write here
            return attempts._count(subject, policy)

    def _count(self, subject, policy):
        tries, now = self._read_tries(subject), fields.Datetime.now()
        if throttle.is_paused(tries, now):
            return False, tries
        tries = throttle.take(tries, now, policy)
        # Under the table's lock; a constant statement.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO loyalty_attempt (subject, count, since, paused_until)
                VALUES (%s, %s, %s, %s)
                ON CONFLICT (subject) DO UPDATE
                   SET count = excluded.count, since = excluded.since,
                       paused_until = excluded.paused_until
                """,
                subject,
                *tries,
            )
        )
        return True, tries

    @api.model
    def _forget(self, subject):
        """Begin anew: the guess was right."""
        # As in _take: at once, whatever becomes of the request.
        with self.env.registry.cursor() as cr:
            # As in _take.
            cr.execute("LOCK TABLE loyalty_attempt IN SHARE ROW EXCLUSIVE MODE")
            # A constant statement, under the lock.
            cr.execute(SQL("DELETE FROM loyalty_attempt WHERE subject = %s", subject))

    @api.model
    def _read_tries(self, subject):
        """Return the ``throttle.Tries`` of a subject, as this transaction sees them."""
        # Reads only; no model of the ORM's is cached, other transactions write here.
        rows = self.env.execute_query(
            SQL(
                "SELECT count, since, paused_until FROM loyalty_attempt WHERE subject = %s", subject
            )
        )
        return throttle.Tries(*rows[0]) if rows else throttle.Tries()

    @api.autovacuum
    def _gc_attempts(self):
        """Delete what counts no more."""
        now = fields.Datetime.now()
        domain = fields.Domain("since", "<", now - KEPT)
        domain |= fields.Domain("since", ">", now + KEPT)  # by a clock that was set back since
        # Superuser: nobody has a right to these rows.
        self.sudo().search(domain).unlink()
