from odoo import models
from odoo.exceptions import AccessError


class ConsolidationDialogue(models.AbstractModel):
    """A question that one user answers; what it is about is decided when it is opened.

    What is confirmed is what stands in it. Record rules keep it its user's own; here it is kept
    from being pointed at something else meanwhile, such as by a page that is still open.
    """

    _name = "consolidation.dialogue"
    _description = "Dialogue about agreements or what is owed"

    #: Fields with what it is about.
    _subjects = ()

    def write(self, vals):
        """Override: what it is about stays.

        :raise AccessError: one of the fields with what it is about
        """
        if vals.keys() & set(self._subjects):
            raise AccessError(
                self.env._("What this dialogue is about cannot be changed. Open it again.")
            )
        return super().write(vals)
