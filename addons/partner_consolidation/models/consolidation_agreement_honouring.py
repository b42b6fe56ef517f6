from odoo import api, fields, models
from odoo.fields import Domain


class ConsolidationAgreement(models.Model):
    """Which terms are in force between two establishments, for the engine. All as superuser.

    Whoever scans a card has no right on agreements; what comes of the terms is told, not they.
    """

    _inherit = "consolidation.agreement"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what was read of agreements is read again."""
        agreements = super().create(vals_list)
        self.env["res.company"].invalidate_model(["consolidation_live"])
        return agreements

    def write(self, vals):
        """Override: when an agreement comes into force, the sender's clients become its own."""
        result = super().write(vals)
        self.env["res.company"].invalidate_model(["consolidation_live"])
        if vals.get("terms_id"):
            self.sender_id._keep_clients()
        return result

    @api.model
    def _get_terms_in_force(self, issuer, place):
        """Return the terms by which ``place`` serves clients of ``issuer`` today, or none."""
        # Superuser: see above.
        terms, live = self.env["consolidation.terms"].sudo(), place.sudo().consolidation_live or {}
        terms_id, end_date = live.get(str(issuer.id), (False, False))
        if end_date and fields.Date.to_date(end_date) < place._get_loyalty_today():
            return terms
        return terms.browse(terms_id or ())

    @api.model
    def _get_last_terms(self, issuer, place):
        """Return the terms in force, else those that were last, or none where there never were."""
        terms = self._get_terms_in_force(issuer, place)
        return terms or self._get_past(issuer, place)[:1].terms_id

    @api.model
    def _get_past(self, issuer, place):
        """Agreements of this direction that ever had terms, the latest first."""
        # Superuser: see above.
        return self.sudo().search(
            self._get_past_domain(place) & Domain("sender_id", "=", issuer.id), order="id desc"
        )

    @api.model
    def _get_past_domain(self, place):
        return Domain("accepter_id", "=", place.id) & Domain("terms_id", "!=", False)

    @api.model
    def _get_issuers(self, place):
        """Establishments whose cards ``place`` ever honoured; ``_is_honoured`` decides."""
        # Superuser: see above.
        past = self.sudo().search_fetch(self._get_past_domain(place), ["sender_id"])
        return past.sender_id
