"""What the overview shows of backends; each figure is one question for all of them."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import format_date

from .. import providers
from ..const import EXPORT_STATES, UNFINISHED

GRAPH_DAYS = 14


class AccountingBackend(models.Model):
    _inherit = "accounting.backend"

    export_count = fields.Integer(compute="_compute_counts", string="Exported")
    link_count = fields.Integer(compute="_compute_counts", string="Linked customers")
    waiting_count = fields.Integer(compute="_compute_counts", string="Waiting")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    sent_count = fields.Integer(compute="_compute_counts", string="Sent")
    undelivered_count = fields.Integer(compute="_compute_counts", string="Not sent to the customer")
    drift_count = fields.Integer(compute="_compute_counts", string="Differences")
    payment_count = fields.Integer(compute="_compute_counts", string="Payments to look at")
    calls_left = fields.Integer(
        compute="_compute_calls_left", help="How many calls the provider takes at once now."
    )
    call_limit = fields.Char(compute="_compute_calls_left", help="Of the provider.")
    sent_graph = fields.Text(compute="_compute_sent_graph")

    @api.depends(
        "export_ids.state",
        "export_ids.delivery",
        "link_ids",
        "drift_ids.state",
        "payment_ids.state",
    )
    def _compute_counts(self):
        exports = self._count("accounting.export", ["backend_id", "state"])
        undelivered = self._count("accounting.export", ["backend_id"], ("delivery", "=", "failed"))
        drifts = self._count("accounting.drift", ["backend_id"], ("state", "=", "open"))
        payments = self._count("accounting.payment", ["backend_id"], ("state", "=", "failed"))
        links = self._count("accounting.partner.link", ["backend_id"])
        for backend in self:
            states = (state for state, _label in EXPORT_STATES)
            backend.export_count = sum(exports.get((backend, state), 0) for state in states)
            backend.link_count = links.get((backend,), 0)
            backend.waiting_count = sum(exports.get((backend, state), 0) for state in UNFINISHED)
            backend.failed_count = exports.get((backend, "failed"), 0)
            backend.sent_count = exports.get((backend, "sent"), 0)
            backend.undelivered_count = undelivered.get((backend,), 0)
            backend.drift_count = drifts.get((backend,), 0)
            backend.payment_count = payments.get((backend,), 0)

    def _count(self, model, groupby, *domain):
        """Return {group: count} of records of these backends."""
        found = self.env[model]._read_group(
            [("backend_id", "in", self.ids), *domain], groupby, ["__count"]
        )
        return {tuple(group): count for *group, count in found}

    def _compute_calls_left(self):
        limits = {backend: providers.get(backend.provider).limit for backend in self}
        # Superuser: how many calls are left is told, the counter belongs to nobody.
        left = self.env["accounting.limiter"].sudo()._count_calls_left(limits)
        for backend, limit in limits.items():
            backend.calls_left = left[backend]
            backend.call_limit = self.env._(
                "%(calls)s in %(seconds)s s", calls=limit.calls, seconds=f"{limit.seconds:g}"
            )

    @api.depends("export_ids.sent_at")
    def _compute_sent_graph(self):
        today = fields.Date.context_today(self)
        days = [today - timedelta(days=ago) for ago in reversed(range(GRAPH_DAYS))]
        # a day more than is shown, as the day begins by the user's clock
        since = fields.Datetime.to_datetime(days[0]) - timedelta(days=1)
        sent = {
            (backend, day.date()): count
            for (backend, day), count in self._count(
                "accounting.export", ["backend_id", "sent_at:day"], ("sent_at", ">=", since)
            ).items()
        }
        for backend in self:
            values = [
                {
                    "label": format_date(self.env, day, date_format="d"),
                    "value": sent.get((backend, day), 0),
                    # the stronger one of the widget's two colours
                    "type": "future",
                }
                for day in days
            ]
            graph = {"values": values, "key": self.env._("Sent"), "is_sample_data": False}
            backend.sent_graph = json.dumps([graph])

    def _show(self, action, **context):
        """Return a window action for this backend's records."""
        self.ensure_one()
        found = self.env["ir.actions.act_window"]._for_xml_id(f"accounting_connectors.{action}")
        return {**found, "domain": [("backend_id", "=", self.id)], "context": context}

    def action_show_exports(self):
        """Button: all exports."""
        return self._show("accounting_export_action")

    def action_show_links(self):
        """Button: the customers that are linked."""
        return self._show("accounting_partner_link_action")

    def action_show_sent(self):
        """Button: the exports that were sent."""
        return self._show("accounting_export_action", search_default_sent=1)

    def action_show_waiting(self):
        """Button: the exports that wait or are under way."""
        return self._show("accounting_export_action", search_default_waiting=1)

    def action_show_failed(self):
        """Button: the exports that failed, with their reasons."""
        return self._show("accounting_export_action", search_default_failed=1)

    def action_show_undelivered(self):
        """Button: the invoices that the provider could not send to their customers."""
        return self._show("accounting_export_action", search_default_undelivered=1)

    def action_show_drifts(self):
        """Button: the open differences."""
        return self._show("accounting_drift_action", search_default_open=1)

    def action_show_payments(self):
        """Button: the payments that staff has to look at."""
        return self._show("accounting_payment_action", search_default_failed=1)
