from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..const import APPROVING_ROLES, ORDERING_ROLES, ROLES


class B2bMember(models.Model):
    """An employee of a business customer who may use the portal, with role and limits."""

    _name = "b2b.member"
    _description = "Employee in the B2B portal"
    _order = "customer_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        help="The person: the customer itself or one of its contacts.",
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Business customer",
        compute="_compute_customer_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="cascade",
        help="The company the person orders for. A contact that moves to another company does not "
        "take its access along: it is revoked.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        help="The company at which they order.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Login",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Empty until the invitation was accepted.",
    )
    state = fields.Selection(
        selection=[("invited", "Invited"), ("active", "Active"), ("revoked", "Revoked")],
        default="invited",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="Invited: has not opened the link yet. Revoked: every link and session has ended.",
    )
    role = fields.Selection(
        selection=ROLES,
        default="buyer",
        required=True,
        help="Viewers look, buyers order, approvers also release colleagues' orders, "
        "administrators also invite colleagues.",
    )
    is_limited = fields.Boolean(
        string="Has a spending limit",
        help="Orders above the limit wait until a colleague approves them.",
    )
    spending_limit = fields.Monetary(
        help="Orders above this total with tax wait for approval, in the currency in which the "
        "customer orders.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency of the limit",
        compute="_compute_currency_id",
        help="The currency in which the customer orders.",
    )
    sees = fields.Selection(
        selection=[("company", "All orders of the company"), ("own", "Only own orders")],
        default="company",
        required=True,
        help="Which orders, deliveries and invoices the person finds in the portal.",
    )
    email = fields.Char(related="partner_id.email")
    invitation_ids = fields.One2many(
        comodel_name="b2b.invitation",
        inverse_name="member_id",
        string="Links",
        help="Links that were sent; of their secrets only a fingerprint is kept.",
    )
    last_visit = fields.Datetime(
        readonly=True, copy=False, help="When a page of the portal was last opened."
    )

    _partner_unique = models.UniqueIndex(
        "(partner_id, company_id)", "This person has access already; change it or invite again."
    )
    # Used on every page of the portal.
    _user_unique = models.UniqueIndex(
        "(user_id) WHERE user_id IS NOT NULL", "This login belongs to another person already."
    )
    _active_has_user = models.Constraint(
        "CHECK (state <> 'active' OR user_id IS NOT NULL)", "An active person needs a login."
    )
    _spending_limit_not_negative = models.Constraint(
        "CHECK (spending_limit >= 0)", "A spending limit cannot be negative."
    )

    @api.depends("partner_id")
    def _compute_customer_id(self):
        for member in self:
            member.customer_id = member.partner_id.commercial_partner_id

    @api.constrains("user_id", "partner_id")
    def _check_login(self):
        """Refuse the login of another person, or of staff."""
        for member in self.filtered("user_id"):
            # Superuser: staff of sales may not read users' rights.
            user_sudo = member.user_id.sudo()
            if user_sudo.partner_id != member.partner_id or not user_sudo.share:
                raise ValidationError(self.env._("This login belongs to another person."))

    @api.depends_context("company")
    @api.depends("customer_id", "company_id")
    def _compute_currency_id(self):
        for member in self:
            member.currency_id = member.customer_id._get_b2b_currency(
                member.company_id or self.env.company
            )

    def write(self, vals):
        """Override of ``base``: a login is given by accepting an invitation only.

        :raise AccessError: staff write over RPC what only the portal's own steps may
        """
        if not self.env.su and (
            {"user_id", "company_id"} & set(vals) or vals.get("state") == "active"
        ):
            raise AccessError(
                self.env._("Invite the person: the login comes with the accepted invitation.")
            )
        return super().write(vals)

    @api.model
    def _get_usable_domain(self):
        """Return the Domain of members who may use the portal now."""
        return Domain(
            [
                ("state", "=", "active"),
                ("customer_id.b2b_state", "=", "active"),
                ("customer_id.active", "=", True),
                ("company_id.b2b_enabled", "=", True),
            ]
        )

    def _may_order(self):
        """Tell whether the person may fill a cart and order."""
        self.ensure_one()
        return self.role in ORDERING_ROLES

    def _may_approve(self):
        """Tell whether the person may release orders of colleagues."""
        self.ensure_one()
        return self.role in APPROVING_ROLES

    def _may_administer(self):
        """Tell whether the person may invite colleagues and change their rights."""
        self.ensure_one()
        return self.role == "administrator"
