import logging
import time
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from ..rules.honouring import Privileges
from ..rules.simulation import Assumptions, Replay

_logger = logging.getLogger(__name__)

#: How long a user waits for the result, in seconds; what is left is done by the job.
AT_ONCE_SECONDS = 1.5

#: How long a piece of the job takes, in seconds: so often it says how far it is, and can be stopped.
PIECE_SECONDS = 2


class ConsolidationSimulation(models.Model):
    """Replaying the sales in pieces of whole days.

    A piece is one transaction: it reads sales, and writes the sums so far. Whatever is interrupted
    goes on after the last piece that was committed. Two that work on one simulation exclude each
    other by the row of its progress, which each piece locks and updates. Starting and stopping do
    so with the simulation's own row: nobody waits there for a piece.
    """

    _inherit = "consolidation.simulation"

    # === STARTING AND STOPPING === #

    def _start(self):
        """Start, or go on; see ``action_run``.

        :raise UserError: inputs are missing, nothing can be replayed, or it runs already
        """
        self._lock_simulation()
        if self.state not in ("draft", "stopped", "failed"):
            raise UserError(self.env._("This simulation runs already, or is done."))
        self._check_complete()
        vals = {"state": "running", "user_id": self.env.uid, "message": False}
        if self.state == "draft":
            vals |= self._prepare_period_vals()
        # Superuser: the simulation's own fields; who may start it was checked.
        self.sudo().write(vals)
        if self._replay_piece(AT_ONCE_SECONDS):
            # Superuser: whoever may simulate may have the job run.
            self.env.ref("partner_consolidation.ir_cron_simulation").sudo()._trigger()

    def _prepare_period_vals(self):
        """The whole months before the current one, by the establishment's calendar."""
        end = self.company_id._get_loyalty_today().replace(day=1)
        first = fields.Date.subtract(end, months=self.months)
        return {
            "date_from": first,
            "date_to": end - timedelta(1),
            "progress_ids": [Command.clear(), Command.create({"next_day": first})],
        }

    def _stop(self):
        self._lock_simulation()
        if self.state != "running":
            raise UserError(self.env._("This simulation does not run."))
        self.sudo().state = "stopped"  # the simulation's own field

    def _reset(self):
        """Throw the result away."""
        self._lock_simulation()
        if self.state == "running":
            raise UserError(self.env._("Stop the simulation first."))
        # Superuser: the simulation's own fields.
        record = self.sudo()
        record.line_ids.unlink()
        record.progress_ids.unlink()
        names = self._get_engine_names() - {"line_ids", "progress_ids", "state"}
        record.write(dict.fromkeys(names, False) | {"state": "draft"})

    def _lock_simulation(self):
        """Lock the simulation's row and read it anew; whoever waited starts again."""
        self.flush_recordset()
        # Blocking on purpose, and only against others who start or stop it.
        self.env.execute_query(
            SQL("SELECT id FROM consolidation_simulation WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        self.invalidate_recordset(["state"])

    def _lock_progress(self):
        """Lock the simulation's progress, against another job on it, and read both anew."""
        self.env.flush_all()
        # Blocking on purpose: whoever waited starts again from what the other one left.
        self.env.execute_query(
            SQL(
                "SELECT id FROM consolidation_simulation_progress WHERE simulation_id = %s"
                " FOR UPDATE",
                self.id,
            )
        )
        self.invalidate_recordset(["state", "progress_ids"])
        self.progress_ids.invalidate_recordset()

    # === THE JOB === #

    @api.model
    def _cron_run_simulations(self):
        """Go on with the simulations that run, each with the rights of who started it."""
        # Superuser: the job works for all companies.
        for record in self.sudo().search([("state", "=", "running")]):
            if not record._as_its_user()._run():
                break

    def _as_its_user(self):
        """The simulation with the rights, language and companies of who started it."""
        user = self.user_id
        return self.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids, lang=user.lang
        )

    def _run(self):
        """Replay piece by piece, each committed; return whether there is time for more."""
        job = self.env["ir.cron"].sudo()  # counts how far the job is; users may not
        try:
            self.check_access("write")
            job._commit_progress(remaining=self._get_rest())
            while self._replay_piece(PIECE_SECONDS):
                if not job._commit_progress(1, remaining=self._get_rest()):
                    # Out of time. The job calls itself: core would call it ten times for a moment.
                    self.env.ref("partner_consolidation.ir_cron_simulation").sudo()._trigger()
                    job._commit_progress(remaining=0)
                    return False
        except UserError as error:
            self._fail(error)
        job._commit_progress(remaining=0)
        return True

    def _get_rest(self):
        return self.day_count - self.done_count

    def _fail(self, error):
        """Say why it cannot go on."""
        self.env.cr.rollback()  # of the piece that failed: all others are committed
        _logger.warning("simulation %s failed: %s", self.id, error)
        # Superuser: the simulation's own fields, and the user may have lost the right to them.
        self.sudo().write({"state": "failed", "message": str(error)})

    # === ONE PIECE === #

    def _replay_piece(self, seconds):
        """Replay whole days for about so long, in the current transaction.

        :return: whether days are left; not after somebody stopped the simulation
        """
        self._lock_progress()
        if self.state != "running":
            return False
        replay, deadline = self._load_replay(), time.monotonic() + seconds
        bills = self._iter_sales(replay.next_day)
        # Odoo's own groupby would hold all bills in memory.
        for day, sales in groupby(bills, itemgetter(0)):  # pylint: disable=bad-builtin-groupby
            replay.add_day(day, map(itemgetter(1), sales))
            if time.monotonic() >= deadline:
                break
        else:
            replay.finish(self.date_to)
        self._close_sales()
        # Superuser: the simulation's own records.
        self.sudo().progress_ids.write({"next_day": replay.next_day, "replay": replay.dump()})
        if replay.next_day <= self.date_to:
            return True
        self._finish(replay)
        return False

    def _load_replay(self):
        """Return the :class:`Replay` of this simulation where the last piece left it."""
        replay = Replay(
            self._get_terms(),
            self._get_expectations(),
            self._get_step(),
            self.date_from,
            earns_on_credit=self.company_id.sudo().loyalty_earn_on_credit,  # decides, is not shown
        )
        if self.progress_ids.replay:
            replay.load(self.progress_ids.replay)
        return replay

    def _get_expectations(self):
        return Assumptions(
            share=Decimal(repr(self.share_percentage)),
            new=Decimal(repr(self.new_percentage)),
            margin=Decimal(repr(self.margin)),
            credit=Decimal(repr(self.credit_per_bill)),
            bonus=Decimal(repr(self.bonus_percentage)),
            use=Decimal(repr(self.credit_use)),
            card=Privileges(
                Decimal(repr(self.card_discount)), Decimal(repr(self.card_accumulation)) / 100
            ),
            interval=self.settlement_days,
        )

    def _get_step(self):
        return Decimal(repr(self.currency_id.rounding))

    # === THE RESULT === #

    def _finish(self, replay):
        self._lock_simulation()
        if self.state == "running":
            # Superuser: the simulation's own fields and records.
            self.sudo().write(self._prepare_result_vals(replay))

    def _prepare_result_vals(self, replay):
        total, still_open = replay.get_total(), replay.get_open()
        if not total.receipts:
            raise UserError(self._describe_no_sales())
        worst, worst_day = replay.get_worst()
        exposures = replay.get_exposures()
        return {
            "state": "done",
            **_to_floats(total._asdict()),
            "exposure": float(worst),
            "worst_date": worst_day or False,
            "over_days": replay.over_days,
            "open_claim": float(still_open),
            "settled": float(total.claim - still_open),
            "unspent": float(total.earned_amount - total.own_credit),
            "line_ids": [Command.clear()]
            + [
                Command.create(
                    {
                        "month": month,
                        "currency_id": self.currency_id.id,
                        "exposure": float(exposures[month]),
                        **_to_floats(figures._asdict()),
                    }
                )
                for month, figures in replay.get_months()
            ],
        }

    def _describe_no_sales(self):
        return self.env._(
            "Nothing was sold from %(first)s to %(last)s, so there is nothing to replay. The "
            "current month does not count: it is not over.",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )


def _to_floats(figures):
    """Amounts as Odoo's fields take them; the number of bills is one already."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in figures.items()
    }
