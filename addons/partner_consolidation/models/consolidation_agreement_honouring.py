from odoo import api, models
from odoo.fields import Domain


class ConsolidationAgreement(models.Model):
    """Which terms are in force between two establishments, for the engine. All as superuser.

    Whoever scans a card has no right on agreements; what comes of the terms is told, not they.
    """

    _inherit = "consolidation.agreement"

    def write(self, vals):
        """Override: when an agreement comes into force, the sender's clients become its own."""
        result = super().write(vals)
        if vals.get("terms_id"):
            self.sender_id._keep_clients()
        return result

    @api.model
    def _get_in_force_domain(self, place):
        """Agreements by which ``place`` honours cards today."""
        today = place._get_loyalty_today()
        return Domain(
            [
                ("accepter_id", "=", place.id),
                ("state", "=", "active"),
                "|",
                ("end_date", "=", False),
                ("end_date", ">=", today),
            ]
        )

    @api.model
    def _get_terms_in_force(self, issuer, place):
        """Return the terms by which ``place`` serves clients of ``issuer`` today, or none."""
        domain = self._get_in_force_domain(place) & Domain("sender_id", "=", issuer.id)
        # Superuser: see above.
        return self.sudo().search(domain, limit=1).terms_id

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
            [
                ("accepter_id", "=", place.id),
                ("sender_id", "=", issuer.id),
                ("terms_id", "!=", False),
            ],
            order="id desc",
        )

    @api.model
    def _get_issuers(self, place):
        """Establishments whose cards ``place`` ever honoured; :meth:`_is_honoured` decides."""
        # Superuser: see above.
        return (
            self.sudo()
            .search([("accepter_id", "=", place.id), ("terms_id", "!=", False)])
            .sender_id
        )
