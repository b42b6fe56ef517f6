"""Tripletex's first step: the order of a document, found again by its reference."""

import datetime
import json

from ..exceptions import NotFound
from ..rules.masking import digest

DAY = datetime.timedelta(days=1)


class OrderSteps:
    """What :class:`tripletex.Tripletex` does with orders; its HTTP methods are used."""

    def _find_order(self, document):
        days = {"orderDateFrom": document.date, "orderDateTo": document.date + DAY}
        for found in self._pages("/order", **days, fields="id,reference"):
            if found.get("reference") == document.key:
                return found["id"]
        return None

    def _recall_order(self, notes):
        """Return the order that an earlier attempt noted (ID and customer), None when it is gone."""
        if not notes.get("order"):
            return None
        try:
            return self._get(f"/order/{notes['order']}", fields="id,customer(id)")["value"]
        except NotFound:
            return None

    def _make_order(self, document, notes, order):
        """Return the ID of an order that holds the document as it is now.

        One of an earlier attempt may hold what the invoice was then. Nobody invoiced it, so it gives
        way; where a person closed it, Tripletex refuses that, and says so.

        :param order: what :meth:`_recall_order` returned, not invoiced yet
        """
        body = self._render_order(document)
        content = digest(json.dumps(body, sort_keys=True))
        if order and notes.get("content") == content:
            return order["id"]
        if order:
            self._write("DELETE", f"/order/{order['id']}")
        notes.pop("order", None)
        notes["content"] = content
        notes.save()
        notes["order"] = self._write("POST", "/order", body=body)["value"]["id"]
        notes.save()
        return notes["order"]
