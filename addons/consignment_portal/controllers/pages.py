"""What the pages for consignors share: which shop, who asks, how an error is told."""

import functools
from urllib.parse import quote

from odoo.http import request

from odoo.addons.office_kit.exceptions import NoSpace
from odoo.addons.portal_guard.pages import clean, wants_json

from ..exceptions import ConsignmentError


def shop_page(handler):
    """Give a route the shop of its address as first argument.

    A number that is unknown, wrong or of a closed portal gets the same page, whatever the reason.
    """

    @functools.wraps(handler)
    def wrapper(self, number, *args, **kwargs):
        shop = request.env["consignment.shop"]._find_open(number)
        if not shop:
            response = render("consignment_portal.no_shop", shop)
            response.status_code = 404
            return response
        return handler(self, shop, *args, **_clean(kwargs))

    return wrapper


def consignor_page(handler=None, *, uploads=()):
    """Give a route shop and consignor; who is not logged in as one goes to the shop's page.

    :param uploads: names of fields that may be files
    """
    if handler is None:
        return functools.partial(consignor_page, uploads=uploads)

    @functools.wraps(handler)
    def wrapper(self, number, *args, **kwargs):
        consignor = find_consignor(number)
        if not consignor:
            if _is_page():
                remember(request.httprequest.full_path.rstrip("?"))
            return request.redirect(get_home(number))
        return handler(self, consignor, *args, **_clean(kwargs, uploads))

    return wrapper


def _clean(form, uploads=()):
    """Return what was sent, without names that only the wrappers above give to a route."""
    form = clean(form, uploads)
    return {name: form[name] for name in form.keys() - {"shop", "consignor"}}


def get_home(number):
    """Return the address of a shop's page.

    :param number: as it stands in the address that was asked for; may be anything
    """
    return f"/consign/{quote(number, safe='')}"


def _is_page():
    """Tell whether the visitor wants a page, rather than a photo on it or a form's answer."""
    wanted = request.httprequest.headers.get("Sec-Fetch-Dest", "document")
    return request.httprequest.method == "GET" and wanted == "document"


def find_consignor(number):
    """Return as whom the visitor uses the pages of a shop; empty for all others."""
    shop = request.env["consignment.shop"]._find_open(number)
    consignors = request.env.user._get_consignors(shop)
    chosen = consignors.filtered(
        lambda consignor: consignor.id == request.session.get("consignor_id")
    )
    return chosen or consignors[:1]


def remember(address):
    """Note the page of a shop that a visitor wanted, to show it after the login."""
    request.session["consign_back"] = address


def recall(shop):
    """Return the page to show after the login, and forget it; without one, the stock."""
    pages = f"/consign/{shop.number}/"
    wanted = request.session.pop("consign_back", "") if "consign_back" in request.session else ""
    return wanted if wanted.startswith(pages) else f"{pages}stock"


def consignor_action(back):
    """Tell a refusal of a form: as JSON to the page's script, else on the page ``back``.

    :param back: the part of the page's address after the shop's number
    """

    def decorate(handler):
        @functools.wraps(handler)
        def wrapper(self, consignor, *args, **kwargs):
            try:
                # A refusal half way through must leave nothing behind.
                with request.env.cr.savepoint():
                    return handler(self, consignor, *args, **kwargs)
            except (ConsignmentError, NoSpace) as error:
                if wants_json():
                    return request.make_json_response({"error": str(error)}, status=422)
                tell("danger", str(error))
                return request.redirect(f"/consign/{consignor.shop_id.number}/{back}")

        return wrapper

    return decorate


def tell(kind, sentence):
    """Show a sentence at the top of the next page: ``success``, ``warning`` or ``danger``."""
    told = request.session.get("consign_messages", [])
    request.session["consign_messages"] = [*told, (kind, sentence)][-5:]


def render(template, shop, **values):
    """Render a page of a shop in its look.

    :param values: of the template; ``consignor`` for pages of one who is logged in
    """
    told = "consign_messages" in request.session
    messages = request.session.pop("consign_messages") if told else []
    consignor = values.get("consignor")
    response = request.render(
        template,
        {
            "shop": shop,
            "consignor": None,
            "consignors": consignor and request.env.user._get_consignors(shop),
            # What the website app's layout describes; by default it reads the template.
            "main_object": shop.company_id or request.env.company,
            "messages": messages,
            "page_name": "consign",
            **values,
        },
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
