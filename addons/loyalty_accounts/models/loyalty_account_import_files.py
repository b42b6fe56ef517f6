from odoo import api, models

from ..rules.file_writers import write_xlsx
from ..rules.import_layout import COLUMNS

#: Refused rows read at a time.
PIECE = 5000


class LoyaltyAccountImportFiles(models.AbstractModel):
    """Files around an import: the empty one to fill in, and the rows that were refused."""

    _name = "loyalty.account.import.files"
    _description = "Import of loyalty accounts: files"

    def _write_refused(self, stream):
        """Write the refused rows and why to a binary stream."""
        self.ensure_one()
        self.check_access("read")
        write_xlsx(stream, {self.env._("Refused rows"): self._get_refused_rows()})

    def _get_refused_rows(self):
        translate = self.env._
        yield [translate("Row"), translate("Column"), translate("Value"), translate("Reason")]
        problems = self.env["loyalty.account.import.problem"]
        found = problems.search([("import_id", "=", self.id)])
        for start in range(0, len(found), PIECE):
            for problem in found[start : start + PIECE]:
                cells = (problem.column, problem.value, problem.reason)
                yield [str(problem.row), *(cell or "" for cell in cells)]
            problems.invalidate_model(flush=False)  # memory for one piece

    @api.model
    def _write_template(self, stream):
        """Write an empty file with all headings, and a second sheet that explains them."""
        self.check_access("create")
        labels = self._describe_columns()
        help_texts = self._get_column_helps()
        explained = [[label, help_texts[column]] for column, label in labels]
        write_xlsx(
            stream,
            {
                self.env._("Accounts"): [[label for _column, label in labels]],
                self.env._("Explanation"): [
                    [self.env._("Column"), self.env._("What to enter")],
                    *explained,
                ],
            },
        )

    def _get_column_helps(self):
        """Return ``{column: what to enter, in which unit}``."""
        translate = self.env._
        currency = self.env.company.currency_id
        texts = (
            translate("3 to 32 letters or digits; empty: a number is generated."),
            translate("Shown on documents; empty: the customer's name."),
            translate("Name of the company that issues the card; empty: the import's company."),
            translate("Code of that company's currency, such as %s; compared.", currency.name),
            translate("Name of the contact, as in Contacts."),
            translate("E-mail address of the contact."),
            translate("Reference of the contact, such as a customer number."),
            translate("Percent, 0 to 100, two decimals; empty: the company's default."),
            translate("Credit for 1 of currency paid, such as 0.05; empty: the default."),
            translate("Last day on which the card can be used, such as 2026-12-31."),
            translate("“yes” for a card that is refused."),
            translate("Shown to staff when the card is refused."),
            translate("“yes” for a card that is put into the archive."),
            translate(
                "Credit to bring over, in units of the currency, such as 12.50 (%s).",
                currency.name,
            ),
            translate(
                "Last day to spend it; empty: never expires. In parts: 2026-12-31=10.00; "
                "never=2.50."
            ),
            translate("For staff only."),
        )
        return dict(zip(COLUMNS, texts, strict=True))
