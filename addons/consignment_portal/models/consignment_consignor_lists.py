"""What consignors see of their articles: lists, totals, one article."""

from odoo import models
from odoo.fields import Domain

from ..const import LIST_SIZE, MAX_SEARCH, STOCK_FILTERS

#: Rows that a download reads at once: its memory does not grow with the list.
BATCH = 500


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    def _get_articles_domain(self, search="", shown="all"):
        """Return the domain of the consignor's articles.

        :param search: part of title, size or brand, or a barcode
        :param shown: a key of ``STOCK_FILTERS``; others show all
        """
        self.ensure_one()
        states = STOCK_FILTERS.get(shown, STOCK_FILTERS["all"])
        domain = Domain("consignor_id", "=", self.id) & Domain("state", "in", states)
        for word in search[:MAX_SEARCH].split():
            domain &= (
                Domain("name", "ilike", word)
                | Domain("size_brand", "ilike", word)
                | Domain("barcode", "=", word)
            )
        return domain

    def _sum_articles(self, domain):
        """Return ``(number, value)`` of articles; the value is what customers would pay."""
        return self.env["consignment.article"]._read_group(domain, [], ["__count", "price:sum"])[0]

    def _list_articles(self, domain, page=1):
        """Return one page of the consignor's articles, the newest first."""
        return self.env["consignment.article"].search_fetch(
            domain, self._get_listed_fields(), limit=LIST_SIZE, offset=(page - 1) * LIST_SIZE
        )

    def _get_listed_fields(self):
        return [
            "name",
            "barcode",
            "size_brand",
            "price",
            "proposed_price",
            "state",
            "accepted_date",
            "return_date",
            "rejection_reason",
        ]

    def _iterate(self, records, names):
        """Yield records one by one, read in batches and forgotten afterwards.

        :param records: of any model
        :param names: the fields that are needed
        """
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            batch.fetch(names)
            yield from batch
            batch.invalidate_recordset(names, flush=False)

    def _get_pictured(self, articles):
        """Return the ids of articles that have a photo, found without reading one."""
        attachments = self.env["ir.attachment"].search_fetch(
            [
                ("res_model", "=", articles._name),
                ("res_field", "=", "image_128"),
                ("res_id", "in", articles.ids),
            ],
            ["res_id"],
        )
        return set(attachments.mapped("res_id"))

    def _find_article(self, *, article_id=None, barcode=None):
        """Return an article of this consignor as superuser, else none.

        What belongs to somebody else is not found, as if it did not exist.
        """
        own = Domain("consignor_id", "=", self.id)
        wanted = ("barcode", "=", barcode) if barcode else ("id", "=", article_id)
        return self.env["consignment.article"].search(own & Domain(*wanted), limit=1)

    def _get_intakes_domain(self):
        """Return the domain of what was handed over; what is being entered has its own page."""
        return [("consignor_id", "=", self.id), ("state", "!=", "draft")]

    def _count_intakes(self):
        return self.env["consignment.intake"].search_count(self._get_intakes_domain())

    def _list_intakes(self, page=1):
        """Return one page of the consignor's intakes, the newest first."""
        return self.env["consignment.intake"].search_fetch(
            self._get_intakes_domain(), limit=LIST_SIZE, offset=(page - 1) * LIST_SIZE
        )

    def _find_intake(self, intake_id):
        """Return an intake that this consignor handed over, as superuser, else none."""
        own = Domain(self._get_intakes_domain())
        return self.env["consignment.intake"].search(own & Domain("id", "=", intake_id))
