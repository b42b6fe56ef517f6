import tempfile

from werkzeug.wsgi import wrap_file

from odoo.http import Controller, Response, content_disposition, request, route


class LoyaltyFiles(Controller):
    """Files that are written while they are read from the database; models check the rights."""

    @route(
        "/loyalty_accounts/export/<int(min=1,max=2147483647):export_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def export(self, export_id):
        """Accounts that were chosen in the dialogue of that id."""
        export = request.env["loyalty.account.export"].browse(export_id)
        return self._send(export._write_file, export._get_file_name())

    @route(
        "/loyalty_accounts/import/<int(min=1,max=2147483647):import_id>/refused",
        type="http",
        auth="user",
        readonly=True,
    )
    def refused(self, import_id):
        """Rows of an import that were refused, with the reasons."""
        record = request.env["loyalty.account.import"].browse(import_id)
        return self._send(record._write_refused, "refused-rows.xlsx")

    @route("/loyalty_accounts/import/template", type="http", auth="user", readonly=True)
    def template(self):
        """An empty file with all headings, and what they mean."""
        imports = request.env["loyalty.account.import"]
        return self._send(imports._write_template, "loyalty-accounts.xlsx")

    def _send(self, write, name):
        # On disk: tens of thousands of rows would not be held in memory.
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        write(file)
        file.seek(0)
        is_csv = name.endswith(".csv")
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(
            wrap_file(request.httprequest.environ, file),
            direct_passthrough=True,
            headers=[
                ("Content-Type", "text/csv; charset=utf-8" if is_csv else sheet),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
