"""Consignors enter articles at home; called by pages, so everything typed is checked here."""

import base64

from odoo import models

from odoo.addons.portal_guard.rules import photos

from ..const import MAX_DETAIL, MAX_KEY, MAX_TITLE, PHOTO_SIDE
from ..exceptions import EntryRefused
from ..rules import prices
from ..rules.texts import clean_line


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    def _lock_entry(self):
        """Let nobody else enter, delete or submit for this consignor until the transaction's end.

        Touched, not only locked: under REPEATABLE READ the second of two then fails to serialize,
        runs again, and finds what the first one did.
        """
        self.ensure_one()
        self.flush_recordset(["entry_quota"])
        # SQL: writes nothing but the lock, whose reason is above.
        self.env.cr.execute(
            "UPDATE consignment_consignor SET entry_quota = entry_quota WHERE id = %s", [self.id]
        )

    def _note_granted(self):
        """Note what is left and what was entered until now: from here on they add up to it."""
        self.flush_recordset(["entry_quota"])
        self.env["consignment.article"].flush_model(["intake_id"])
        self.env["consignment.intake"].flush_model(["consignor_id", "is_from_portal"])
        # SQL: one statement counts and notes; the ids are the records' own, the right was checked.
        self.env.cr.execute(
            """
            UPDATE consignment_consignor one SET entry_granted = coalesce(entry_quota, 0) + (
                   SELECT count(*) FROM consignment_article article
                     JOIN consignment_intake intake ON intake.id = article.intake_id
                    WHERE intake.consignor_id = one.id AND intake.is_from_portal)
             WHERE id = ANY(%s)
            """,
            [self.ids],
        )
        self.invalidate_recordset(["entry_granted"])

    def _find_entry_intake(self):
        """Return the intake that the consignor is entering; empty where there is none yet."""
        return self.env["consignment.intake"].search(
            [
                ("consignor_id", "=", self.id),
                ("state", "=", "draft"),
                ("is_from_portal", "=", True),
            ],
            limit=1,
        )

    def _find_entered(self, article_id):
        """Return an own article that is still being entered, else none.

        :param article_id: as typed into an address or form; may be anything
        """
        articles = self._find_entry_intake().article_ids
        return articles.filtered(lambda article: str(article.id) == str(article_id))

    def _get_entry_categories(self):
        """Return the categories to choose from: the finest ones that take consigned articles."""
        categories = self.env["product.category"].search([("consignment_ok", "=", True)])
        return categories - categories.parent_id

    def _enter_article(self, typed, photo=b"", key=""):
        """Keep an article that the consignor typed; the open intake is made with the first one.

        The same form sent twice makes one article, and gets the same answer.

        :param typed: ``title``, ``categ_id``, ``size_brand``, ``price`` as texts
        :param photo: bytes of a picture, empty without
        :param key: names the form that was sent; empty for one that cannot be recognised
        :return: the article
        :raise EntryRefused: says what to correct; nothing was written
        :raise QuotaExceeded: no article is left
        """
        self._lock_entry()
        again = key and self._find_sent(key)
        if again:
            return again
        vals = self._prepare_entry_vals(typed, photo)
        intake = self._find_entry_intake() or self.env["consignment.intake"].create(
            {"consignor_id": self.id, "is_from_portal": True}
        )
        return self.env["consignment.article"].create(
            {**vals, "intake_id": intake.id, "entry_key": key[:MAX_KEY] or False}
        )

    def _find_sent(self, key):
        return self.env["consignment.article"].search(
            [("consignor_id", "=", self.id), ("entry_key", "=", key[:MAX_KEY])], limit=1
        )

    def _change_entered(self, article_id, typed, photo=b"", remove_photo=False):
        """Change an article that was not submitted yet.

        :return: the article
        :raise EntryRefused: see :meth:`_enter_article`; also when it was submitted meanwhile
        """
        self._lock_entry()
        article = self._get_entered(article_id)
        vals = self._prepare_entry_vals(typed, photo)
        if remove_photo and not photo:
            vals["image_1920"] = False
        article.write(vals)
        return article

    def _delete_entered(self, article_id):
        """Delete an article that was not submitted yet; another one may be entered instead.

        :raise EntryRefused: there is no such article
        """
        self._lock_entry()
        self._get_entered(article_id).unlink()

    def _get_entered(self, article_id):
        article = self._find_entered(article_id)
        if not article:
            raise EntryRefused(
                self.env._("This article was deleted or submitted meanwhile. Look at the list.")
            )
        return article

    def _prepare_entry_vals(self, typed, photo):
        """Return checked values of an article; see :meth:`_enter_article`."""
        title = self._read_line(typed, "title", self.env._("Title"), MAX_TITLE)
        if not title:
            raise EntryRefused(self.env._("Type a title, such as “Winter coat”."))
        vals = {
            "name": title,
            "size_brand": self._read_line(
                typed, "size_brand", self.env._("Size, brand"), MAX_DETAIL
            ),
            "categ_id": self._read_category(typed.get("categ_id") or ""),
            "price": self._read_price(typed.get("price") or ""),
        }
        if photo:
            vals["image_1920"] = self._read_photo(photo)
        return vals

    def _read_line(self, typed, name, label, most):
        line = clean_line(typed.get(name) or "")
        if len(line) > most:
            raise EntryRefused(
                self.env._(
                    "%(field)s: type %(most)s characters at most.",
                    field=label,
                    most=most,
                )
            )
        return line

    def _read_category(self, text):
        category = self._get_entry_categories().filtered(lambda record: str(record.id) == text)
        if not category:
            raise EntryRefused(self.env._("Choose a category."))
        return category.id

    def _read_price(self, text):
        decimals = self.currency_id.decimal_places
        try:
            return float(prices.parse(text, decimals))
        except prices.PriceError as error:
            sentences = {
                "text": self.env._("Type the price as a number, such as 12.50."),
                "low": self.env._("Type a price above 0."),
                "high": self.env._("A price is %s at most.", f"{prices.MAX_PRICE:,}"),
                "decimals": self.env._("Type a price with %s decimals at most.", decimals),
            }
            raise EntryRefused(sentences[error.code]) from None

    def _read_photo(self, content):
        """Return a photo as it is kept: made small, without place, time and camera."""
        if photos.is_heic(content):
            raise EntryRefused(
                self.env._(
                    "This photo is in Apple's format HEIC. Take it with the button on this page, or "
                    "choose “Most compatible” in your iPhone's settings under Camera, Formats."
                )
            )
        try:
            return base64.b64encode(photos.shrink(content, PHOTO_SIDE))
        except photos.PhotoError as error:
            sentences = {
                "large": self.env._("The photo is too large: send at most 5 MB and 40 megapixels."),
                "kind": self.env._("The file is no photo. Send a JPEG, PNG or WebP."),
            }
            raise EntryRefused(sentences[error.code]) from None
