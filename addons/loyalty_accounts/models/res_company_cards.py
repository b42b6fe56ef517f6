import base64

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import MAX_CARD_TEXT, SYMBOLOGIES
from ..report import card_face
from ..rules import symbols


class ResCompany(models.Model):
    """How cards and vouchers look."""

    _inherit = "res.company"

    loyalty_symbology = fields.Selection(
        SYMBOLOGIES,
        string="Code on cards",
        default=symbols.CODE128,
        required=True,
        help="EAN-13 draws numbers of 13 digits with the right check digit, as proposed numbers "
        "are; other numbers are drawn as Code 128. Numbers too long for bars that print safely "
        "(more than 22 letters) become a QR code.",
    )
    loyalty_card_color = fields.Char(
        string="Colour of cards",
        default="#1f3a5f",
        required=True,
        help="Six hexadecimal digits, such as #1f3a5f. The text on it is black or white, "
        "whichever is easier to read.",
    )
    loyalty_card_text = fields.Char(
        string="Text on cards",
        translate=True,
        help="Up to 200 characters in small letters below the number: terms, or whom to call when "
        "the card is lost.",
    )

    @api.constrains("loyalty_card_color")
    def _check_loyalty_card_color(self):
        for company in self:
            if not symbols.is_colour(company.loyalty_card_color):
                raise ValidationError(
                    self.env._(
                        "“%s” is no colour: write # and six digits from 0-9 and a-f, such as "
                        "#1f3a5f.",
                        company.loyalty_card_color or "",
                    )
                )

    @api.constrains("loyalty_card_text")
    def _check_loyalty_card_text(self):
        for company in self:
            if len(company.loyalty_card_text or "") > MAX_CARD_TEXT:
                raise ValidationError(
                    self.env._("The text on cards has at most %s characters.", MAX_CARD_TEXT)
                )

    def _prepare_loyalty_card_style(self):
        """What is the same on all cards of the company, as ``report.card_face.Style``."""
        self.ensure_one()
        logo = b"" if self.uses_default_logo else base64.b64decode(self.logo or b"")
        return card_face.Style(
            company=self.name,
            colour=self.loyalty_card_color,
            logo=card_face.read_logo(logo),
            terms=self.loyalty_card_text or "",
        )
