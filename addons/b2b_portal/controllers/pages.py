"""What the portal's pages share: who asks, how an error is told, what every page shows."""

import functools
from urllib.parse import urlsplit, urlunsplit

from odoo.http import request

from odoo.addons.office_kit.exceptions import NoSpace
from odoo.addons.portal_guard.pages import clean, wants_json

from ..exceptions import B2bError


def b2b_page(handler=None, *, preview=False, uploads=()):
    """Give a route its member as first argument; others are sent to their own pages.

    :param preview: the page only reads, and may be shown to staff as a customer sees it
    :param uploads: see :func:`clean`
    """
    if handler is None:
        return functools.partial(b2b_page, preview=preview, uploads=uploads)

    @functools.wraps(handler)
    def wrapper(self, *args, **kwargs):
        member = request.env.user._get_b2b_member()
        if not member and preview and "b2b_preview" in request.session:
            # Checked on each page: rights, switch and time may have changed since it was opened.
            member = request.env["res.partner"]._find_b2b_preview(request.session["b2b_preview"])
        if not member:
            return request.redirect("/my" if request.env.user.share else "/odoo")
        member._note_visit()
        form = clean(kwargs, uploads)
        form.pop("member", None)  # only given by this wrapper
        return handler(self, member, *args, **form)

    return wrapper


def b2b_action(back):
    """Tell a refusal of a form: as JSON to the page's script, else on the page ``back``.

    What the customer typed is not lost: nothing was written, and the page shows it again.

    :param back: address of the page to return to when it is not known which one sent the form
    """

    def decorate(handler):
        @functools.wraps(handler)
        def wrapper(self, member, *args, **kwargs):
            try:
                # A refusal half way through must leave nothing behind.
                with request.env.cr.savepoint():
                    return handler(self, member, *args, **kwargs)
            except (B2bError, NoSpace) as error:
                if wants_json():
                    return request.make_json_response({"error": str(error)}, status=422)
                tell("danger", str(error))
                return request.redirect(came_from() or back)

        return wrapper

    return decorate


def came_from():
    """Return the portal's page that sent a form, None for any other: nobody is led away."""
    sender = urlsplit(request.httprequest.referrer or "")
    if sender.netloc != request.httprequest.host or not sender.path.startswith("/b2b"):
        return None
    return urlunsplit(("", "", sender.path, sender.query, ""))


def tell(kind, sentence):
    """Show a sentence at the top of the next page: ``success``, ``warning`` or ``danger``."""
    told = request.session.get("b2b_messages", [])
    request.session["b2b_messages"] = [*told, (kind, sentence)][-5:]


def render(template, member, **values):
    """Render a page of the portal."""
    messages = request.session.pop("b2b_messages", []) if "b2b_messages" in request.session else []
    return request.render(
        template,
        {
            "member": member,
            # What the website app's layout describes; by default it reads the template.
            "main_object": member.company_id,
            "messages": messages,
            "b2b_cart": request.env.user._get_b2b_cart_summary(member),
            "page_name": "b2b",
            # Only staff who look have a member that is not stored.
            "is_preview": not member._origin,
            **values,
        },
    )
