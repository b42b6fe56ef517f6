from odoo import api, fields, models
from odoo.fields import Command, Domain


class B2bOffer(models.Model):
    """A price of one article for chosen business customers."""

    _name = "b2b.offer"
    _description = "Article price for business customers"
    _inherit = ["b2b.offer.audience", "mail.thread"]
    _order = "date_end, id"

    name = fields.Char(
        required=True, translate=True, help="What customers read, such as “Autumn price”."
    )
    active = fields.Boolean(default=True, help="An archived offer has ended.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        help="The company that makes the offer.",
    )
    b2b_customer_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="b2b_offer_customer_rel",
        string="Business customers",
        required=True,
        domain=[("parent_id", "=", False)],
        help="Only these customers and their employees see it.",
    )
    b2b_notified_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="b2b_offer_notified_rel",
        string="Told by e-mail",
        readonly=True,
        copy=False,
        help="Customers who got the e-mail; nobody gets it twice.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Article",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain=[("sale_ok", "=", True)],
        help="The chosen customers see it in the portal while the offer lasts, also when their "
        "pricelist does not name it.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Customers with another currency get the price converted at the configured rate.",
    )
    price = fields.Monetary(
        required=True,
        tracking=True,
        help="For one unit of the article's own unit of measure, for every quantity; it takes the "
        "place of the pricelist's price and its quantity breaks.",
    )
    date_start = fields.Datetime(string="From", help="Empty: at once.")
    date_end = fields.Datetime(string="Until", help="Empty: until the offer is archived.")
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Made by the portal: holds the price in the offer's currency, from which Odoo converts.",
    )
    state = fields.Selection(
        selection=[("planned", "Planned"), ("running", "Running"), ("ended", "Ended")],
        compute="_compute_state",
        help="Whether customers see it now.",
    )

    _price_not_negative = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")
    _dates_in_order = models.Constraint(
        "CHECK (date_end > date_start)", "An offer has to end after it starts."
    )

    @api.depends("active", "date_start", "date_end")
    def _compute_state(self):
        now = fields.Datetime.now()
        for offer in self:
            ended = not offer.active or (offer.date_end and offer.date_end < now)
            planned = offer.date_start and offer.date_start > now
            offer.state = "ended" if ended else "planned" if planned else "running"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of ``base``: the price is put into a pricelist."""
        offers = super().create(vals_list)
        for offer in offers:
            offer._write_pricelist()
        offers._refresh_customers()
        return offers

    def write(self, vals):
        """Override of ``base``: pricelists follow."""
        result = super().write(vals)
        if {"product_id", "price", "currency_id", "name"} & set(vals):
            for offer in self:
                offer._write_pricelist()
        self._refresh_customers()
        return result

    def _refresh_customers(self):
        """Bring the customers' pricelists up to date now, so that pages they read write nothing."""
        for offer in self.filtered(lambda offer: offer.state == "running" and offer.pricelist_id):
            for customer in offer.b2b_customer_ids:
                customer._get_b2b_pricelist(offer.company_id)

    def _write_pricelist(self):
        """Keep the offer's price in a pricelist of its currency."""
        # Superuser: a technical pricelist; who may write the offer is checked before.
        self = self.sudo()
        values = {
            "name": self.name,
            "active": False,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "item_ids": [
                Command.clear(),
                Command.create(
                    {
                        "applied_on": "0_product_variant",
                        "product_tmpl_id": self.product_id.product_tmpl_id.id,
                        "product_id": self.product_id.id,
                        "compute_price": "fixed",
                        "fixed_price": self.price,
                    }
                ),
            ],
        }
        if self.pricelist_id:
            self.pricelist_id.write(values)
        else:
            self.pricelist_id = self.pricelist_id.create(values)

    @api.model
    def _get_running_domain(self, customer, company):
        """Return the Domain of a customer's offers that hold now."""
        now = fields.Datetime.now()
        return (
            self._get_domain_of(customer, company)
            & (Domain("date_start", "=", False) | Domain("date_start", "<=", now))
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", now))
        )

    @api.model
    def _get_domain_of(self, customer, company):
        """Return the Domain of a customer's offers, planned and ended ones, too."""
        return (
            Domain("active", "=", True)
            & Domain("company_id", "=", company.id)
            & Domain("b2b_customer_ids", "in", customer.commercial_partner_id.ids)
        )
