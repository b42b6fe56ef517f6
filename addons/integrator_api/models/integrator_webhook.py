import json
import secrets
import uuid

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.tools.misc import hmac

from ..rules import delivery, plain

#: Parameter by which an administrator lets events go to programs on the same machine.
LOOPBACK_PARAMETER = "integrator_api.allow_loopback"


class IntegratorWebhook(models.Model):
    """An address that is told of events, in signed messages.

    Events are written in the transaction of what happened, and sent afterwards by a job: what was
    rolled back is never told, and what was committed is told at least once.
    """

    _name = "integrator.webhook"
    _description = "Webhook of an integrator"
    _order = "client_id, id"
    _rec_name = "url"

    client_id = fields.Many2one(
        "integrator.client",
        string="Integrator",
        required=True,
        ondelete="cascade",
        help="Whose program is told. While its key has ended, events wait.",
    )
    company_id = fields.Many2one(
        related="client_id.company_id", store=True, index=True, help="Whose events are told."
    )
    url = fields.Char(
        string="Address",
        required=True,
        help="An https address on the internet. It answers with a status from 200 to 299.",
    )
    topic_ids = fields.Many2many("integrator.topic", string="Events", help="What it is told of.")
    active = fields.Boolean(default=True, help="Switched off: nothing is written or sent for it.")
    salt = fields.Char(
        required=True,
        copy=False,
        groups=fields.NO_ACCESS,
        default=lambda self: secrets.token_hex(16),
    )
    event_ids = fields.One2many("integrator.event", "webhook_id", string="Sent and to send")

    @api.constrains("url")
    def _check_url(self):
        allow = self._allows_loopback()
        for hook in self:
            problem = delivery.find_problem(hook.url, allow_loopback=allow)
            if problem:
                raise ValidationError(self._describe_problem(problem))

    @api.model
    def _describe_problem(self, problem):
        return {
            "form": self.env._("Enter a whole address, such as https://shop.example/events."),
            "scheme": self.env._("Events are sent to https addresses only."),
            "private": self.env._("Events are not sent into private networks."),
        }[problem]

    @api.constrains("topic_ids", "client_id")
    def _check_topics(self):
        for hook in self:
            foreign = hook.topic_ids.filtered(
                lambda topic, hook=hook: topic.family_id not in hook.client_id.family_ids
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(integrator)s may be told of “%(topic)s” with its family only: tick the "
                        "family, or take the topic from the webhook.",
                        integrator=hook.client_id.name,
                        topic=foreign[0].name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who listens is remembered."""
        hooks = super().create(vals_list)
        self.env.registry.clear_cache()
        return hooks

    def write(self, vals):
        """Override: who listens is remembered."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override: who listens is remembered."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === SECRET === #

    def action_new_secret(self):
        """Make another secret and show it, this once.

        :return: the action that shows it
        :raise AccessError: the user is no administrator
        """
        self.ensure_one()
        if not self.env.is_system():
            raise AccessError(self.env._("Only administrators make secrets of webhooks."))
        self.sudo().salt = secrets.token_hex(16)  # checked above
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Secret of %s", self.url),
            "res_model": "integrator.key.show",
            "view_mode": "form",
            "target": "new",
            "context": {"default_key": self._get_secret()},
        }

    def _get_secret(self):
        """Return the secret: derived from the database's own, so that it is kept nowhere."""
        hook = self.sudo()  # nobody reads the salt
        return hmac(hook.env, "integrator_api.webhook", f"{hook.id}/{hook.salt}")

    # === EVENTS === #

    @api.model
    def _emit(self, topic, company, describe):
        """Write an event for everyone who listens, to be sent once this is committed.

        Without listeners it costs no query, so that it can be called wherever something happens.

        :param str topic: its code
        :param company: ``res.company`` where it happened
        :param describe: called when somebody listens; returns a dict of plain values
        """
        listeners = self._get_listeners(topic, company.id)
        if not listeners:
            return
        # Superuser: whoever makes something happen has no right to messages.
        events = self.env["integrator.event"].sudo()
        data, now = describe(), fields.Datetime.now()
        for hook_id in listeners:
            uid = str(uuid.uuid4())
            message = {
                "id": uid,
                "topic": topic,
                "date": plain.moment(now),
                "company": company.sudo().name,  # told to its own integrator
                "data": data,
            }
            events.create(
                {
                    "webhook_id": hook_id,
                    "topic": topic,
                    "uid": uid,
                    "body": json.dumps(message, ensure_ascii=False),
                }
            )
        # Superuser: as above.
        self.env.ref("integrator_api.ir_cron_deliver").sudo()._trigger()

    @api.model
    @tools.ormcache("topic", "company_id")
    def _get_listeners(self, topic, company_id):
        """Return the ids of the webhooks that are told of a topic at a company."""
        domain = [("topic_ids.code", "=", topic), ("company_id", "=", company_id)]
        return tuple(self.sudo().search(domain).ids)  # whoever makes something happen asks

    @api.model
    def _allows_loopback(self):
        # Superuser: parameters are the administrators'.
        return bool(self.env["ir.config_parameter"].sudo().get_param(LOOPBACK_PARAMETER))
