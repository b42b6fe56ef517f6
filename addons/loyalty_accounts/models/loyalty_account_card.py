import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..report import card_face, card_sheets, codes


class LoyaltyAccount(models.Model):
    """The account as something one holds: its code, printed cards and vouchers, the e-mail."""

    _inherit = "loyalty.account"

    code_image = fields.Binary(
        string="Code",
        compute="_compute_code_image",
        help="The card number as the company's cards show it: what a scanner reads.",
    )

    def _compute_code_image(self):
        for account in self:
            account.code_image = base64.b64encode(codes.picture(account._get_code()))

    def _get_code(self):
        """Return the code of the number, as ``report.codes.Code``."""
        return codes.make(self.number, self.company_id.loyalty_symbology)

    # === PRINTING === #

    def _draw_cards(self):
        """Return a PDF file with a page of 85.6 × 54 mm for each account."""
        faces = [(account._prepare_card_face(), account.company_id) for account in self]
        return card_sheets.cards(self._add_styles(faces), self.env._("Cards"))

    def _draw_vouchers(self):
        """Return a PDF file with ten vouchers on each A4 page.

        :raise UserError: there is nothing to spend on some of them; named
        """
        empty = self.filtered(lambda account: account.state != "usable" or account.available <= 0)
        if empty:
            raise UserError(
                self.env._(
                    "These have no credit that can be spent, and cannot be printed as vouchers: "
                    "%s. Untick them, or top them up first.",
                    ", ".join(empty.mapped("display_name")),
                )
            )
        faces = [(account._prepare_voucher_face(), account.company_id) for account in self]
        return card_sheets.vouchers(self._add_styles(faces), self.env._("Vouchers"))

    def _add_styles(self, faces):
        """Yield each face with the style of its company; each style is made once."""
        styles = {
            company: company._prepare_loyalty_card_style()
            # Superuser: looks of the establishment, printed on what its customers hold.
            for company in self.sudo().company_id
        }
        for face, company in faces:
            yield face, styles[company]

    def _prepare_card_face(self):
        """The account as a card, in its holder's language."""
        account = self._in_holders_language()
        holder = account.partner_id.name or account.name
        return account._prepare_face(
            title=holder,
            subtitle=account.name if account.name != holder else "",
            last_day=account.expiry_date,
        )

    def _prepare_voucher_face(self):
        """The account as a voucher: worth what can be spent, valid as long as the credit is."""
        account = self._in_holders_language()
        days = [day for day in (account.expiry_date, account.next_expiry_date) if day]
        return account._prepare_face(
            title=format_amount(account.env, account.available, account.currency_id),
            subtitle=account.name,
            last_day=min(days, default=None),
        )

    def _prepare_face(self, title, subtitle, last_day):
        valid = ""
        if last_day:
            day = format_date(self.env, last_day, date_format="long")
            valid = self.env._("Valid until %s", day)
        return card_face.Face(
            number=self.number,
            symbology=self.company_id.loyalty_symbology,
            title=title,
            subtitle=subtitle,
            valid=valid,
        )

    def _in_holders_language(self):
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    # === E-MAIL === #

    def action_send_card(self):
        """Write an e-mail with the card: its code to show on a phone, and a PDF to print.

        :raise AccountUnusable: the card is not accepted today
        """
        self.ensure_one()
        self._check_usable(self.company_id)
        template = self.env.ref("loyalty_accounts.mail_template_card")
        return self._get_composer_action(self, template, self.env._("Send the card"))

    def _get_composer_action(self, record, template, title):
        """The dialogue that writes an e-mail about a record."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": record._name,
                "default_res_ids": record.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                "default_email_layout_xmlid": template.email_layout_xmlid,
                "hide_mail_template_management_options": True,
                "force_email": True,
            },
        }
