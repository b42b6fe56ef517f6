import contextlib
import gc
import logging
from collections import namedtuple
from datetime import date

import psycopg2

from odoo import api, models
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Where a walk through the lots begins: before every day and every account.
START = (date.min, 0)

#: Types of fields of which the ORM stores 0 where they are empty, not NULL.
ZERO_WHEN_EMPTY = {"integer", "many2one_reference"}

#: What a step of a walk did. ``seen`` lots, ``done`` of what is counted as progress, ``busy``
#: accounts left for the next run because somebody used them; ``position`` is where the next
#: step begins, nothing at the end.
Step = namedtuple("Step", "seen done busy position")


@contextlib.contextmanager
def no_garbage():
    """Let Python not look for cycles among thousands of values that have none: it takes 6 %.

    Unlike ``odoo.tools.gc.disabling_gc`` it is switched on again after an error, too.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class LoyaltyBatch(models.AbstractModel):
    """Nightly work on many accounts: in steps that are committed, with memory for one of them."""

    _name = "loyalty.batch"
    _description = "Loyalty: work in batches"

    @api.model
    def _walk(self, step, total):
        """Do one step after the other, each in a transaction of its own.

        Killed at any moment, it goes on where the last committed step ended: what is done is no
        longer due, so a new walk does not meet it again.

        :param step: function of a position that returns a :class:`Step`
        :param int total: lots that the walk will see, for the progress shown
        :return: how much was done
        """
        position, seen, done, busy, seconds = START, 0, 0, 0, 1
        while position and seconds:
            result = self._try_step(step, position)
            position = result.position
            seen, done, busy = seen + result.seen, done + result.done, busy + result.busy
            rest = max(total - seen, 1) if position else 0
            seconds = self.env["ir.cron"]._commit_progress(result.done, remaining=rest + busy)
        return done

    def _try_step(self, step, position):
        """Do a step, again from a new snapshot if others changed the same rows meanwhile."""
        for left in reversed(range(MAX_TRIES_ON_CONCURRENCY_FAILURE)):
            try:
                return step(position)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                if not left:
                    raise
                _logger.info("step repeated: %s", type(error).__name__)
                self.env.cr.rollback()  # the failed step's own work only: steps are committed
        raise AssertionError("unreachable")

    def _divide(self, items, work):
        """Do ``work`` on items together; where it fails, on each half by itself.

        So one item that fails stops none of the others, costs some twenty tries in a thousand
        items, and is named in the log.

        :param work: function of a list of items that returns how much it did
        :return: ``(sum of what was done, number of items that failed)``
        """
        if not items:
            return 0, 0
        try:
            with self.env.cr.savepoint():
                return work(items), 0
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise  # the transaction must start again, or the database is gone: no item's fault
        except Exception:
            if len(items) == 1:
                _logger.exception("%s failed on %s", work.__name__, items[0])
                return 0, 1
        middle = len(items) // 2
        parts = self._divide(items[:middle], work), self._divide(items[middle:], work)
        return tuple(map(sum, zip(*parts, strict=True)))

    @api.model
    def _insert_rows(self, model, rows, after=None):
        """Insert rows, in their order, by one statement.

        :param rows: list of dicts with the same names: columns of the model; amounts are
            Decimals, empty values False
        :param after: SQL that follows, such as what to return
        :return: what it returned
        """
        table, constants, arrays = self.env[model], {}, {}  # what PostgreSQL reads quickest
        for name in rows[0]:
            empty = 0 if table._fields[name].type in ZERO_WHEN_EMPTY else None
            values = [empty if row[name] is False else row[name] for row in rows]
            # A column with one value throughout is sent once: half of a movement's are.
            if arrays and values.count(values[0]) == len(values):
                constants[name] = values[0]
            else:
                is_text = table._fields[name].column_type[0] == "varchar"
                arrays[name] = _to_text_array(values) if is_text else _to_array(values)
        types = {name: SQL(table._fields[name].column_type[1]) for name in rows[0]}
        query = SQL(
            "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) WITH ORDINALITY AS t(%s, place)"
            " ORDER BY place %s",
            SQL.identifier(table._table),
            SQL(", ").join(map(SQL.identifier, [*arrays, *constants])),
            SQL(", ").join(
                [SQL.identifier("t", name) for name in arrays]
                + [SQL("%s::%s", value, types[name]) for name, value in constants.items()]
            ),
            SQL(", ").join(SQL("%s::%s[]", text, types[name]) for name, text in arrays.items()),
            SQL(", ").join(map(SQL.identifier, arrays)),
            after or SQL(),
        )
        # Names and types come from the model's definition, values are parameters.
        self.env.cr.execute(query)
        return self.env.cr.fetchall() if self.env.cr.description else []


def _to_array(values):
    """Spell numbers or dates as an array of PostgreSQL."""
    return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"


def _to_text_array(values):
    """Spell texts as an array of PostgreSQL: quoted, because they may hold anything."""
    if None not in values:
        text = '","'.join(values)
        if "\\" not in text and text.count('"') == 2 * (len(values) - 1):
            return f'{{"{text}"}}'  # nothing in them to be escaped
    return f"{{{','.join(map(_to_element, values))}}}"


def _to_element(value):
    if value is None:
        return "NULL"
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
