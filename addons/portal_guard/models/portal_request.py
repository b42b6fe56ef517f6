from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ANSWER_HOURS, BATCH, MAX_EMAIL


class PortalRequest(models.AbstractModel):
    """Somebody typed an address; a job looks up whether there is whom to send something to.

    The page that asks does the same work for every address, so neither its answer nor its time
    tells who is known.
    """

    _name = "portal.request"
    _description = "Question from outside, answered by a job"

    email = fields.Char(required=True, help="The address as it was typed.")

    @api.model
    def _note(self, email, by_name, by_origin, origin, cron, **values):
        """Note a question for the job, unless it is asked too often.

        :param email: what was typed
        :param by_name, by_origin: limits, see ``portal.throttle``
        :param origin: network address of the one who asks
        :param cron: XML id of the job
        :param values: of the model that inherits this one
        """
        throttle = self.env["portal.throttle"]
        typed = (email or "").strip()[:MAX_EMAIL]
        permitted = [throttle._hit(by_origin, origin), throttle._hit(by_name, typed.lower())]
        if typed and all(permitted):
            # Superuser: visitors have no right on this model; the row gives them none.
            self.sudo().create({"email": typed, **values})
            # Superuser: the job is Odoo's own.
            self.env.ref(cron).sudo()._trigger()

    @api.model
    def _cron_answer(self):
        """Answer what was asked; each answer is committed before the next."""
        requests = self.search([], order="id", limit=BATCH)
        for left, request in zip(range(len(requests) - 1, -1, -1), requests, strict=True):
            request._answer_once()
            request.unlink()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _answer_once(self):
        too_old = fields.Datetime.subtract(fields.Datetime.now(), hours=ANSWER_HOURS)
        if self.create_date < too_old:
            return  # the job stood still; nobody waits for this any more
        try:
            with self.env.cr.savepoint():
                self._answer()
        except UserError:
            # Nobody reads it: who asked must not learn it, and the others' answers go on.
            return

    def _answer(self):
        """Do what was asked for, if the address is known; written by the inheriting model."""
        raise NotImplementedError
