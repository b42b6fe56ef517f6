"""Return dates: what the consignor chose happens, prices go down, reminders are sent."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import dates

#: Articles whose dates one run of the job works off before it gives way to others.
BATCH = 500


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    agreed_price = fields.Monetary(
        readonly=True, copy=False, help="The price on acceptance; markdowns are taken off it."
    )
    extensions = fields.Integer(
        string="Times longer",
        readonly=True,
        copy=False,
        help="How often it stayed longer than its first return date.",
    )
    reminded_on = fields.Date(
        readonly=True,
        copy=False,
        help="When the consignor was reminded of the return date; a new date is reminded of anew.",
    )
    days_left = fields.Integer(
        compute="_compute_days_left",
        help="Days until the return date; less than 0 when it has passed.",
    )

    @api.depends("return_date", "state")
    @api.depends_context("tz")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for article in self:
            on_sale = article.state == "stock" and article.return_date
            article.days_left = (article.return_date - today).days if on_sale else 0

    def write(self, vals):
        """Override: the shop's agenda follows states and dates."""
        if "return_date" in vals:
            vals = {**vals, "reminded_on": False}
        result = super().write(vals)
        if {"state", "return_date"} & vals.keys():
            self.consignor_id._sync_agenda()
        return result

    def _get_end_choice(self):
        """Return what happens on the return date: what was chosen for it, else for all."""
        self.ensure_one()
        return self.end_choice or self.consignor_id.end_choice

    def _get_markdown_steps(self):
        """Return ``(days, percent)`` of the markdowns that apply."""
        self.ensure_one()
        if not self.consignor_id.markdown_allowed:
            return []
        return [(step.days, step.percent) for step in self.shop_id.markdown_ids]

    def _get_next_markdown(self):
        """Return date and price of the next markdown, None when none is to come.

        :return: ``(date, price)``, the price in the shop's currency
        """
        self.ensure_one()
        if self.state != "stock":
            return None
        today = fields.Date.context_today(self)
        step = dates.next_step(self.accepted_date, self._get_markdown_steps(), today)
        if not step or (self.return_date and step[0] >= self.return_date):
            return None
        price = self._get_marked_down_price(step[1])
        return (step[0], price) if price < self.price else None

    def _get_marked_down_price(self, percent, price=None):
        """Return the agreed (or the given) price less percent, at least the smallest amount."""
        self.ensure_one()
        unit = str(self.currency_id.rounding)
        agreed = Decimal(str(price or self.agreed_price or self.price))
        lowered = dates.marked_down(agreed, Decimal(str(percent)), unit)
        return float(max(lowered, Decimal(unit)))

    @api.model
    def _cron_dates(self):
        """Lower prices and end articles as their days come; each is committed before the next."""
        today = fields.Date.context_today(self)
        self._work_off(self._get_markdown_domain(today), lambda article: article._mark_down(today))
        domain = Domain("state", "=", "stock") & Domain("return_date", "<=", today)
        self._work_off(
            domain & self._get_staying_domain(), lambda article: article._stay_longer(today)
        )

    def _work_off(self, domain, work):
        """Do something with each article of a domain, in batches; see ``_commit_progress``.

        What is done leaves the domain, or is found done the next day: a crash repeats nothing.
        """
        last, more = 0, True
        while more:
            batch = self.search(domain & Domain("id", ">", last), order="id", limit=BATCH)
            more = len(batch) == BATCH
            for article in batch:
                work(article)
                last = article.id
            left = self.env["ir.cron"]._commit_progress(len(batch), remaining=int(more))
            more = more and left

    @api.model
    def _get_markdown_domain(self, today):
        """Return the articles of shops with markdowns, whose first step has come."""
        steps = self.env["consignment.markdown"]._read_group([], ["shop_id"], ["days:min"])
        if not steps:
            return Domain.FALSE
        return (
            Domain("state", "=", "stock")
            & Domain("consignor_id.markdown_allowed", "=", True)
            & Domain.OR(
                Domain("shop_id", "=", shop.id)
                & Domain("accepted_date", "<=", fields.Date.subtract(today, days=days))
                for shop, days in steps
            )
        )

    @api.model
    def _get_staying_domain(self):
        chosen = ["extend", "markdown"]
        return Domain("end_choice", "in", chosen) | (
            Domain("end_choice", "=", False) & Domain("consignor_id.end_choice", "in", chosen)
        )

    def _mark_down(self, today):
        """Lower the price to that of the steps whose days have come."""
        self.ensure_one()
        percent = dates.due_percent(self.accepted_date, self._get_markdown_steps(), today)
        if percent:
            self._lower_price(self._get_marked_down_price(percent))

    def _stay_longer(self, today):
        """Let an article stay whose return date has come, for less if that was chosen."""
        self.ensure_one()
        shop = self.shop_id
        happens = dates.end(self._get_end_choice(), self.extensions, shop.extension_limit)
        if happens == "wait":
            return
        if happens == "markdown":
            self._lower_price(self._get_marked_down_price(shop.end_markdown, self.price))
        self.write(
            {
                "return_date": fields.Date.add(today, days=shop.extension_days),
                "extensions": self.extensions + 1,
            }
        )

    def _lower_price(self, price):
        """Set a lower price, which the product follows; a higher one is left alone."""
        self.ensure_one()
        if self.currency_id.compare_amounts(price, self.price) < 0:
            self.price = price
