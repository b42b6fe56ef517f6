import time

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime

#: How long a verification runs while somebody waits, in seconds; the rest follows in the background.
WAITING_SECONDS = 8
#: Most problems that are listed; more says nothing more.
MAX_PROBLEMS = 1000


class LoyaltyVerification(models.Model):
    """One check of the ledger: how far it is, and what it found."""

    _name = "loyalty.verification"
    _description = "Verification of the loyalty ledger"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "scope"

    scope = fields.Char(
        string="Checked", required=True, readonly=True, help="Which accounts are checked."
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")], required=True, default="running", readonly=True
    )
    position = fields.Integer(readonly=True, help="Last account that was checked.")
    total_count = fields.Integer(string="Accounts in all", readonly=True)
    account_count = fields.Integer(string="Accounts", readonly=True, help="Accounts checked.")
    move_count = fields.Integer(string="Movements", readonly=True, help="Movements checked.")
    progress = fields.Float(compute="_compute_progress", help="Percent of the accounts.")
    finished_on = fields.Datetime(string="Finished on", readonly=True)
    problem_ids = fields.One2many("loyalty.verification.problem", "verification_id", readonly=True)
    problem_count = fields.Integer(string="Problems", readonly=True)
    result = fields.Char(compute="_compute_result", help="What was found, in words.")
    checkpoint_id = fields.Many2one(
        "loyalty.checkpoint",
        readonly=True,
        string="Last checkpoint",
        help="What was noted before that does not fit the ledger any more would be named.",
    )
    checkpoint_seal = fields.Char(
        related="checkpoint_id.hash",
        string="Its seal",
        help="Write number and seal down elsewhere to prove later that this state was there.",
    )

    @api.depends("account_count", "total_count", "state")
    def _compute_progress(self):
        for check in self:
            part = check.account_count / check.total_count if check.total_count else 1.0
            check.progress = 100.0 if check.state == "done" else min(100 * part, 99.0)

    @api.depends("state", "problem_count", "account_count", "move_count", "finished_on")
    def _compute_result(self):
        for check in self:
            values = {
                "moves": f"{check.move_count:,}",
                "accounts": f"{check.account_count:,}",
                "time": format_datetime(self.env, check.finished_on),
            }
            if check.problem_count:
                first = check.problem_ids.sorted("id")[:1]
                check.result = self.env._(
                    "%(count)s problems found. The first: %(record)s: %(problem)s.",
                    count=check.problem_count,
                    record=first.record_name,
                    problem=first.problem,
                )
            elif check.state == "done":
                check.result = self.env._(
                    "Nothing wrong: %(moves)s movements of %(accounts)s accounts checked on "
                    "%(time)s.",
                    **values,
                )
            else:
                check.result = self.env._(
                    "Nothing wrong so far: %(moves)s movements of %(accounts)s accounts checked. "
                    "The rest is checked in the background.",
                    **values,
                )

    # === STARTING === #

    @api.model
    def action_verify_all(self):
        """Check everything: some seconds at once, the rest in the background.

        :return: action that shows how far it is
        :raise AccessError: the user is no administrator of loyalty accounts
        """
        if not self.env.user.has_group("loyalty_accounts.group_admin"):
            raise AccessError(self.env._("Only a loyalty administrator verifies all accounts."))
        check = self._start()
        check._run(WAITING_SECONDS)
        if check.state == "running":
            # Superuser: only tells the job to run soon.
            self.env.ref("loyalty_accounts.ir_cron_verify_ledger").sudo()._trigger()
        return check._get_action()

    @api.model
    def _start(self):
        # Superuser: all companies are checked.
        accounts = self.env["loyalty.account"].sudo().with_context(active_test=False)
        total = accounts.search_count([])
        return self._create_check(self.env._("All accounts"), total)

    def _create_check(self, scope, total):
        # Superuser: everybody who verifies may know the last checkpoint.
        last = self.env["loyalty.checkpoint"].sudo().search([], limit=1)
        # Superuser: nobody may write the results by hand.
        return self.sudo().create({"scope": scope, "total_count": total, "checkpoint_id": last.id})

    @api.model
    def _verify_accounts(self, accounts):
        """Check some accounts at once.

        :return: the verification, done
        """
        accounts.check_access("read")
        problems = self.env["loyalty.ledger.audit"]._verify(accounts)
        names = ", ".join(accounts[:3].mapped("display_name"))
        more = len(accounts) - 3
        if more > 0:
            names = self.env._("%(names)s and %(count)s more", names=names, count=more)
        check = self._create_check(names, len(accounts))
        check._note(len(accounts), sum(accounts.mapped("version")), problems)
        check._finish()
        return check

    # === RUNNING === #

    def _run(self, seconds):
        """Check page after page until the time is over."""
        deadline = time.monotonic() + seconds
        while self.state == "running" and time.monotonic() < deadline:
            self._step()

    def _step(self):
        """Check the next page of accounts; return how many."""
        audit = self.env["loyalty.ledger.audit"]
        position, accounts, moves, problems = audit._verify_next(self.position)
        self._note(accounts, moves, problems)
        if position is None:
            self._finish()
        else:
            self.position = position
        return accounts

    def _note(self, accounts, moves, problems):
        self.account_count += accounts
        self.move_count += moves
        room = max(MAX_PROBLEMS - self.problem_count, 0)
        self.problem_count += len(problems)
        self.env["loyalty.verification.problem"].create(
            [
                {
                    "verification_id": self.id,
                    "account_id": problem["account_id"],
                    "model": problem["model"],
                    "record_id": problem["record_id"],
                    "problem": problem["problem"],
                }
                for problem in problems[:room]
            ]
        )

    def _finish(self):
        self.write({"state": "done", "finished_on": fields.Datetime.now()})

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_refresh(self):
        """Show how far it is by now."""
        self.ensure_one()
        return self._get_action()

    def action_view_account(self):
        """Open the first account that is named."""
        self.ensure_one()
        account_id = self.problem_ids.filtered("account_id").sorted("id")[:1].account_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "loyalty.account",
            "res_id": account_id,
            "view_mode": "form",
        }

    # === BY NIGHT === #

    @api.model
    def _cron_verify(self):
        """Check everything once a night, note the heads, and tell administrators what is wrong.

        Page by page, each in a transaction of its own; a job that was stopped goes on where it
        was.
        """
        cron = self.env["ir.cron"]
        check = self.search([("state", "=", "running")], order="id", limit=1) or self._start()
        seconds = 1
        while check.state == "running" and seconds:
            done = check._step()
            if check.state == "done":
                check._tell_administrators()
                self.env["loyalty.checkpoint"]._take()
            left = max(check.total_count - check.account_count, 1)
            remaining = left if check.state == "running" else 0
            seconds = cron._commit_progress(done, remaining=remaining)

    def _tell_administrators(self):
        """Leave a task for each administrator of loyalty accounts where something is wrong."""
        if not self.problem_count:
            return
        group = self.env.ref("loyalty_accounts.group_admin")
        for user in group.all_user_ids.filtered(lambda user: user.active and not user.share):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The loyalty ledger was tampered with"),
                note=self.result,
                user_id=user.id,
            )
