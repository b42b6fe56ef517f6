import base64
import io
import struct

from PIL import Image

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..checks import CHECKS
from ..const import PHOTO_SIDE
from ..exceptions import EntryRefused, QuotaExceeded
from .common import ConsignmentCommon

#: To be turned upright, with a text where the width is a number: no library can rewrite them.
BROKEN_NOTES = (
    b"Exif\0\0II*\0\x08\0\0\0\x02\0"
    + struct.pack("<HHIHH", 274, 3, 1, 6, 0)
    + struct.pack("<HHI4sI", 256, 2, 2, b"a", 0)
)
CAMERA = {271: "Camera", 274: 6, 34853: {1: "N", 2: (46.0, 31.0, 12.0)}}


def make_photo(size=(40, 30), kind="JPEG", exif=None):
    """Return the bytes of a picture."""
    data = exif if isinstance(exif, bytes) else Image.Exif()
    if isinstance(exif, dict):
        data.update(exif)
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind, exif=data)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestEntry(ConsignmentCommon):
    def _type(self, **typed):
        return {
            "title": "Winter coat",
            "categ_id": str(self.category.id),
            "size_brand": "M",
            "price": "45",
            **typed,
        }

    def _enter(self, photo=b"", key="", **typed):
        return self.consignor._enter_article(self._type(**typed), photo, key)

    def test_what_is_typed_becomes_an_article_of_the_one_open_intake(self):
        first, second = self._enter(), self._enter(title="Teapot", price="1.234,50")
        self.assertEqual((first.name, first.price, first.size_brand), ("Winter coat", 45, "M"))
        self.assertEqual(second.price, 1234.5)
        self.assertEqual(first.intake_id, second.intake_id)
        self.assertTrue(first.intake_id.is_from_portal)
        self.assertEqual(self.consignor.entry_quota, 3)

    def test_a_form_sent_twice_makes_one_article_and_gets_the_same_answer(self):
        first = self._enter(key="abc")
        self.assertEqual(self._enter(key="abc", title="Other"), first)
        self.assertEqual(self.consignor.entry_quota, 4)
        self.assertNotEqual(self._enter(key="xyz"), first)

    def test_two_consignors_may_use_the_same_name_for_a_form(self):
        self.other.write({"entry_allowed": True, "entry_quota": 1})
        mine = self._enter(key="abc")
        theirs = self.other._enter_article(self._type(), b"", "abc")
        self.assertEqual(theirs.consignor_id, self.other)
        self.assertNotEqual(mine, theirs)

    def test_bad_prices_are_refused_in_words_and_nothing_is_written(self):
        for price in ("0", "-3", "1e12", "1000000000000", "0.125", "cheap", "", "9" * 200):
            with self.subTest(price), self.assertRaises(EntryRefused):
                self._enter(price=price)
        self.assertFalse(self.consignor.article_ids)
        self.assertEqual(self.consignor.entry_quota, 5)

    def test_titles_keep_emoji_and_html_as_text_without_control_characters(self):
        self.assertEqual(self._enter(title=" <b>Tea</b>\x07 🫖\x00 ").name, "<b>Tea</b> 🫖")

    def test_titles_and_details_that_are_too_long_are_refused(self):
        self.assertEqual(len(self._enter(title="🫖" * 80).name), 80)
        for typed in ({"title": "🫖" * 200}, {"title": " \x00 "}, {"size_brand": "x" * 41}):
            with self.subTest(str(typed)[:30]), self.assertRaises(EntryRefused):
                self._enter(**typed)

    def test_only_categories_for_consignors_are_chosen(self):
        other = self.env["product.category"].create({"name": "Other"})
        for category in (str(other.id), "", "x", "1 OR 1=1"):
            with self.subTest(category), self.assertRaises(EntryRefused):
                self._enter(categ_id=category)

    def test_photos_are_made_small_and_upright_and_tell_nothing_about_their_maker(self):
        article = self._enter(make_photo((4000, 3000), exif=CAMERA))
        kept = Image.open(io.BytesIO(base64.b64decode(article.image_1920)))
        self.assertEqual((kept.format, max(kept.size)), ("JPEG", PHOTO_SIDE))
        self.assertGreater(kept.height, kept.width)
        self.assertFalse(dict(kept.getexif()))

    def test_photos_of_16_bits_keep_their_shades(self):
        buffer = io.BytesIO()
        Image.new("I;16", (4, 3), 128 * 256).save(buffer, "PNG")
        article = self._enter(buffer.getvalue())
        kept = Image.open(io.BytesIO(base64.b64decode(article.image_1920)))
        self.assertEqual(kept.getpixel((0, 0)), (128, 128, 128))

    def test_files_that_are_no_photo_are_refused_in_words(self):
        heic = b"\0\0\0\x18ftypheic" + b"\0" * 50
        files = {
            "script": b"<script>alert(1)</script>",
            "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "pdf": b"%PDF-1.4",
            "half": make_photo((400, 400))[:500],
            "gif": make_photo(kind="GIF"),
            "heic": heic,
            "notes": make_photo(exif=BROKEN_NOTES),
            "bytes": b"x" * (5 * 1024 * 1024 + 1),
            "pixels": make_photo((8000, 6300), "PNG"),
        }
        for name, content in files.items():
            with self.subTest(name), self.assertRaises(EntryRefused) as refusal:
                self._enter(content)
            self.assertEqual("HEIC" in str(refusal.exception), name == "heic")
        self.assertFalse(self.consignor.article_ids)

    def test_entered_articles_are_changed_and_deleted_until_they_are_submitted(self):
        article = self._enter(make_photo())
        changed = self.consignor._change_entered(
            str(article.id), self._type(title="Coat", price="40"), remove_photo=True
        )
        self.assertEqual((changed.name, changed.price, changed.image_1920), ("Coat", 40, False))
        other = self._enter()
        self.consignor._delete_entered(str(other.id))
        self.assertEqual(self.consignor.entry_quota, 4)
        article.intake_id.action_submit()
        for call in (
            lambda: self.consignor._change_entered(str(article.id), self._type()),
            lambda: self.consignor._delete_entered(str(article.id)),
        ):
            with self.assertRaises(EntryRefused):
                call()

    def test_nobody_changes_or_deletes_what_another_consignor_entered(self):
        article = self._enter()
        for call in (
            lambda: self.other._change_entered(str(article.id), self._type()),
            lambda: self.other._delete_entered(str(article.id)),
        ):
            with self.assertRaises(EntryRefused):
                call()

    def test_the_number_ends_exactly_and_says_so(self):
        for _number in range(5):
            self._enter()
        with self.assertRaises(QuotaExceeded), self.env.cr.savepoint():
            self._enter()
        self.assertEqual(len(self.consignor.article_ids), 5)

    def test_where_entering_is_not_agreed_nothing_is_entered(self):
        self.consignor.entry_allowed = False
        with self.assertRaises(QuotaExceeded), self.env.cr.savepoint():
            self._enter()
        self.consignor.entry_allowed = True
        self.shop.number = "10012"
        with self.assertRaises(QuotaExceeded), self.env.cr.savepoint():
            self._enter()
        self.assertFalse(self.consignor.article_ids)

    def test_what_staff_enter_counts_against_nothing(self):
        self.consignor.entry_quota = 0
        intake = self._create_intake()
        self._create_article(intake)
        self.assertEqual(self.consignor.entry_quota, 0)
        self.assertTrue(intake.article_ids)

    def test_an_intake_that_staff_delete_gives_all_articles_back(self):
        intake = self._enter().intake_id
        intake.with_user(self.staff).unlink()
        self.assertEqual(self.consignor.entry_quota, 5)

    def test_a_login_does_not_raise_its_own_number_over_rpc(self):
        with self.assertRaises(AccessError):
            self.consignor.with_user(self.user).write({"entry_quota": 200})
        self.consignor.with_user(self.staff).write({"entry_quota": 7})
        self.assertEqual(self.consignor.entry_quota, 7)

    def test_what_is_given_back_beyond_the_most_is_not_permitted_any_more(self):
        query = next(query for holds, _model, query in CHECKS if "were permitted" in holds)
        first, *_others = [self._enter() for _number in range(3)]
        self.consignor.entry_quota = 200
        self.assertEqual(self.consignor.entry_granted, 203)
        self.consignor._delete_entered(first.id)
        self.assertEqual((self.consignor.entry_quota, self.consignor.entry_granted), (200, 202))
        self._enter()
        self.assertEqual((self.consignor.entry_quota, self.consignor.entry_granted), (199, 202))
        self.env.flush_all()
        self.env.cr.execute(query)
        self.assertNotIn((self.consignor.id,), self.env.cr.fetchall())
