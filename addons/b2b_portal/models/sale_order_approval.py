"""Orders above a spending limit: they wait for a colleague, and no path leads around it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..const import APPROVING_ROLES, MAX_REASON
from ..exceptions import AlreadyDecided, B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    b2b_approver_id = fields.Many2one(
        comodel_name="b2b.member",
        string="Approved by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The customer's employee who released the order; never the one who ordered.",
    )
    b2b_approval_reason = fields.Char(
        string="Why it waits", readonly=True, copy=False, help="Why a colleague had to approve it."
    )

    # What the methods below check, kept by the database, too.
    _b2b_approver_differs = models.Constraint(
        "CHECK (b2b_approver_id IS NULL OR b2b_approver_id <> b2b_member_id)",
        "Nobody approves their own order.",
    )

    def _get_b2b_approval_reason(self, member):
        """Return why a colleague has to approve the order, in a sentence; empty when nobody."""
        if not member.is_limited:
            return ""
        limit = member.currency_id
        total = self.currency_id._convert(self.amount_total, limit, self.company_id)
        if limit.compare_amounts(total, member.spending_limit) <= 0:
            return ""
        return self.env._(
            "The total %(total)s is above the spending limit of %(limit)s.",
            total=limit.format(total),
            limit=limit.format(member.spending_limit),
        )

    def _request_b2b_approval(self, reason):
        """Let the order wait for a colleague's approval, and tell those who may give it."""
        self.write(
            {"b2b_stage": "approval", "b2b_approval_reason": reason, "b2b_approver_id": False}
        )
        approvers = self._get_b2b_approvers()
        self._mail_b2b("b2b_portal.mail_template_approval_wanted", approvers, b2b_reason=reason)
        if not approvers:
            self.b2b_member_id._tell_staff(
                self.env._("An order waits, and nobody at the customer can approve it"),
                self.env._("%(order)s: %(reason)s", order=self.name, reason=reason),
            )

    def _get_b2b_approvers(self):
        """Return the active colleagues who may approve the order (superuser)."""
        self.ensure_one()
        members = self.b2b_member_id.sudo()  # Superuser: employees of the order's own customer
        colleagues = members.search(
            members._get_usable_domain()
            & members._get_team_domain()
            & Domain("role", "in", APPROVING_ROLES)
            & Domain("id", "!=", members.id)
        )
        return colleagues.filtered(lambda member: not self._get_b2b_approval_reason(member))

    def _mail_b2b(self, xmlid, members, **context):
        """Send each member a mail about the order, in their own language."""
        address = f"{self.company_id.get_base_url()}/b2b/approvals"
        mails = self.env["portal.mail"]
        for member in members:
            partner = member.partner_id
            order = self.with_context(lang=partner.lang)
            subject, body = mails._render(
                xmlid, order, partner.lang, b2b_address=address, b2b_reader=member, **context
            )
            email = email_normalize(partner.email)
            mails._send(self.company_id, email, subject, body, partner.lang)

    @api.model
    def _get_b2b_waiting(self, member, *stages):
        """Return the orders that wait, as superuser, the newest first.

        Those of colleagues if the member may approve, and the member's own.

        :param stages: ``approval``, ``payment`` or both
        """
        # Superuser: portal users do not see drafts; the domain is the member's own company.
        orders = self.sudo().with_company(member.company_id)
        domain = orders._get_b2b_waiting_domain(member, *stages)
        return orders.search(domain, order="date_order desc, id desc")

    @api.model
    def _lock_b2b_waiting(self, member, order_id, *stages):
        """Return a waiting order that the member sees, locked until the transaction's end.

        :raise AlreadyDecided: it was decided meanwhile, or is none the member sees
        """
        orders = self._get_b2b_waiting(member, *stages)
        order = orders.filtered(lambda order: order.id == order_id)
        # Two approvers at once: a touched row makes the second one run again and find it decided.
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date"
            " WHERE id = ANY(%s) AND b2b_stage = ANY(%s)",
            [order.ids, list(stages)],
        )
        if self.env.cr.rowcount != 1:
            raise AlreadyDecided(self.env._("This order does not wait any more."))
        return order

    @api.model
    def _find_b2b_for_decision(self, member, order_id):
        """Return a colleague's waiting order, locked, for a member who may decide about it.

        :raise B2bError: the member's own, or above what the member may approve
        """
        order = self._lock_b2b_waiting(member, order_id, "approval")
        if problem := order._get_b2b_decision_problem(member):
            raise B2bError(problem)
        return order

    def _get_b2b_decision_problem(self, member):
        """Return why a member cannot decide about a waiting order, empty when they can."""
        self.ensure_one()
        if self.b2b_member_id == member:
            return self.env._("Nobody approves their own order. A colleague has to do it.")
        if not member._may_approve():
            return self.env._("You cannot approve orders. Ask your company's administrator.")
        if self._get_b2b_approval_reason(member):
            return self.env._("This order is above your own spending limit, too.")
        return ""

    @api.model
    def _approve_b2b(self, member, order_id, shown_total):
        """Approve a colleague's order: it is checked as if it were ordered now, and goes on.

        :param shown_total: the total with tax, as the page sent it back
        :return: the order (superuser)
        :raise CartChanged: prices or articles changed since the page was shown
        :raise B2bError: the member may not approve it, or it was decided before
        """
        order = self._find_b2b_for_decision(member, order_id)
        order._check_b2b_cart(member, shown_total)
        # Today's prices may have lifted it above what the approver may release.
        if problem := order._get_b2b_decision_problem(member):
            raise B2bError(problem)
        order.b2b_approver_id = member
        order._message_log(body=self.env._("Approved in the portal by %s.", member.partner_id.name))
        order._proceed_b2b()
        order._mail_b2b(
            "b2b_portal.mail_template_approval_decided", order.b2b_member_id, b2b_approver=member
        )
        return order

    @api.model
    def _decline_b2b(self, member, order_id, reason):
        """Decline a colleague's order; it is cancelled, and the one who ordered is told why.

        :raise B2bError: no reason was given, or the member may not decide
        """
        reason = self._limit_b2b_reason(reason)
        if not reason:
            raise B2bError(self.env._("Say in a few words why; your colleague reads it."))
        order = self._find_b2b_for_decision(member, order_id)
        order._cancel_b2b(
            self.env._(
                "Declined in the portal by %(name)s: %(reason)s",
                name=member.partner_id.name,
                reason=reason,
            )
        )
        order._mail_b2b(
            "b2b_portal.mail_template_approval_decided",
            order.b2b_member_id,
            b2b_approver=member,
            b2b_reason=reason,
        )
        return order

    @api.model
    def _withdraw_b2b(self, member, order_id):
        """Take one's own waiting order back: into the cart, or cancelled if the cart is in use.

        :return: the order (superuser), a cart again or cancelled
        :raise B2bError: it was decided or paid before, or is a colleague's
        """
        cart = self._ensure_b2b_cart(member)
        order = self._lock_b2b_waiting(member, order_id, "approval", "payment")
        if order.b2b_member_id != member:
            raise B2bError(self.env._("Only who ordered can withdraw an order."))
        if order._is_b2b_payment_under_way():
            raise B2bError(
                self.env._(
                    "A payment for this order is being processed. Please write to us instead."
                )
            )
        if cart.order_line:
            order._cancel_b2b(self.env._("Withdrawn in the portal; the cart was in use."))
            return order
        cart.unlink()
        order.write(
            {
                "b2b_stage": "cart",
                "b2b_cart_user_id": member.user_id.id,
                "b2b_member_id": False,
                "b2b_approval_reason": False,
                "b2b_approver_id": False,
                "state": "draft",
            }
        )
        return order

    def _limit_b2b_reason(self, reason):
        return " ".join((reason or "").split())[:MAX_REASON]

    def _cancel_b2b(self, sentence):
        self._message_log(body=sentence)
        self._action_cancel()
