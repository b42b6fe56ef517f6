from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import SIMULATION_STATES

#: Fields that the simulation itself writes, and what they are at the start.
ENGINE_FIELDS = {
    "state": "draft",
    "user_id": False,
    "message": False,
    "date_from": False,
    "date_to": False,
    "settled": 0,
    "open_claim": 0,
    "worst_date": False,
    "over_days": 0,
    "unspent": 0,
}
#: Records that it writes.
ENGINE_LINES = frozenset({"line_ids", "progress_ids"})


class ConsolidationSimulation(models.Model):
    """What terms would have cost and brought in the last months; changes nothing else.

    ``draft`` → ``running`` → ``done``; ``stopped`` by somebody or ``failed`` by itself, it goes on
    where it ended. What nobody can know is an input. See docs/adr/0012.
    """

    _name = "consolidation.simulation"
    _description = "Simulation of terms"
    _inherit = ["consolidation.simulation.figures", "consolidation.terms.mixin"]
    _order = "id desc"

    name = fields.Char(
        required=True,
        default=lambda self: self.env._("New terms"),
        help="To tell it from others, such as the name of the partner.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Establishment",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
        help="Whose sales are replayed: where the partner's clients would be served.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    agreement_id = fields.Many2one(
        "consolidation.agreement",
        ondelete="set null",
        domain="[('accepter_id', '=', company_id)]",
        help="Whose proposed terms, else those in force, are taken over; change them as you like, "
        "the agreement stays as it is.",
    )
    months = fields.Integer(
        default=6,
        required=True,
        string="Months to replay",
        help="Whole months to replay, the current one not included.",
    )

    # === TERMS: those of the mixin, as one who has not agreed yet reads them === #

    shared_deposit = fields.Boolean(
        help="The partner's credit pays here. Off: only what was earned here does."
    )
    clearing_percentage = fields.Float(
        help="0 to 100: what the partner pays for 100 of its earned credit that was spent here."
    )
    exposure_limit = fields.Monetary(
        help="Most that the partner may owe. The replay counts the days on which it owes more, "
        "and refuses nothing. 0: no limit."
    )

    # === WHAT NOBODY KNOWS === #

    share_percentage = fields.Float(
        string="Share of the sales %",
        digits=(5, 2),
        help="How many of 100 in your sales would be paid by clients of the partner, those of "
        "today who show its card and new ones together. Nobody knows: try a low and a high one.",
    )
    new_percentage = fields.Float(
        string="Of these, new business %",
        digits=(5, 2),
        help="How many of 100 that the partner's clients pay would not have been sold without the "
        "agreement. 0, the default, is the careful answer.",
    )
    margin = fields.Float(
        string="Margin %",
        digits=(5, 2),
        help="What is left of 100 of a bill, taxes included, after goods and taxes. Needed for new "
        "business only.",
    )
    credit_per_bill = fields.Monetary(
        string="Credit brought per bill",
        help="Credit of the partner that its client has on the card at each bill.",
    )
    credit_use = fields.Float(
        string="Paid with credit, at most %",
        digits=(5, 2),
        default=100.0,
        help="How much of a bill a client is willing to pay with credit of either side. 100, the "
        "default, is the worst case.",
    )
    bonus_percentage = fields.Float(
        string="Of that credit earned %",
        digits=(5, 2),
        default=100.0,
        help="How many of 100 of the partner's credit were earned and not paid in: only they clear "
        "at the percentage of the terms. 100, the default, is the worst case.",
    )
    card_discount = fields.Float(
        string="Discount of the partner's cards %",
        digits=(5, 2),
        help="The terms copy it. Ask the partner: its cards are not yours to read.",
    )
    card_accumulation = fields.Float(
        string="The partner's cards earn %",
        digits=(5, 2),
        help="Credit per 100 paid; the terms copy it. Ask the partner.",
    )
    settlement_days = fields.Integer(
        string="Days between settlements",
        default=30,
        help="Days from one payment of the partner to the next; each pays all that is open.",
    )

    # === RESULT === #

    state = fields.Selection(
        SIMULATION_STATES, default="draft", required=True, readonly=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users", string="Started by", readonly=True, copy=False, ondelete="restrict"
    )
    message = fields.Char(readonly=True, copy=False, help="Why it did not go on.")
    date_from = fields.Date(string="From", readonly=True, copy=False)
    date_to = fields.Date(string="To", readonly=True, copy=False)
    settled = fields.Monetary(
        string="Paid by the partner",
        readonly=True,
        copy=False,
        help="Part of the claim that was settled by the end of the period.",
    )
    open_claim = fields.Monetary(
        string="Still open", readonly=True, copy=False, help="Claim at the end of the period."
    )
    worst_date = fields.Date(
        string="Worst day",
        readonly=True,
        copy=False,
        help="First day on which the highest open claim was reached.",
    )
    over_days = fields.Integer(
        string="Days above the limit",
        readonly=True,
        copy=False,
        help="Days on which more was open than the exposure limit.",
    )
    unspent = fields.Monetary(
        string="Earned and not spent",
        readonly=True,
        copy=False,
        help="Credit earned here that was not spent here by the end; it is part of the cost.",
    )
    line_ids = fields.One2many(
        "consolidation.simulation.line", "simulation_id", string="Months", readonly=True
    )
    progress_ids = fields.One2many(
        "consolidation.simulation.progress", "simulation_id", string="So far", readonly=True
    )
    day_count = fields.Integer(
        compute="_compute_progress", string="Days", help="Days of the period."
    )
    done_count = fields.Integer(
        compute="_compute_progress", string="Days replayed", help="Days replayed so far."
    )
    progress = fields.Float(compute="_compute_progress", help="Share of the days, %.")

    _check_percentages = models.Constraint(
        "CHECK (coalesce(discount, 0) BETWEEN 0 AND 100"
        " AND coalesce(accumulation, 0) BETWEEN 0 AND 100"
        " AND coalesce(payment_percentage, 0) BETWEEN 0 AND 100"
        " AND coalesce(clearing_percentage, 0) BETWEEN 0 AND 100"
        " AND coalesce(share_percentage, 0) BETWEEN 0 AND 100"
        " AND coalesce(new_percentage, 0) BETWEEN 0 AND 100"
        " AND coalesce(margin, 0) BETWEEN 0 AND 100"
        " AND coalesce(credit_use, 0) BETWEEN 0 AND 100"
        " AND coalesce(bonus_percentage, 0) BETWEEN 0 AND 100"
        " AND coalesce(card_discount, 0) BETWEEN 0 AND 100"
        " AND coalesce(card_accumulation, 0) BETWEEN 0 AND 100)",
        "Percentages lie between 0 and 100.",
    )

    # === COMPUTES === #

    @api.depends("date_from", "date_to", "progress_ids.next_day")
    def _compute_progress(self):
        for record in self:
            so_far, first = record.progress_ids.next_day, record.date_from
            record.done_count = (so_far - first).days if so_far and first else 0
            record.day_count = (record.date_to - first + timedelta(1)).days if first else 0
            record.progress = 100 * record.done_count / record.day_count if first else 0

    @api.onchange("agreement_id")
    def _onchange_agreement_id(self):
        """Take the agreement's terms over, proposed ones first."""
        if self.agreement_id:
            self.update(self._prepare_terms_vals(self.agreement_id))

    @api.constrains("agreement_id", "company_id")
    def _check_agreement(self):
        for record in self:
            agreement = record.agreement_id
            if agreement and agreement.accepter_id != record.company_id:
                raise ValidationError(
                    self.env._(
                        "Terms are simulated where the clients are served: choose an agreement "
                        "that %s accepts.",
                        record.company_id.name,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the result is the simulation's own, whatever comes as value or default."""
        names = self._get_engine_names()
        for vals in vals_list:
            self._check_vals(vals)
        start = dict.fromkeys(names, False) | ENGINE_FIELDS | {name: [] for name in ENGINE_LINES}
        return super().create([vals | start for vals in vals_list])

    def write(self, vals):
        """Override: inputs are those that the result was made with."""
        self._check_vals(vals)
        if not self.env.su and vals.keys() - {"name"} and set(self.mapped("state")) - {"draft"}:
            raise UserError(
                self.env._("The result would no longer fit: press “Change inputs” first.")
            )
        result = super().write(vals)
        # The rules look at the company that a simulation had before.
        if not self.env.su and self.company_id - self.env.companies:
            raise AccessError(self.env._("This company is not one of those you work in."))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if "running" in self.mapped("state"):
            raise UserError(self.env._("Stop the simulation before you delete it."))

    @api.model
    def _get_engine_names(self):
        """Names of all fields that nobody but the simulation writes."""
        figures = self.env["consolidation.simulation.figures"]._fields.items()
        own = {name for name, field in figures if field.type in ("monetary", "integer")}
        return own - {"id"} | ENGINE_FIELDS.keys() | ENGINE_LINES

    def _check_vals(self, vals):
        # Over RPC the result could be sent as any other field.
        if not self.env.su and self._get_engine_names() & vals.keys():
            raise AccessError(self.env._("Only the simulation itself writes its result."))
        self._check_inputs(vals)

    # === TERMS OF AN AGREEMENT === #

    @api.model
    def _get_action_for(self, agreement):
        """Action that opens a new simulation of an agreement's terms, at its accepting side.

        :param agreement: ``consolidation.agreement``; the proposed terms are taken, else those in
            force, else none
        :raise UserError: the user does not work where the clients are served
        """
        # Superuser: both sides of an agreement know each other's names.
        sender, accepter = agreement.sudo().sender_id, agreement.sudo().accepter_id
        if accepter not in self.env.companies:
            raise UserError(
                self.env._(
                    "Only %s can simulate these terms: its own past sales are replayed.",
                    accepter.name,
                )
            )
        values = {
            "name": sender.name,
            "company_id": agreement.accepter_id.id,
            "agreement_id": agreement.id,
            **self._prepare_terms_vals(agreement),
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulate these terms"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    @api.model
    def _prepare_terms_vals(self, agreement):
        """Values of the terms that an agreement proposes, else of those in force."""
        proposed = agreement.terms_ids.filtered(lambda terms: terms.state == "proposed")
        terms = proposed[:1] or agreement.terms_id
        names = [name for name in self._get_terms_names() if terms]
        values = {name: terms[name] for name in names}
        if terms and terms.currency_id != agreement.accepter_id.currency_id:
            values["exposure_limit"] = 0.0  # between two currencies no credit is honoured
        return values

    @api.model
    def _get_terms_names(self):
        return (
            *("copy_privileges", "discount", "accumulation", "shared_deposit"),
            *("payment_percentage", "clearing_percentage", "exposure_limit"),
        )

    # === ACTIONS === #

    def action_run(self):
        """Start, or go on where it stopped; little is done at once, more by a job."""
        self.ensure_one()
        self.check_access("write")
        self._start()
        return True

    def action_stop(self):
        """Stop after the piece that is being done."""
        self.ensure_one()
        self.check_access("write")
        self._stop()
        return True

    def action_change(self):
        """Throw the result away, to change the inputs."""
        self.ensure_one()
        self.check_access("write")
        self._reset()
        return True

    def action_view_months(self):
        """Show the months as a graph or a table."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Months of %s", self.name),
            "res_model": "consolidation.simulation.line",
            "view_mode": "graph,pivot,list",
            "domain": [("simulation_id", "=", self.id)],
        }
