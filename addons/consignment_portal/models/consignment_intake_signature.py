"""What consignor and shop agreed on: terms, share, signature, as they were on that day."""

import base64
import binascii
import hashlib

from odoo import fields, models

from odoo.addons.portal_guard.rules import photos

from ..const import MAX_TITLE
from ..exceptions import AnswerRefused
from ..rules.texts import clean_line


class ConsignmentIntake(models.Model):
    _inherit = "consignment.intake"

    agreed_terms = fields.Html(
        readonly=True,
        copy=False,
        sanitize=False,
        help="The shop's terms on the day of submission, in the language they were read in.",
    )
    agreed_share = fields.Float(
        string="Agreed share (%)",
        digits=(5, 2),
        readonly=True,
        copy=False,
        help="The consignor's percentage on the day of submission; counts for every article.",
    )
    signed_by = fields.Char(readonly=True, copy=False, help="Name as typed with the signature.")
    signed_at = fields.Datetime(readonly=True, copy=False)
    signature = fields.Image(
        max_width=1024,
        max_height=1024,
        readonly=True,
        copy=False,
        help="As drawn in the portal; empty where the name was typed, or paper was signed.",
    )

    def _fix_agreement(self):
        """Keep terms and share of today: later changes do not touch what was agreed."""
        for intake in self:
            intake.write(
                {
                    "agreed_terms": intake.shop_id.terms,
                    "agreed_share": intake.consignor_id.share,
                }
            )

    def _get_terms_digest(self):
        """Return what names exactly the terms and share that a page showed."""
        self.ensure_one()
        shown = f"{self.shop_id.terms or ''} {self.consignor_id.share}"
        return hashlib.sha256(shown.encode()).hexdigest()

    def _sign_and_submit(self, digest, name, signature=""):
        """Submit an intake whose consignor accepts the terms.

        :param digest: of the terms that were shown, see :meth:`_get_terms_digest`
        :param name: as typed by the consignor
        :param signature: the drawing as Base64, empty where there is none
        :raise AnswerRefused: the terms changed, or name or drawing are not complete
        :raise ConsignmentError: there is no article, or it was submitted already
        """
        self.ensure_one()
        self.consignor_id._lock_entry()
        self.invalidate_recordset(["article_ids", "state"])
        if digest != self._get_terms_digest():
            raise AnswerRefused(self.env._("The terms have changed. Please read them once more."))
        name = clean_line(name)[:MAX_TITLE]
        if not name:
            raise AnswerRefused(self.env._("Type your name."))
        drawing = self._read_signature(signature)
        self.action_submit()
        self.write({"signed_by": name, "signed_at": fields.Datetime.now(), "signature": drawing})

    def _read_signature(self, text):
        if not text:
            return False
        try:
            content = base64.b64decode(text, validate=True)
            photos.check(content)
        except (binascii.Error, TypeError, ValueError):
            raise AnswerRefused(
                self.env._("The signature could not be read. Sign again.")
            ) from None
        return base64.b64encode(content)
