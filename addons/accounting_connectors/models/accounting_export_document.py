"""What is sent of an invoice."""

import dataclasses
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..rules import document as documents

MONEY_DIGITS = 10


class AccountingExport(models.Model):
    _inherit = "accounting.export"

    def _build(self):
        """Return the :class:`rules.document.Document` of the invoice.

        :raise UserError: with everything that has to be mended first, one sentence a line
        """
        self.ensure_one()
        problems = list(self._find_unmapped())
        if problems:
            raise UserError("\n".join(problems))
        document = self._build_unchecked()
        problems = [
            self._describe_problem(problem, document)
            for problem in documents.check(document, self.backend_id._get_max_rows())
        ]
        if problems:
            raise UserError("\n".join(problems))
        return document

    def _find_unmapped(self):
        move, backend = self.move_id, self.backend_id
        if move.state != "posted" or move.move_type not in ("out_invoice", "out_refund"):
            yield self.env._("Only posted customer invoices and credit notes are exported.")
        if not self._get_link():
            yield self.env._(
                "Link %(customer)s with a customer of %(backend)s.",
                customer=move.commercial_partner_id.display_name,
                backend=backend.name,
            )
        for tax in self._get_unmapped_taxes():
            yield self.env._(
                "Give the tax “%(tax)s” a code of %(backend)s.", tax=tax.name, backend=backend.name
            )
        for tax in self._get_lines().tax_ids.filtered(lambda tax: tax.amount_type != "percent"):
            yield self.env._(
                "“%s” is no percentage of the price; the provider knows no other tax.", tax.name
            )
        for line in self._get_lines():
            if len(line.tax_ids) > 1:
                yield self.env._(
                    "“%s” has several taxes; the provider takes one for a row.", line.name or ""
                )

    def _get_link(self):
        return self.move_id.commercial_partner_id._get_accounting_link(self.backend_id)

    def _get_lines(self):
        """Return the lines that become rows, a rounding of the total last."""
        lines = self.move_id.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        # one that rounds the tax is part of the tax
        rounded = self.move_id.line_ids.filtered(
            lambda line: line.display_type == "rounding" and not line.tax_repartition_line_id
        )
        return lines.sorted("sequence") | rounded

    def _build_unchecked(self):
        move = self.move_id
        step = Decimal(str(move.currency_id.rounding))
        is_gross = self._is_gross()
        rows = tuple(
            documents.flatten(self._build_row(number, line, step, is_gross), step, is_gross)
            for number, line in enumerate(self._get_lines(), start=1)
        )
        return documents.Document(
            key=self.key,
            number=move.name,
            is_credit=move.move_type == "out_refund",
            is_gross=is_gross,
            date=move.invoice_date,
            due_date=move.invoice_date_due or move.invoice_date,
            currency=move.currency_id.name,
            rate=1 / _exact(move.invoice_currency_rate or 1),
            step=step,
            customer=self._get_link().external_id,
            rows=rows,
            net=_money(move.amount_untaxed, step),
            tax=_money(move.amount_tax, step),
            total=_money(move.amount_total, step),
            reference=self.backend_id._get_reference(move),
            order_number=move.ref or "",
            credited=self._get_credited(),
            sends=self.backend_id.sender == "provider",
            email=move.partner_id.email_normalized or "",
        )

    def _is_gross(self):
        """Tell whether all taxes are included in prices; mixed documents are sent net."""
        taxes = self._get_lines().tax_ids
        return bool(taxes) and all(taxes.mapped("price_include"))

    def _build_row(self, number, line, step, is_gross):
        # what is booked: where tax is rounded for the whole, the shown subtotal may be a cent off
        net = _money(line.amount_currency * line.move_id.direction_sign, step)
        is_rounding = line.display_type == "rounding"
        gross = net if is_rounding else _money(line.price_total, step)
        taxes = self.backend_id.tax_map_ids.filtered(lambda one: one.tax_id in line.tax_ids)
        row = documents.Row(
            number=number,
            description=" ".join((line.name or line.product_id.display_name or "").split()),
            quantity=Decimal(1) if is_rounding else _exact(line.quantity),
            unit_price=net if is_rounding else _exact(line.price_unit),
            discount=_exact(line.discount),
            net=net,
            gross=gross,
            tax_code=taxes.code or "",
            tax_percent=_get_percent(line.tax_ids),
            account=self._get_account_code(line.account_id),
            unit=line.product_uom_id.name or "",
        )
        if not is_gross and any(line.tax_ids.mapped("price_include")):
            return dataclasses.replace(row, unit_price=net, discount=Decimal(0))
        return row

    def _get_account_code(self, account):
        mapped = self.backend_id.account_map_ids.filtered(lambda one: one.account_id == account)
        return mapped.code or account.with_company(self.company_id).code or ""

    def _get_credited(self):
        """Return the remote ID of the invoice that a credit note refers to."""
        original = self.move_id.reversed_entry_id
        return (
            original.accounting_export_ids.filtered(
                lambda export: export.backend_id == self.backend_id
            ).external_id
            or ""
        )

    def _describe_problem(self, problem, document):
        names = {"row": problem.row, "found": problem.found, "expected": problem.expected}
        sentences = {
            "empty": self.env._("The invoice has no lines."),
            "rows": self.env._("%(found)s rows are more than the %(expected)s taken.", **names),
            "row": self.env._(
                "Row %(row)s: price, quantity and discount give %(found)s, not %(expected)s.",
                **names,
            ),
            "net": self.env._("The rows sum to %(found)s without tax, not %(expected)s.", **names),
            "gross": self.env._("The rows sum to %(found)s with tax, not %(expected)s.", **names),
            "total": self.env._("Net and tax give %(found)s, not %(expected)s.", **names),
        }
        return sentences[problem.code]


def _get_percent(tax):
    """Return the percent that is charged, 0 where a reverse charge takes back what it adds."""
    charged = tax.invoice_repartition_line_ids.filtered(lambda one: one.repartition_type == "tax")
    return _exact(tax.amount * sum(charged.mapped("factor")))


def _exact(value):
    """Return the decimal a float was typed as."""
    return Decimal(repr(round(value, MONEY_DIGITS)))


def _money(value, step):
    """Return an amount that the database keeps rounded to the currency, as a decimal."""
    return documents.round_to(_exact(value), step)
