"""What the routes of the suite's portals share: ids in addresses, forms, lists."""

from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

#: Ids that fit into the database's column; greater ones are unknown pages.
RECORD = "<int(max=2147483647):%s>"
#: Pages of lists, as far as the database can count them.
PAGE = "<int(max=1000000):page>"


def clean(form, uploads=()):
    """Return what a page or form sent, without what the database cannot keep and nobody types.

    Pages of lists have their number in the address; as an argument behind it, it is left out.

    :param form: values by name
    :param uploads: names of fields that may be files; a file sent as a text is left out
    """
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in form.items()
        if (name in uploads or not hasattr(value, "stream"))
        and not (name == "page" and isinstance(value, str))
    }


def wants_json():
    """Tell whether the page's script asks, rather than a browser that sends a form."""
    return request.httprequest.accept_mimetypes.best == "application/json"


def make_pager(address, total, page, size, **arguments):
    """Return portal's pager; arguments without a value are left out of its addresses."""
    arguments = {name: value for name, value in arguments.items() if value}
    return portal_pager(url=address, total=total, page=page, step=size, url_args=arguments)


def require(record):
    """Return a record, or answer as for an unknown page: the same for missing and forbidden."""
    if not record:
        raise NotFound
    return record
