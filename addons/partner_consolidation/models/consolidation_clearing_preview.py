from odoo import api, fields, models

#: Up to so many establishments the matrix is shown on the form; the pivot shows any number.
MAX_MATRIX = 12


class ConsolidationClearing(models.Model):
    """What closing would do, and what it did, on the form."""

    _inherit = "consolidation.clearing"

    # Who owes whom, who pays whom, what is left out, and the entries of both sides. Without a help
    # text: the web client would lay it over the tables.
    overview = fields.Html(
        compute="_compute_overview",
        sanitize=False,  # rendered here, from escaped values
    )
    item_count = fields.Integer(string="Lines", compute="_compute_overview")
    disputed_count = fields.Integer(string="Disputed lines", compute="_compute_overview")
    entry_count = fields.Integer(string="Entries", compute="_compute_entry_count")

    @api.depends(
        *("state", "date_to", "currency_id", "establishment_ids", "settlement_mode", "pair_ids")
    )
    def _compute_overview(self):
        for clearing in self:
            values = clearing._get_overview_values()
            clearing.item_count = sum(total.count for total in values["totals"])
            clearing.disputed_count = sum(total.count for total in values["disputed"])
            # Superuser: rendering a template of this module, with values the user may see.
            clearing.overview = (
                self.env["ir.qweb"]
                .sudo()
                ._render("partner_consolidation.clearing_overview", values)
            )

    def _get_overview_values(self):
        """What the template shows: pairs, payments, disputed pairs, drafts of entries."""
        is_draft = self.state == "draft"
        has_period = bool(self.currency_id) and self._is_possible_day(self.date_to)
        totals, disputed, payments, entries = [], [], [], []
        if not is_draft:
            totals = self._get_closed_totals()
        elif has_period and self._origin.has_access("write"):
            totals = self._fetch_open_totals(disputed=False)
            disputed = self._fetch_open_totals(disputed=True)
            payments = self._net(totals)
            entries = self._draft_entries(totals, payments)
        companies = self._get_sides(totals)
        return {
            "clearing": self,
            "is_draft": is_draft,
            "sees_all": self.env.user.has_group("partner_consolidation.group_clearing"),
            "totals": totals,
            "companies": companies,
            "cells": {(total.debtor, total.creditor): total for total in totals},
            "show_matrix": 0 < len(companies) <= MAX_MATRIX,
            "disputed": disputed,
            "payments": payments,
            "entries": entries,
            "show": lambda amount: self.currency_id.format(float(amount)),
        }

    def _draft_entries(self, totals, payments):
        """Return ``[(company, entry lines with the name of their account), …]``."""
        companies = self._get_sides(totals)
        plans = companies._get_loyalty_plans()
        return [
            (
                company,
                [
                    (self.env._(plans[f"loyalty_{line.use}_account_id"].title), line)
                    for line in self._prepare_entry_lines(company, totals, payments)
                ],
            )
            for company in companies
            if company.root_id.chart_template
        ]

    def _compute_entry_count(self):
        for clearing in self:
            clearing.entry_count = len(clearing._get_entries())

    def _get_entries(self):
        """The entries, documents and their reversals that the user may see."""
        # Searched, not read from the clearing: what superuser reads of its lists would be shown to
        # the user. Superuser: which they are; only those of the user's companies are listed.
        domain, env = [("clearing_id", "in", self.ids)], self.sudo().env
        bookings = env["consolidation.booking"].search(domain)
        payments = env["consolidation.payment"].search(domain)
        moves = bookings.entry_id | payments.payee_move_id | payments.payer_move_id
        moves |= moves.reversal_move_ids
        allowed = self.env["account.move"]
        if not allowed.has_access("read"):
            return allowed
        return allowed.search([("id", "in", moves.ids)])

    # === ACTIONS === #

    def action_view_entries(self):
        """Show entries and documents in the books of the user's establishments."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self._get_entries().ids)],
            "context": {"create": False},
        }

    def action_view_items(self):
        """Show the lines: those of a closed period, or those that are open."""
        self.ensure_one()
        domain = [("clearing_id", "=", self.id if self.state != "draft" else False)]
        if self.state == "draft":
            domain += [("currency_id", "=", self.currency_id.id)]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "partner_consolidation.consolidation_item_action"
        )
        return {**action, "domain": domain, "context": {}}

    def action_reverse(self):
        """Ask for the reason to reverse the period."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse %s", self.name),
            "res_model": "consolidation.clearing.reverse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_clearing_id": self.id},
        }
