import uuid

from odoo import http
from odoo.http import request

from odoo.addons.office_kit.exceptions import NoSpace
from odoo.addons.portal_guard.pages import RECORD, clean, require, wants_json
from odoo.addons.portal_guard.rules.photos import MAX_BYTES

from ..const import MAX_DETAIL, MAX_TITLE
from ..exceptions import ConsignmentError
from .pages import (
    consignor_action,
    consignor_page,
    find_consignor,
    get_home,
    remember,
    render,
    tell,
)

ENTER = "/consign/<string:number>/enter"
#: What a form of an article types; kept in the session while the consignor logs in again.
TYPED = ("title", "categ_id", "size_brand", "price")
#: Characters of a field that are kept meanwhile: more than is accepted, so that nothing is cut.
MAX_KEPT = 200


class ConsignEntry(http.Controller):
    """Entering articles at home.

    The form is also answered after the session ended, which Odoo's own checks of session and token
    would answer by an error with everything lost. The checks are made here instead: without a login,
    or with the token of another session, nothing is written; what was typed is shown again.
    """

    @http.route(
        ENTER,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_enter(self, consignor, **_kwargs):
        """Show the form and what was entered so far."""
        return self._render(consignor, typed=request.session.pop("consign_typed", None))

    @http.route(
        f"{ENTER}/{RECORD % 'article_id'}",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_enter_change(self, consignor, article_id, **_kwargs):
        """Show the form of an article that was not submitted yet."""
        return self._render(consignor, article=require(consignor._find_entered(article_id)))

    @http.route(
        f"{ENTER}/save",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        csrf=False,
        sitemap=False,
    )
    def consign_enter_save(self, number, photo=None, csrf_token="", **form):
        """Keep an article, and offer an empty form for the next one."""
        form = clean(form)
        typed = {name: form.get(name, "")[:MAX_KEPT] for name in TYPED}
        consignor = find_consignor(number)
        if not consignor or not request.validate_csrf(csrf_token):
            return self._ask_again(number, consignor, typed, form.get("article_id"))
        # One byte more than allowed tells that it is too large; the rest is never read.
        content = photo.read(MAX_BYTES + 1) if hasattr(photo, "read") else b""
        article_id, again = form.get("article_id"), bool(form.get("remove_photo"))
        try:
            # A refusal half way through must leave nothing behind.
            with request.env.cr.savepoint():
                article = (
                    consignor._change_entered(article_id, typed, content, remove_photo=again)
                    if article_id
                    else consignor._enter_article(typed, content, form.get("key", ""))
                )
        except (ConsignmentError, NoSpace) as error:
            return self._refuse(consignor, str(error), typed, article_id)
        if wants_json():
            return request.make_json_response(self._describe(consignor, article))
        tell("success", request.env._("“%s” is kept.", article.name))
        return request.redirect(f"/consign/{number}/enter#entry")

    @http.route(
        f"{ENTER}/delete", type="http", auth="public", methods=["POST"], website=True, sitemap=False
    )
    @consignor_page
    @consignor_action(back="enter")
    def consign_enter_delete(self, consignor, article_id="", **_kwargs):
        """Delete an article that was not submitted yet."""
        consignor._delete_entered(article_id)
        if wants_json():
            return request.make_json_response(self._describe(consignor))
        tell("success", request.env._("The article is deleted."))
        return request.redirect(f"/consign/{consignor.shop_id.number}/enter")

    def _ask_again(self, number, consignor, typed, article_id):
        """Answer a form of a session that has ended: nothing was written, nothing is lost."""
        back = f"/consign/{number}/enter" + (f"/{article_id}" if article_id else "")
        if wants_json():
            sentence = request.env._("You were logged out meanwhile. What you typed is kept.")
            return request.make_json_response({"login": back, "error": sentence}, status=401)
        if consignor:
            tell("warning", request.env._("You were logged out meanwhile. Please press again."))
            return self._render(consignor, typed=typed, article_id=article_id)
        request.session["consign_typed"] = typed
        remember(f"/consign/{number}/enter")
        return request.redirect(get_home(number))

    def _refuse(self, consignor, sentence, typed, article_id):
        if wants_json():
            return request.make_json_response({"error": sentence}, status=422)
        tell("danger", sentence)
        return self._render(consignor, typed=typed, article_id=article_id)

    def _describe(self, consignor, article=None):
        """Return what the page's script shows after a change."""
        values = {**self._prepare_values(consignor), "shop": consignor.shop_id}
        parts = {"summary": "consignment_portal.entry_summary"}
        if article:
            parts["row"] = "consignment_portal.entry_row"
            values["row"] = article
            values["pictured"] = consignor._get_pictured(article)
        render_part = request.env["ir.qweb"]._render
        return {
            **{name: str(render_part(template, values)) for name, template in parts.items()},
            "id": article.id if article else 0,
            "key": values["key"],
            "left": values["left"],
        }

    def _render(self, consignor, *, typed=None, article=None, article_id=None):
        if article_id:
            article = consignor._find_entered(article_id)
        return render(
            "consignment_portal.enter",
            consignor.shop_id,
            typed=typed,
            article=article,
            **self._prepare_values(consignor),
        )

    def _prepare_values(self, consignor):
        intake = consignor._find_entry_intake()
        articles = intake.article_ids.sorted("id", reverse=True)
        left = consignor.entry_quota
        return {
            "consignor": consignor,
            "intake": intake,
            "articles": articles,
            "categories": consignor._get_entry_categories(),
            "key": uuid.uuid4().hex,
            "last_category": articles[:1].categ_id,
            "left": left,
            "most": left + len(articles),
            "pictured": consignor._get_pictured(articles),
            "total": sum(articles.mapped("price")),
            "max_title": MAX_TITLE,
            "max_detail": MAX_DETAIL,
        }
