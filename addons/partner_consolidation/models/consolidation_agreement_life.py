from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from ..const import MAX_MESSAGE_LENGTH
from ..rules import terms as rules


class ConsolidationAgreement(models.Model):
    """An agreement's life: invitation, answer, other terms, end.

    Every method checks the user's group and company, locks the row, checks the state and updates
    the row. Whoever waited for the lock gets a serialization failure and starts again, as every
    request in Odoo does, and then finds what the other one left: of two that exclude each other,
    one is carried out, and the other is told.
    """

    _inherit = "consolidation.agreement"

    # === INVITATION === #

    @api.model
    def _invite(self, accepter, message=""):
        """Ask that the current company's clients be served at ``accepter``.

        :param accepter: ``res.company``; callers have checked that the user may know it
        :param str message: a few words, at most MAX_MESSAGE_LENGTH characters
        :return: the new agreement
        :raise UserError: there is an agreement of this direction, or it is the same company
        """
        self._check_clerk()
        sender = self.env.company
        self._check_invitation(sender, accepter, message)
        agreement = (
            self._as_engine()
            .with_context(mail_create_nolog=True)
            .create(
                {
                    "sender_id": sender.id,
                    "accepter_id": accepter.id,
                    "message": message.strip() or False,
                }
            )
        )
        agreement = self.browse(agreement.id)  # without the right to write
        agreement._tell("invited")
        return agreement

    def _check_invitation(self, sender, accepter, message):
        if sender == accepter:
            raise UserError(
                self.env._("%s cannot make an agreement with itself.", sender.display_name)
            )
        if not isinstance(message, str) or len(message) > MAX_MESSAGE_LENGTH:
            raise InvalidValue(
                self.env._("The message may have %s characters at most.", MAX_MESSAGE_LENGTH)
            )
        if not accepter.sudo().active:  # users see only their own companies
            raise UserError(self.env._("This establishment is archived: it serves nobody."))
        pair = Domain("sender_id", "=", sender.id) & Domain("accepter_id", "=", accepter.id)
        self.search(pair & Domain("state", "=", "active"))._end_overdue()
        live = self.search(pair & Domain("state", "in", ("new", "active")), limit=1)
        if live:
            raise UserError(
                self.env._(
                    "There is an agreement of this direction already: %(statement)s",
                    statement=live.statement,
                )
            )

    def _withdraw(self):
        """Take the invitation back; only the sender, and before it is answered."""
        self._begin("new", side="sender")
        self._as_engine().write({"state": "withdrawn"})
        self._tell("withdrawn")

    def _decline(self):
        """Refuse the invitation; only the accepter."""
        self._begin("new", side="accepter")
        self._as_engine().write({"state": "declined"})
        self._tell("declined")

    def _accept(self, vals):
        """Accept the invitation on these terms, which are in force at once.

        :param dict vals: by the names of the terms; see ``_parse_terms``
        :raise InvalidValue: terms that cannot be agreed
        """
        self._begin("new", side="accepter")
        terms = self._create_version(vals, state="current", valid_from=fields.Datetime.now())
        self._as_engine().write({"state": "active", "terms_id": terms.id})
        self._tell("accepted")

    # === OTHER TERMS === #

    def _propose(self, vals):
        """Propose other terms; they count once the other side agrees.

        :param dict vals: by the names of the terms; see ``_parse_terms``
        :raise InvalidValue: terms that cannot be agreed
        :raise UserError: a proposal is open, or nothing would change
        """
        self._begin("active")
        if self.proposal_id:
            raise UserError(
                self.env._("There is a proposal already. It has to be answered or withdrawn first.")
            )
        terms = self._settle_terms(vals)
        if terms == self.terms_id._get_terms():
            raise UserError(self.env._("These are the terms in force. Change what should change."))
        proposal = self._create_version(vals, state="proposed")
        self._as_engine().write({"proposal_id": proposal.id})
        self._tell("proposed")

    def _agree_to_proposal(self, proposal):
        """Put the other side's proposal into force.

        :param proposal: the version that the user has seen, lest they agree to another one
        """
        self._begin_answer(proposal)
        now = fields.Datetime.now()
        self._replace_terms("past", valid_until=now)
        proposal._as_engine().write({"state": "current", "valid_from": now})
        self._as_engine().write({"terms_id": proposal.id, "proposal_id": False})
        self._tell("agreed")

    def _reject_proposal(self, proposal):
        """Refuse the other side's proposal; the terms in force stay."""
        self._begin_answer(proposal)
        self._close_proposal("rejected")
        self._tell("rejected")

    def _withdraw_proposal(self, proposal):
        """Take the own proposal back."""
        self._begin_answer(proposal, own=True)
        self._close_proposal("withdrawn")
        self._tell("proposal_withdrawn")

    def _begin_answer(self, proposal, own=False):
        self._begin("active")
        if not proposal or self.proposal_id != proposal:
            raise UserError(
                self.env._("This proposal is not open any more. Look at the agreement again.")
            )
        is_own = proposal.proposed_by_id == self.env.company
        if is_own and not own:
            raise AccessError(self.env._("The other side answers your proposal."))
        if own and not is_own:
            raise AccessError(self.env._("Only who made the proposal can withdraw it."))

    def _close_proposal(self, state):
        self.proposal_id._as_engine().write({"state": state})
        self._as_engine().write({"proposal_id": False})

    def _replace_terms(self, state, **vals):
        self.terms_id._as_engine().write({"state": state, **vals})
        # Before another version is in force: the database accepts one at a time.
        self.env.flush_all()

    # === END === #

    def _give_notice(self, last_day):
        """End the agreement after ``last_day``; either side, without the other's consent.

        A notice can be brought forward by either side, but not put off: the other side has
        planned with it.

        :param last_day: date, or text as year-month-day; today or later where cards are honoured
        """
        self._begin("active")
        day = self._read_day(last_day)
        if day < self._get_today():
            raise InvalidValue(self.env._("The last day must be today or later."))
        if self.end_date and day >= self.end_date:
            raise UserError(
                self.env._(
                    "The agreement ends on %s already. Only an earlier day can be chosen.",
                    format_date(self.env, self.end_date),
                )
            )
        self._as_engine().write({"end_date": day, "notice_by_id": self.env.company.id})
        self._tell("notice")

    def _read_day(self, value):
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError) as error:
            raise InvalidValue(self.env._("The last day is not a date.")) from error
        if not day:
            raise InvalidValue(self.env._("Choose the last day."))
        return day

    def _end_overdue(self):
        """End those whose last day has passed."""
        for agreement in self:
            if agreement.state == "active" and agreement._is_over():
                agreement._lock_agreement()
                agreement._end()

    def _end(self):
        """Close the agreement; credit keeps the terms that it was earned by."""
        if self.proposal_id:
            self._close_proposal("withdrawn")
        self._replace_terms("past", valid_until=fields.Datetime.now())
        self._as_engine().write({"state": "ended"})
        # Superuser: users see the other side's company only here.
        sides = self.sudo()
        self._tell("ended", sides.sender_id | sides.accepter_id)

    @api.model
    def _end_due(self):
        """End agreements whose last day has passed; each in a transaction of its own."""
        domain = Domain("state", "=", "active") & Domain("end_date", "!=", False)
        due = self.search(domain, order="end_date, id").filtered(lambda record: record._is_over())
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for agreement in due:
            # Those that somebody else works on at this moment are left to the next run.
            if agreement.try_lock_for_update(allow_referencing=True):
                agreement._end_overdue()
            if not cron._commit_progress(1):
                break

    # === CHECKS AND LOCKS === #

    @api.model
    def _check_clerk(self):
        """Refuse users who may not make agreements.

        :raise AccessError: the user is not in the group
        """
        if not self.env.su and not self.env.user.has_group(
            "partner_consolidation.group_consolidation"
        ):
            raise AccessError(self.env._("You may not make agreements for your company."))

    def _begin(self, state, side=None):
        """Check the user, lock the agreement, check its state.

        :param str state: the one that it has to be in
        :param str side: ``sender`` or ``accepter``, where only one of them may do it
        """
        self.ensure_one()
        self._check_clerk()
        self.check_access("read")
        self._check_side(side)
        self._lock_agreement()
        if self.state != state or self._is_over():
            raise UserError(self._describe_refusal(state))

    def _check_side(self, side):
        # Superuser: names of both sides; users see only their own company.
        sides = {"sender": self.sudo().sender_id, "accepter": self.sudo().accepter_id}
        if self.env.company not in sides.values():
            raise AccessError(
                self.env._(
                    "You work in %(company)s at the moment. Choose %(sender)s or %(accepter)s as "
                    "your company first.",
                    company=self.env.company.name,
                    sender=sides["sender"].name,
                    accepter=sides["accepter"].name,
                )
            )
        if side and sides[side] != self.env.company:
            raise AccessError(self.env._("Only %s can do this.", sides[side].name))

    def _lock_agreement(self):
        """Lock the row for the rest of the transaction; who waited starts again."""
        self.env.flush_all()
        # Blocking on purpose: of two that exclude each other, the second has to be told.
        self.env.execute_query(
            SQL("SELECT id FROM consolidation_agreement WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        self.invalidate_recordset()

    def _describe_refusal(self, wanted):
        """Why what is possible in state ``wanted`` is not possible now; what was meant is undone."""
        label = dict(self._fields["state"]._description_selection(self.env))[self.state]
        if wanted == "new":
            return self.env._(
                "The invitation was answered or withdrawn meanwhile; it is now: %s. Look at the "
                "agreement again.",
                label,
            )
        if self.state == "new":
            return self.env._("The invitation has not been accepted yet.")
        return self.env._("The agreement is not in force any more: nothing of it can be changed.")

    # === TERMS === #

    def _settle_terms(self, vals):
        """Return ``rules.terms.Terms`` of values, complete and possible between both sides."""
        # Superuser: the other side's currency.
        sides = self.sudo()
        terms = self.env["consolidation.terms"]._parse_terms(vals, sides.sender_id.currency_id)
        same = sides.sender_id.currency_id == sides.accepter_id.currency_id
        try:
            return rules.settle(terms, same_currency=same)
        except rules.TermsError as error:
            raise InvalidValue(
                self.env._(
                    "%(sender)s keeps its books in %(currency)s, %(accepter)s in %(other)s. "
                    "Between two currencies only a discount can be agreed: no copied privileges, "
                    "no accumulation, no shared deposit.",
                    sender=sides.sender_id.name,
                    currency=sides.sender_id.currency_id.name,
                    accepter=sides.accepter_id.name,
                    other=sides.accepter_id.currency_id.name,
                )
            ) from error

    def _create_version(self, vals, **more):
        terms = self._settle_terms(vals)
        numbers = [version.version for version in self.terms_ids]
        # Superuser: the other side's currency.
        currency = self.sudo().sender_id.currency_id
        version = (
            self.env["consolidation.terms"]
            ._as_engine()
            .create(
                {
                    "agreement_id": self.id,
                    "version": max(numbers, default=0) + 1,
                    "proposed_by_id": self.env.company.id,
                    "currency_id": currency.id,
                    **{
                        name: value if isinstance(value, bool) else float(value)
                        for name, value in terms._asdict().items()
                    },
                    **more,
                }
            )
        )
        return self.env["consolidation.terms"].browse(version.id)
