from odoo.http import Controller, content_disposition, request, route


class ConsignmentLabels(Controller):
    """Files for thermal printers; the wizard's own rights decide who gets which."""

    @route("/consignment_portal/labels/<int:print_id>", type="http", auth="user", readonly=True)
    def labels(self, print_id):
        """Send the labels that were chosen in the dialogue of that id."""
        text = request.env["consignment.label.print"].browse(print_id)._write_zpl()
        return request.make_response(
            text,
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Disposition", content_disposition("labels.zpl")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
