import hashlib
import json

from odoo import api, fields, models

from ..exceptions import RequestReused


class IntegratorRequest(models.Model):
    """A request that was carried out, and what was answered; written with what it did."""

    _name = "integrator.request"
    _description = "Request of an integrator"
    _order = "id desc"
    _rec_name = "request_id"

    client_id = fields.Many2one(
        "integrator.client",
        string="Integrator",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Whose request id it is.",
    )
    company_id = fields.Many2one(related="client_id.company_id", store=True)
    request_id = fields.Char(required=True, readonly=True, help="As the program named it.")
    digest = fields.Char(required=True, readonly=True, help="Tells another request of this id.")
    answer = fields.Text(readonly=True, help="Given again to the same request.")

    _request_unique = models.UniqueIndex(
        "(client_id, request_id)", "This request was carried out already."
    )

    @api.model
    def _answer_once(self, client_id, operation, arguments, method):
        """Carry a request out, or answer what was answered before.

        The row is written first: who comes with the same id at the same moment waits at the unique
        index, fails there when this one commits, and finds its answer in the next try.

        :param arguments: with the ``request_id``
        :param method: called with the facade and the other arguments
        :return: plain values
        :raise RequestReused: the id was used for another request
        """
        given = dict(arguments)
        request_id = given.pop("request_id")
        text = json.dumps([operation, given], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        domain = [("client_id", "=", client_id), ("request_id", "=", request_id)]
        if done := self.search(domain, limit=1):
            if done.digest != digest:
                raise RequestReused(
                    self.env._("The request id %s was used for another request.", request_id)
                )
            return json.loads(done.answer)
        row = self.create({"client_id": client_id, "request_id": request_id, "digest": digest})
        row.flush_recordset()
        answer = method(self.env["integrator.api"], **given)
        row.answer = json.dumps(answer)
        return answer
