from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from ..models.consolidation_terms_mixin import PERCENTAGES, TERMS_FIELDS


class ConsolidationAgreementTerms(models.TransientModel):
    """Asks for terms: the first ones on acceptance, other ones as a proposal."""

    _name = "consolidation.agreement.terms"
    _description = "Terms of an agreement"
    _inherit = ["consolidation.dialogue", "consolidation.terms.mixin"]

    _subjects = ("agreement_id", "is_change")

    agreement_id = fields.Many2one(
        "consolidation.agreement", required=True, readonly=True, ondelete="cascade"
    )
    is_change = fields.Boolean(
        string="Proposal", readonly=True, help="Whether other terms are proposed; else accepted."
    )
    heading = fields.Char(compute="_compute_agreement", help="Whose clients are served where.")
    currencies_differ = fields.Boolean(
        compute="_compute_agreement", help="Then only a discount can be agreed."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_agreement")
    is_earning = fields.Boolean(compute="_compute_preview")
    preview = fields.Html(
        compute="_compute_preview", sanitize=False, help="What the terms mean for a bill."
    )
    difference = fields.Html(
        compute="_compute_preview", sanitize=False, help="What would change, field by field."
    )

    # === DEFAULTS AND COMPUTES === #

    @api.model
    def default_get(self, fields):
        """Override: begin with the terms in force; else with what asks least of anybody."""
        defaults = super().default_get(fields)
        agreement = self.env["consolidation.agreement"].browse(defaults.get("agreement_id"))
        if agreement:
            agreement.check_access("read")
            defaults |= self._get_default_terms(agreement)
        return {name: value for name, value in defaults.items() if name in fields}

    @api.model
    def _get_default_terms(self, agreement):
        if agreement.terms_id:
            return {name: agreement.terms_id[name] for name in TERMS_FIELDS}
        sides = agreement.sudo()  # the other side's currency
        same = sides.sender_id.currency_id == sides.accepter_id.currency_id
        return {"copy_privileges": same, "shared_deposit": same}

    @api.depends("agreement_id")
    def _compute_agreement(self):
        for wizard in self:
            agreement = wizard._get_open_agreement()
            sender, accepter = agreement.sender_id, agreement.accepter_id
            wizard.currency_id = sender.currency_id
            wizard.currencies_differ = sender.currency_id != accepter.currency_id
            wizard.heading = self.env._(
                "Terms for clients of %(sender)s at %(accepter)s",
                sender=sender.name,
                accepter=accepter.name,
            )

    @api.depends(*TERMS_FIELDS, "agreement_id")
    def _compute_preview(self):
        for wizard in self:
            agreement = wizard._get_open_agreement()
            wizard.is_earning = wizard.copy_privileges or wizard.accumulation > 0
            wizard.preview = wizard.difference = False
            try:
                terms = agreement._settle_terms(wizard._get_typed())
            except InvalidValue as error:
                wizard.preview = Markup('<p class="text-danger mb-0">%s</p>') % str(error)
                continue
            lines = wizard._explain_terms(
                terms, agreement.sender_id.name, agreement.accepter_id.name, wizard.currency_id
            )
            wizard.preview = Markup("<ul class='mb-0 ps-3'>%s</ul>") % Markup("").join(
                Markup("<li>%s</li>") % line for line in lines
            )
            if wizard.is_change and agreement.terms_id:
                old = agreement.terms_id._get_terms()
                wizard.difference = wizard._render_terms(terms, wizard.currency_id, old=old)

    def _get_open_agreement(self):
        """The agreement, with names and currencies of both sides."""
        self.agreement_id.check_access("read")
        return self.agreement_id.sudo()  # of the user's own agreement, both sides are known

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: refuse what is no number, and agreements of others."""
        for vals in vals_list:
            agreement_id = vals.get("agreement_id", self.env.context.get("default_agreement_id"))
            if not isinstance(agreement_id, int) or not agreement_id:
                raise InvalidValue(self.env._("Open this from an agreement."))
            self._check_typed(vals, self.env["consolidation.agreement"].browse(agreement_id))
        wizards = super().create(vals_list)
        wizards.agreement_id.check_access("read")
        return wizards

    def write(self, vals):
        """Override: refuse what is no number, before it is cut to the field's size."""
        for wizard in self:
            self._check_typed(vals, wizard.agreement_id)
        return super().write(vals)

    def _check_typed(self, vals, agreement):
        agreement.check_access("read")
        self._parse_terms(
            {name: vals[name] or 0 for name in (*PERCENTAGES, "exposure_limit") if name in vals},
            agreement.sudo().sender_id.currency_id,  # both sides of the user's own are known
        )

    def _get_typed(self):
        return {name: self[name] for name in TERMS_FIELDS}

    # === ACTIONS === #

    def action_confirm(self):
        """Accept on these terms, or propose them.

        :raise InvalidValue: terms that cannot be agreed
        """
        self.ensure_one()
        if self.is_change:
            self.agreement_id._propose(self._get_typed())
        else:
            self.agreement_id._accept(self._get_typed())
        return {"type": "ir.actions.act_window_close"}
