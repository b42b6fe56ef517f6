from odoo.http import Controller, content_disposition, request, route

from odoo.addons.portal_guard.pages import RECORD, require


class ConsignmentLabels(Controller):
    """Files for thermal printers; the wizard's own rights decide who gets which."""

    @route(
        f"/consignment_portal/labels/{RECORD % 'print_id'}", type="http", auth="user", readonly=True
    )
    def labels(self, print_id):
        """Send the labels that were chosen in the dialogue of that id."""
        prints = request.env["consignment.label.print"].search([("id", "=", print_id)])
        text = require(prints)._write_zpl()
        return request.make_response(
            text,
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Disposition", content_disposition("labels.zpl")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
