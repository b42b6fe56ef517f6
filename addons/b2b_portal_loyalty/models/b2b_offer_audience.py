from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class B2bOfferAudience(models.AbstractModel):
    """Something published to chosen business customers, and told to each of them once.

    Models that inherit it have ``b2b_customer_ids``, who gets it, and ``b2b_notified_ids``, who was
    told.
    """

    _name = "b2b.offer.audience"
    _description = "Offer to chosen business customers"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of ``base``: what has an audience is looked for from now on."""
        records = super().create(vals_list)
        if any(values.get("b2b_customer_ids") for values in vals_list):
            self.env.registry.clear_cache()
        return records

    def write(self, vals):
        """Override of ``base``: see :meth:`create`."""
        result = super().write(vals)
        if vals.get("b2b_customer_ids"):
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("self._name")
    def _has_b2b_audience(self):
        """Tell whether anything of the kind was ever published to chosen customers.

        Asked before each search for offers: most shops have none, and the catalogue looks often.
        """
        # Superuser, archived ones too: a yes or no for the whole database.
        everything = self.sudo().with_context(active_test=False)
        return bool(everything.search_count([("b2b_customer_ids", "!=", False)], limit=1))

    def action_b2b_notify(self):
        """Button: tell the chosen customers by e-mail, each once, in their language."""
        self.ensure_one()
        self.check_access("write")
        customers = self.b2b_customer_ids - self.b2b_notified_ids
        told = customers.filtered(self._send_b2b_mail)
        if not told:
            raise UserError(
                self.env._(
                    "Nobody is left to be told: choose customers whose employees use the portal."
                )
            )
        self.b2b_notified_ids |= told
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("E-mails sent to: %s.", ", ".join(told.mapped("name"))),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _send_b2b_mail(self, customer):
        """Send the e-mail to a customer's employees; return whether there was anybody to tell."""
        # Superuser: sellers may not read all logins; only addresses of active employees are used.
        members = customer.sudo().b2b_member_ids.filtered(
            lambda member: member.state == "active" and member.partner_id.email
        )
        if not members:
            return False
        offer = self.with_context(lang=customer.lang or members[:1].partner_id.lang)
        company = members[:1].company_id
        body = offer.env["ir.qweb"]._render(
            "b2b_portal_loyalty.offer_mail",
            {"offer": offer, "company": company, "address": f"{offer.get_base_url()}/b2b/offers"},
        )
        # Superuser: mails are made by the system; sellers cannot create them directly.
        self.env["mail.mail"].sudo().create(
            {
                "subject": offer.env._("A new offer for you: %s", offer.display_name),
                "body_html": body,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "recipient_ids": [fields.Command.set(members.partner_id.ids)],
                "auto_delete": True,
            }
        )
        return True
