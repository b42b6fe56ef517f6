"""What consignors see of their sales."""

from datetime import datetime, time, timedelta, timezone

from odoo import fields, models
from odoo.fields import Domain

from ..const import LIST_SIZE, MAX_SEARCH


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    def _read_period(self, begin, end):
        """Return first and last day of a period; None for what was not typed as a day."""

        def read(text):
            try:
                return fields.Date.to_date(text) or None
            except ValueError:
                return None

        return read(begin), read(end)

    def _get_sales_domain(self, search="", begin=None, end=None):
        """Return the domain of the consignor's sales.

        :param search: part of an article's title, or its barcode
        :param begin: first day, in the reader's time zone; None without
        :param end: last day; None without
        """
        self.ensure_one()
        domain = Domain("consignor_id", "=", self.id)
        for word in search[:MAX_SEARCH].split():
            domain &= Domain("article_id.name", "ilike", word) | Domain(
                "article_id.barcode", "=", word
            )
        if begin:
            domain &= Domain("date", ">=", self._get_midnight(begin))
        if end and end < datetime.max.date():
            domain &= Domain("date", "<", self._get_midnight(end + timedelta(days=1)))
        return domain

    def _get_midnight(self, day):
        """Return when a day begins for the reader, as the database keeps it."""
        if day.year < 2:  # the first year cannot be moved into another time zone
            return datetime.min
        local = datetime.combine(day, time.min, tzinfo=self.env.tz)
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def _sum_sales(self, domain):
        """Return ``(rows, articles sold, paid by customers, for the consignor)``.

        An article that was brought back is two rows, and not sold.
        """
        aggregates = ["__count", "quantity:sum", "amount:sum", "consignor_amount:sum"]
        return self.env["consignment.sale"]._read_group(domain, [], aggregates)[0]

    def _list_sales(self, domain, page=1):
        """Return one page of the consignor's sales, the latest first."""
        return self.env["consignment.sale"].search_fetch(
            domain, self._get_sale_fields(), limit=LIST_SIZE, offset=(page - 1) * LIST_SIZE
        )

    def _get_sale_fields(self):
        return ["date", "article_id", "quantity", "amount", "consignor_amount"]
