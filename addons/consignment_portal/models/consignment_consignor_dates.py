"""Reminders of return dates, and the notes in the shop's agenda."""

from odoo import api, fields, models
from odoo.fields import Domain


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    markdown_allowed = fields.Boolean(
        string="Shop's markdowns",
        default=True,
        tracking=True,
        help="The markdowns of the shop apply to this consignor's articles.",
    )

    def write(self, vals):
        """Override: the agenda follows the wish."""
        result = super().write(vals)
        if {"agenda_wanted", "active", "first_name", "last_name"} & vals.keys():
            self._sync_agenda()
        return result

    @api.model
    def _cron_remind(self):
        """Remind consignors of return dates; each one's mail is committed before the next."""
        articles = self.env["consignment.article"]
        groups = articles._read_group(self._get_reminder_domain(), ["consignor_id"])
        consignors = self.union(*(consignor for (consignor,) in groups))
        for left, consignor in zip(
            range(len(consignors) - 1, -1, -1), consignors.sorted("id"), strict=True
        ):
            consignor._remind()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    @api.model
    def _get_reminder_domain(self):
        """Return the articles in time for a reminder, whose owners want and have not got one."""
        today = fields.Date.context_today(self)
        in_time = Domain.OR(
            Domain("shop_id", "=", shop.id)
            & Domain("return_date", "<=", fields.Date.add(today, days=shop.reminder_days))
            for shop in self.env["consignment.shop"].search([])
        )
        return (
            Domain("state", "=", "stock")
            & Domain("return_date", ">=", today)
            & Domain("consignor_id.active", "=", True)
            & Domain("consignor_id.reminder_wanted", "=", True)
            & Domain("consignor_id.is_charity", "=", False)
            & Domain("consignor_id.partner_id.email", "!=", False)
            & Domain("reminded_on", "=", False)
            & in_time
        )

    def _remind(self):
        """Send one mail about all articles that are due, and note it in the same transaction.

        Both are kept or neither: after a crash nobody is reminded twice, and nobody forgotten.
        """
        self.ensure_one()
        articles = self.env["consignment.article"].search(
            self._get_reminder_domain() & Domain("consignor_id", "=", self.id), order="return_date"
        )
        if not articles:
            return  # somebody else's run was quicker
        articles.reminded_on = fields.Date.context_today(self)
        template = self.env.ref("consignment_portal.mail_template_reminder")
        template.with_context(articles=articles).send_mail(self.id)

    def _sync_agenda(self):
        """Note the return dates of articles in the calendar, one note a day and consignor."""
        events = self.env["calendar.event"]
        # Superuser: notes are the shop's, whoever changes an article; nothing else is touched.
        events_sudo = events.sudo().with_context(dont_notify=True)
        noted = events_sudo.search([("consignment_consignor_id", "in", self.ids)])
        wanting = self.filtered(lambda consignor: consignor.agenda_wanted and consignor.active)
        if not noted and not wanting:
            return
        counts = {
            (consignor, day): count
            for consignor, day, count in self.env["consignment.article"]
            .sudo()  # counted only, see above
            ._read_group(
                [("consignor_id", "in", wanting.ids), ("state", "=", "stock")],
                ["consignor_id", "return_date:day"],
                ["__count"],
            )
        }
        for event in noted:
            key = (event.consignment_consignor_id, event.start_date)
            count = counts.pop(key, 0)
            if not count:
                event.unlink()
            else:
                event.name = key[0]._get_agenda_name(count)
        events_sudo.create(
            [
                consignor._prepare_agenda_vals(day, count)
                for (consignor, day), count in counts.items()
            ]
        )

    def _get_agenda_name(self, count):
        self.ensure_one()
        return self.env._(
            "Return date: %(consignor)s, %(count)s articles",
            consignor=self.display_name,
            count=count,
        )

    def _prepare_agenda_vals(self, day, count):
        self.ensure_one()
        user = self.shop_id.agenda_user_id
        return {
            "name": self._get_agenda_name(count),
            "allday": True,
            "start_date": day,
            "stop_date": day,
            "start": day,
            "stop": day,
            "user_id": user.id,
            "partner_ids": [fields.Command.set(user.partner_id.ids)],
            "consignment_consignor_id": self.id,
            "privacy": "public",
        }
