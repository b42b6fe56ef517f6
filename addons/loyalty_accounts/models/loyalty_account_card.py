import base64

from odoo import api, fields, models
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

    @api.depends("number", "company_id.loyalty_symbology")
    def _compute_code_image(self):
        for account in self:
            saved = account._origin  # not of what is being typed: it may be no number yet
            picture = codes.picture(saved._get_code()) if saved else b""
            account.code_image = base64.b64encode(picture)

    def _get_code(self):
        """Return the code of the number, as ``report.codes.Code``."""
        return codes.make(self.number, self.company_id.loyalty_symbology)

    # === PRINTING === #

    def _draw_cards(self):
        """Return a PDF file with a page of 85.6 × 54 mm for each account."""
        accounts = [account._in_holders_language() for account in self]
        faces = [account._prepare_card_face() for account in accounts]
        return card_sheets.cards(self._add_styles(accounts, faces), self.env._("Cards"))

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
        accounts = [account._in_holders_language() for account in self]
        faces = [account._prepare_voucher_face() for account in accounts]
        return card_sheets.vouchers(self._add_styles(accounts, faces), self.env._("Vouchers"))

    def _add_styles(self, accounts, faces):
        """Yield each face with the style of its company, which is made once for each language."""
        styles = {}
        for account, face in zip(accounts, faces, strict=True):
            key = account.company_id.id, account.env.lang
            if key not in styles:
                # Superuser: looks of the establishment, printed on what its customers hold.
                styles[key] = account.company_id.sudo()._prepare_loyalty_card_style()
            yield face, styles[key]

    def _prepare_card_face(self):
        """The account as a card: whose it is, what it is called, until when it is valid."""
        holder = self.partner_id.name or self.name
        return self._prepare_face(
            title=holder,
            subtitle=self.name if self.name != holder else "",
            last_day=self.expiry_date,
        )

    def _prepare_voucher_face(self):
        """The account as a voucher: worth what can be spent, valid as long as the credit is."""
        days = [day for day in (self.expiry_date, self.next_expiry_date) if day]
        return self._prepare_face(
            title=format_amount(self.env, self.available, self.currency_id),
            subtitle=self.name,
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
