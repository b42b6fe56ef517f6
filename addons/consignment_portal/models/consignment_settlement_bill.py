"""Confirming a settlement writes its vendor bill; reversing it takes the bill back."""

from odoo import Command, fields, models
from odoo.exceptions import UserError


class ConsignmentSettlement(models.Model):
    _inherit = "consignment.settlement"

    def action_confirm(self):
        """Confirm previews, as :meth:`_confirm`; many are confirmed in the background.

        :return: for many, the action that shows how far it is
        """
        self.check_access("write")
        confirmations = self.env["consignment.confirmation"]
        if len(self) > confirmations._get_chunk():
            return confirmations._start(self)
        self._confirm()
        return True

    def _confirm(self):
        """Give each its number, and its bill, or carry its balance over; all or none.

        :raise UserError: one was decided on before, or its bill would differ from the statement
        """
        self._touch()
        if any(settlement.stage != "draft" for settlement in self):
            raise UserError(self.env._("Only previews are confirmed; these were already."))
        # Superuser: settling is the right that counts; numbers and bills follow from it.
        for settlement in self.sudo():
            settlement.name = settlement.env["ir.sequence"].next_by_code("consignment.settlement")
            if settlement._is_payable():
                settlement._create_bill()
            else:
                settlement.stage = "carried"

    def _create_bill(self):
        # Cut off here, the bill would be in the reader's language instead of the payee's.
        settlement = self.with_context(lang=self.payee_id.partner_id.lang or self.env.lang)
        bill = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(settlement._prepare_bill_vals())
        )
        bill.action_post()
        if self.currency_id.compare_amounts(bill.amount_total, self.amount_total):
            raise UserError(
                self.env._(
                    "The bill of %(consignor)s would be %(bill)s, its statement says %(total)s: "
                    "taxes were changed since. Delete the preview and settle again.",
                    consignor=self.consignor_id.display_name,
                    bill=bill.amount_total,
                    total=self.amount_total,
                )
            )
        self.write({"bill_id": bill.id, "stage": "confirmed"})

    def _prepare_bill_vals(self):
        self.ensure_one()
        account = self.shop_id._get_share_account()
        return {
            "move_type": "in_invoice",
            "journal_id": self.shop_id._get_bill_journal().id,
            "partner_id": self.payee_id.partner_id.id,
            "currency_id": self.currency_id.id,
            "company_id": self.company_id.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_payment_term_id": self.shop_id.payment_term_id.id,
            "ref": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": label,
                        "quantity": 1,
                        "price_unit": amount,
                        "account_id": account.id,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
                for label, amount, taxes in self._get_bill_lines()
            ],
        }

    def _get_bill_lines(self):
        """Return the lines of the bill, a few sums instead of every article.

        :return: tuples of label, amount without tax in the company's currency, and taxes
        """
        self.ensure_one()
        labels = {
            "sale_fee": self.env._("Fees for selling"),
            "entry_fee": self.env._("Fees for accepting"),
            "compensation": self.env._("Compensation for lost or damaged articles"),
            "carried": self.env._("Carried over from earlier settlements"),
        }
        lines = []
        for kind, taxed, count, amount in self.env["consignment.settlement.line"]._read_group(
            [("settlement_id", "=", self.id)],
            ["kind", "taxed"],
            ["__count", "amount:sum"],
            order="kind desc, taxed",
        ):
            taxes = self.tax_id if taxed else self.tax_id.browse()
            if kind != "sale":
                lines.append((labels[kind], amount, taxes))
            elif not taxed:
                lines.append((self.env._("Your share of %s sales", count), amount, taxes))
            else:
                lines.extend(self._get_agency_lines(count, amount))
        return [
            (label, self.currency_id.round(amount), taxes)
            for label, amount, taxes in lines
            if not self.currency_id.is_zero(amount)
        ]

    def _get_agency_lines(self, count, amount):
        """Show proceeds and commission apart: on both the registered consignor reckons VAT."""
        [[commission]] = self.env["consignment.sale"]._read_group(
            [
                (
                    "id",
                    "in",
                    self.line_ids._search(
                        [
                            ("settlement_id", "=", self.id),
                            ("kind", "=", "sale"),
                            ("taxed", "=", True),
                        ]
                    ).subselect("sale_id"),
                )
            ],
            aggregates=["commission:sum"],
        )
        return [
            (self.env._("Proceeds of %s sales", count), amount + commission, self.tax_id),
            (self.env._("Commission"), -commission, self.tax_id),
        ]

    def _get_bill_totals(self):
        """Compute what the bill will come to, with the engine that computes the bill.

        :return: see ``account.tax._get_tax_totals_summary``
        """
        self.ensure_one()
        engine = self.env["account.tax"]
        base_lines = [
            engine._prepare_base_line_for_taxes_computation(
                {},
                price_unit=amount,
                quantity=1,
                tax_ids=taxes,
                currency_id=self.currency_id,
                partner_id=self.payee_id.partner_id,
            )
            for _label, amount, taxes in self._get_bill_lines()
        ]
        engine._add_tax_details_in_base_lines(base_lines, self.company_id)
        engine._round_base_lines_tax_details(base_lines, self.company_id)
        return engine._get_tax_totals_summary(base_lines, self.currency_id, self.company_id)

    def action_reverse(self):
        """Take settlements back: their bills are reversed, their sales open again.

        :raise UserError: one is a preview, is paid, or its balance went into a later one
        """
        self.check_access("write")
        # A run may be taking up the balance of a carried one at this moment.
        self.consignor_id._touch_settling()
        self._touch()
        for settlement in self:
            settlement._check_reversible()
        # Superuser: see action_confirm.
        settlements = self.sudo()
        # One that accounting reversed already is not reversed again.
        bills = settlements.bill_id.filtered(
            lambda bill: bill.state == "posted" and bill.payment_state != "reversed"
        )
        if bills:
            bills._reverse_moves(
                [
                    {
                        "ref": self.env._("Reversal of: %s", bill.ref),
                        "invoice_date": fields.Date.context_today(self),
                    }
                    for bill in bills
                ],
                cancel=True,
            )
        settlements.line_ids.write({"live": False})
        settlements.write({"stage": "reversed"})
        return True

    def _check_reversible(self):
        self.ensure_one()
        if self.stage not in ("confirmed", "carried"):
            raise UserError(
                self.env._("%s is not confirmed; there is nothing to reverse.", self.display_name)
            )
        # Superuser: whether it is paid, or is about to be, is known to whoever settles.
        sudo = self.sudo()
        if sudo.payout_id.state == "running":
            raise UserError(
                self.env._("%s is being paid. Wait until its payout is done.", self.display_name)
            )
        if sudo.bill_id and sudo.bill_id.payment_state not in ("not_paid", "reversed"):
            raise UserError(
                self.env._("%s is paid. Take the payout back first.", self.display_name)
            )
        later = self.env["consignment.settlement.line"].search(
            [("carried_id", "=", self.id), ("live", "=", True)], limit=1
        )
        if later:
            raise UserError(
                self.env._(
                    "The balance of %(this)s went into %(later)s. Reverse or delete that one "
                    "first.",
                    this=self.display_name,
                    later=later.settlement_id.display_name,
                )
            )
