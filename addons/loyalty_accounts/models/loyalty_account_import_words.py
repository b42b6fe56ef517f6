from odoo import api, models

from ..const import MAX_IMPORT_BYTES


class LoyaltyAccountImportWords(models.AbstractModel):
    """Sentences for what files and rows are refused for: what is wrong, and what to do."""

    _name = "loyalty.account.import.words"
    _description = "Import of loyalty accounts: sentences"

    @api.model
    def _describe_import_error(self, error, sentences=None):
        """Return the sentence for an error of the pure rules.

        :param sentences: what :meth:`_get_import_sentences` returned, where there are many errors
        """
        sentences = sentences or self._get_import_sentences()
        if error.code in sentences:
            return sentences[error.code] % error.values
        return self.env["loyalty.account"]._describe_rule_error(error)

    @api.model
    def _get_import_sentences(self):
        """Return ``{code: sentence}`` in the user's language."""
        return self._get_file_sentences() | self._get_cell_sentences() | self._get_row_sentences()

    @api.model
    def _describe_file_size(self):
        return self.env._(
            "The file is larger than %s MB. Split it into several.", MAX_IMPORT_BYTES // 2**20
        )

    def _get_file_sentences(self):
        translate = self.env._
        save_as = translate("Save it as XLSX or CSV.")
        return {
            "file_empty": translate("The file is empty: its first row must have the headings."),
            "rows_missing": translate("The file has headings, but no rows below them."),
            "rows_too_many": translate(
                "The file has more than %(maximum)s rows. Split it into several."
            ),
            "columns_too_many": translate("The file has more than %(maximum)s columns."),
            "heading_missing": translate(
                "Column %(column)s has no heading. Give it one, or remove the column."
            ),
            "file_is_pdf": translate("This is a PDF document.") + f" {save_as}",
            "file_is_image": translate("This is a picture.") + f" {save_as}",
            "file_is_document": translate("This is a text document.") + f" {save_as}",
            "file_is_archive": translate("This is a compressed archive. Upload what is in it."),
            "file_is_ods": translate("This is an OpenDocument file.") + f" {save_as}",
            "file_is_old_or_encrypted": translate(
                "This is an old spreadsheet (XLS), or one with a password. Save it as XLSX "
                "without a password."
            ),
            "file_is_encrypted": translate("The file has a password. Save it without one."),
            "file_not_spreadsheet": translate("This is not a spreadsheet.") + f" {save_as}",
            "file_broken": translate("The spreadsheet is damaged. Open it and save it again."),
            "sheet_missing": translate("The spreadsheet has no sheet with rows."),
            "file_too_many_parts": translate("The spreadsheet has too many parts.") + f" {save_as}",
            "file_unpacks_too_large": translate(
                "The spreadsheet unpacks to more than is accepted. Save the rows alone as CSV."
            ),
            "file_has_entities": translate(
                "The spreadsheet has definitions of its own inside, as no spreadsheet program "
                "writes them. Save it again, or as CSV."
            ),
            "cells_merged": translate("Cells %(cells)s are merged. Unmerge them."),
            "encoding_unknown": translate(
                "The file's letters cannot be read: it is not text, or in an unknown encoding. "
                "Save it as CSV in UTF-8."
            ),
            "csv_broken": translate(
                "Row %(row)s cannot be read: a quotation mark is not closed, or a cell is too long."
            ),
        }

    def _get_cell_sentences(self):
        translate = self.env._
        return {
            "cell_formula": translate("Cell %(cell)s holds a formula. Paste its value instead."),
            "cell_error": translate("Cell %(cell)s holds an error of the spreadsheet."),
            "heading_missing_for_cell": translate("This stands in a column without a heading."),
            "text_expected": translate("Text was expected here."),
            "text_too_long": translate("The text is longer than %(maximum)s characters."),
            "text_control": translate("The text has line breaks or characters that do not print."),
            "digits_lost": translate(
                "Spreadsheets keep 15 digits of a number. Format the column as text and enter it "
                "again."
            ),
            "number_expected": translate("A number was expected, such as 12.50."),
            "number_ambiguous": translate(
                "%(value)s can mean two numbers. Write it without grouping and with a decimal "
                "point, such as 1234.50."
            ),
            "decimals_too_many": translate("At most %(decimals)s decimals are kept."),
            "amount_negative": translate("An opening balance cannot be below zero."),
            "day_expected": translate("A day was expected, such as 2026-12-31."),
            "day_with_time": translate("A day without a time was expected."),
            "yes_no_expected": translate("Write “yes”, “no”, or leave it empty."),
            "email_invalid": translate("This is not one e-mail address."),
        }

    def _get_row_sentences(self):
        translate = self.env._
        return {
            "company_unknown": translate("You do not work in a company of this name."),
            "currency_other": translate("Credit of %(company)s is in %(currency)s."),
            "name_missing": translate("The account has neither a name nor a customer."),
            "number_taken": translate("This card number is in use already."),
            "number_repeated": translate("Row %(row)s has the same card number."),
            "expiry_without_credit": translate("There is no opening balance that could expire."),
            "credit_over": translate("The last day to spend the credit is over already."),
            "parts_invalid": translate(
                "Parts are written as 2026-12-31=10.00; never=5.00, with a point."
            ),
            "parts_too_many": translate("The balance has more than %(maximum)s parts."),
            "parts_sum": translate("The parts add up to %(total)s, the balance is %(amount)s."),
            "customer_not_unique": translate(
                "%(count)s contacts are meant. Name one of them by its reference."
            ),
            "customer_contradicts": translate(
                "The contact of this e-mail address or reference is %(name)s; the row says "
                "otherwise."
            ),
            "customer_unknown": translate(
                "No such contact is known. Tick “Create missing customers”, or leave it empty."
            ),
            "customer_name_missing": translate("A new contact needs a name."),
            "row_failed": translate("It could not be imported; the server's log says why."),
        }
