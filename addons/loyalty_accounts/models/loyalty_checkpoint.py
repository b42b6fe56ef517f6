import hashlib
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LEDGER_TOKEN
from ..rules import chain

_logger = logging.getLogger(__name__)

#: Accounts read at a time; bounds the memory used.
PAGE = 5000


class LoyaltyCheckpoint(models.Model):
    """Where the heads of all accounts stood at a moment; sealed, chained, append-only.

    A ledger that is put back to an earlier state, with everything that belonged to it, is whole
    in itself. It is found by what was noted meanwhile: the accounts that changed since the last
    checkpoint, each with the number and seal of its last movement.
    """

    _name = "loyalty.checkpoint"
    _description = "Checkpoint of the loyalty ledger"
    _inherit = ["loyalty.append.only"]
    _order = "number desc"
    _log_access = False
    _rec_name = "number"

    number = fields.Integer(required=True, help="Counts the checkpoints from 1.")
    date = fields.Datetime(required=True)
    line_count = fields.Integer(string="Accounts", required=True, help="Accounts noted.")
    previous_hash = fields.Char(required=True)
    hash = fields.Char(required=True)
    line_ids = fields.One2many("loyalty.checkpoint.line", "checkpoint_id", string="Heads")

    _number_unique = models.UniqueIndex("(number)", "This checkpoint was taken already.")

    @api.model
    def _take(self):
        """Note the heads that changed since the last checkpoint.

        Everything is read from one snapshot, without a lock: a till does not wait for it.

        :return: the checkpoint; an empty one where nothing changed
        """
        self.env.flush_all()
        last = self.search([], limit=1)
        count, digest = self._digest_rows(self._get_changed_sql())
        if not count:
            return self.browse()
        vals = {
            "number": last.number + 1,
            "date": fields.Datetime.now(),
            "line_count": count,
            "previous_hash": last.hash or chain.GENESIS,
        }
        vals["hash"] = self._seal(vals, digest)
        # Superuser with the ledger's token: nobody else adds these records.
        checkpoint = self.sudo().with_context(loyalty_ledger=LEDGER_TOKEN).create(vals)
        checkpoint.flush_recordset()
        # The same snapshot gives the same rows that were digested; nothing is read into memory.
        self.env.cr.execute(
            SQL(
                """INSERT INTO loyalty_checkpoint_line (checkpoint_id, account_id, version, hash)
                   SELECT %s, head.* FROM (%s) head ORDER BY 2""",
                checkpoint.id,
                self._get_changed_sql(),
            )
        )
        # Outside the database, where whoever writes to it cannot follow.
        _logger.info(
            "loyalty checkpoint %s: %s accounts, seal %s", checkpoint.number, count, checkpoint.hash
        )
        return checkpoint

    def _get_changed_sql(self):
        return SQL(
            """
            SELECT account.id, account.version, account.head_hash
              FROM loyalty_account account
              LEFT JOIN (SELECT account_id, max(version) AS version
                           FROM loyalty_checkpoint_line GROUP BY account_id) told
                ON told.account_id = account.id
             WHERE account.version > coalesce(told.version, 0)
            """
        )

    def _get_lines_sql(self):
        return SQL(
            "SELECT account_id, version, hash FROM loyalty_checkpoint_line WHERE checkpoint_id = %s",
            self.id,
        )

    def _digest_rows(self, query):
        """Return how many heads a query yields, and the digest of them in the accounts' order."""
        digest, count, last_id = hashlib.sha256(), 0, 0
        while True:
            # Reads only, page by page.
            rows = self.env.execute_query(
                SQL(
                    "SELECT * FROM (%s) head(id) WHERE id > %s ORDER BY id LIMIT %s",
                    query,
                    last_id,
                    PAGE,
                )
            )
            for row in rows:
                digest.update("/".join(map(str, row)).encode() + b"\n")
            count += len(rows)
            if len(rows) < PAGE:
                return count, digest.hexdigest()
            last_id = rows[-1][0]

    def _seal(self, vals, digest):
        return chain.checkpoint_seal(
            self.env["loyalty.ledger"]._get_ledger_key(),
            vals["previous_hash"],
            vals["number"],
            fields.Datetime.to_string(vals["date"]),
            vals["line_count"],
            digest,
        )

    @api.model
    def _find_broken(self):
        """Return ``(checkpoint id, problem)`` of what was changed in the checkpoints."""
        broken, expected = [], (1, chain.GENESIS)
        for checkpoint in self.search([("id", "!=", False)], order="number, id"):
            count, digest = self._digest_rows(checkpoint._get_lines_sql())
            vals = checkpoint.read(["number", "date", "line_count", "previous_hash"], load="")[0]
            if (
                (checkpoint.number, checkpoint.previous_hash) != expected
                or count != checkpoint.line_count
                or self._seal(vals, digest) != checkpoint.hash
            ):
                broken.append(
                    (checkpoint.id, self.env._("the checkpoint or its lines were changed"))
                )
            expected = (checkpoint.number + 1, checkpoint.hash)
        return broken
