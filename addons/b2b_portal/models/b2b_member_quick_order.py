"""The list of the quick order, kept with the employee until it is in the cart.

Neither an error nor the end of a session loses a line.
"""

from odoo import fields, models

from ..const import MAX_LINES
from ..exceptions import B2bError, CartChanged
from ..rules import quick_order


class B2bMember(models.Model):
    _inherit = "b2b.member"

    quick_list = fields.Json(
        readonly=True,
        copy=False,
        help="Lines of the quick order that are not in the cart yet: number, quantity, and the "
        "number as it was first given.",
    )
    quick_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts changes of the list, so that a button pressed twice adds it once.",
    )

    def _get_quick_headings(self):
        """Return the words by which the columns of a list are recognised, in the user's language."""
        numbers = self.env._(
            "Article, Article number, Item, Item number, Number, Reference, SKU, Barcode, EAN"
        )
        amounts = self.env._("Quantity, Qty, Amount, Pieces, Number of pieces")
        english = {
            "number": {"article", "article number", "reference", "sku", "barcode", "ean"},
            "quantity": {"quantity", "qty"},
        }
        return {
            "number": english["number"]
            | {quick_order.normalise(word) for word in numbers.split(",")},
            "quantity": english["quantity"]
            | {quick_order.normalise(word) for word in amounts.split(",")},
        }

    def _read_quick_list(self, *, text="", data=b""):
        """Append what a customer pasted or uploaded to the list; nothing is written on refusal.

        :return: number of lines that were read
        :raise B2bError: it cannot be read, is empty or too long
        """
        headings = self._get_quick_headings()
        try:
            entries = quick_order.read_text(text, headings, MAX_LINES) if text.strip() else []
            if data:
                entries += quick_order.read_file(data, headings, MAX_LINES)
        except quick_order.ListError as error:
            raise B2bError(self._describe_quick_list_error(error)) from error
        if not entries:
            raise B2bError(self.env._("Paste article numbers, or choose a file that holds some."))
        rows = [
            {"number": number, "quantity": quantity, "given": number}
            for number, quantity in entries
        ]
        # Two tabs at once: the second waits here, and appends to what the first has kept.
        self._touch_quick_list()
        self._write_quick_list([*(self.quick_list or []), *rows])
        return len(rows)

    def _touch_quick_list(self):
        """Lock the member's row, so that changes of the list come one after another."""
        # A row of the member itself; touched, so that under REPEATABLE READ the other one runs again.
        self.env.cr.execute(
            "UPDATE b2b_member SET write_date = write_date WHERE id = %s", [self.id]
        )
        self.invalidate_recordset(["quick_list", "quick_version"])

    def _describe_quick_list_error(self, error):
        return {
            "size": self.env._("This file is too big: at most 5 MB, please."),
            "kind": self.env._(
                "This file cannot be read. Save it as CSV or XLSX, and upload it again."
            ),
            "lines": self.env._("At most %s lines at once: split the list, please.", MAX_LINES),
        }[error.code]

    def _check_quick_version(self, version):
        """Lock the list, and refuse what was sent by a page that shows another version of it.

        Of two presses the second finds another version; so does a page in another tab.

        :raise CartChanged: the list was changed or added meanwhile
        """
        self._touch_quick_list()
        if str(self.quick_version) != version:
            raise CartChanged(
                self.env._("This list was changed or added already. Please look again.")
            )

    def _save_quick_list(self, rows, version, *, without=None):
        """Keep the list as the customer corrected it; what cannot be ordered yet is kept, too.

        :param rows: dictionaries of texts: ``number``, ``quantity``, ``given`` (the number before
            it was corrected) and ``choice`` (id of one of several articles, or empty)
        :param version: the list's version as the page showed it
        :param without: index of a row to take out
        :raise CartChanged: see :meth:`_check_quick_version`
        :raise B2bError: more rows than a cart holds
        """
        self._check_quick_version(version)
        self._write_quick_list([row for index, row in enumerate(rows) if index != without])

    def _write_quick_list(self, rows):
        rows = [self._clean_quick_row(row) for row in rows]
        rows = [row for row in rows if row["number"] or row["given"]]
        if len(rows) > MAX_LINES:
            raise B2bError(self._describe_quick_list_error(quick_order.ListError("lines")))
        self.write({"quick_list": rows or False, "quick_version": self.quick_version + 1})

    @staticmethod
    def _clean_quick_row(row):
        """Return of a row what is kept, as short texts."""
        names = ("number", "quantity", "given", "choice")
        return {name: quick_order.clean(row.get(name)) for name in names}

    def _match_quick_list(self, rows=None):
        """Return rows as the page shows them, matched by what the customer sees today.

        :param rows: see :meth:`_save_quick_list`; by default the kept ones
        :return: the rows with ``products`` (none: unknown; several: to be chosen from) and
            ``problem`` (a sentence, or empty)
        """
        rows = [self._clean_quick_row(row) for row in (rows or self.quick_list or [])]
        found = self.customer_id._match_b2b_numbers(
            self.company_id, {row["number"] for row in rows}
        )
        matched = []
        for row in rows:
            products = found[row["number"]]
            chosen = products.filtered(lambda product, row=row: str(product.id) == row["choice"])
            ordered = chosen or products
            problem = self._describe_quick_row(row, ordered)
            matched.append({**row, "products": ordered, "choices": products, "problem": problem})
        return matched

    def _describe_quick_row(self, row, products):
        """Return what is wrong with a row, in a sentence; empty when it can be added."""
        if not products:
            return self.env._("No article of yours has this number. Correct it, or take it out.")
        if len(products) > 1:
            return self.env._("Several articles have this number. Choose one.")
        try:
            self.env["sale.order"]._parse_b2b_quantity(products, row["quantity"])
        except B2bError as error:
            return str(error)
        return ""

    def _add_quick_list(self, rows, version):
        """Put every row that can be ordered into the cart; the others stay in the list.

        Numbers that were corrected are remembered as the customer's own.

        :param rows: see :meth:`_save_quick_list`
        :param version: the list's version as the page showed it; another adds nothing
        :return: ``(number of rows added, sentences about those refused by the cart)``
        :raise CartChanged: see :meth:`_check_quick_version`
        :raise B2bError: the member may not order, or the cart would hold too many lines
        """
        self._check_quick_version(version)
        cart = self.env["sale.order"]._ensure_b2b_cart(self)
        rows = self._match_quick_list(rows)
        texts = {}
        for row in rows:
            if not row["problem"]:
                texts.setdefault(row["products"].id, []).append(row["quantity"])
        refused = cart._add_b2b_quantities(self, texts)
        added, left = [], []
        for row in rows:
            fits = not row["problem"] and row["products"].id not in refused
            (added if fits else left).append(row)
        self._remember_quick_rows(added)
        self._write_quick_list(left)
        return len(added), sorted(set(refused.values()))

    def _remember_quick_rows(self, rows):
        """Remember the numbers that the customer corrected, or chose an article for."""
        corrected = {}
        for row in rows:
            given = quick_order.normalise(row["given"])
            chosen = len(row["choices"]) > 1
            if given and (chosen or given != quick_order.normalise(row["number"])):
                corrected[row["given"]] = row["products"].id
        self.env["b2b.article.number"]._remember(self.customer_id, corrected)
