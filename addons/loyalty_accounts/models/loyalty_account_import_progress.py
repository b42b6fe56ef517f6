from odoo import fields, models


class LoyaltyAccountImportProgress(models.Model):
    """How far an import is. Written by its pieces, each of which locks and updates it.

    Apart from the import itself, so that stopping it does not have to wait for a moment at which
    no piece is being written.
    """

    _name = "loyalty.account.import.progress"
    _description = "Progress of an import"
    _log_access = False
    _rec_name = "import_id"

    import_id = fields.Many2one("loyalty.account.import", required=True, ondelete="cascade")
    position = fields.Integer(required=True, help="Last row that is done.")
    done_count = fields.Integer(required=True, help="Accounts opened so far.")
    failed_count = fields.Integer(required=True, help="Rows left out so far.")

    _import_unique = models.UniqueIndex("(import_id)", "An import has one progress.")
