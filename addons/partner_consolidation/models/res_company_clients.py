from odoo import fields, models
from odoo.tools import SQL

#: Of whatever modules are installed.
CLIENT_DOCUMENTS = (
    *("loyalty.account", "sale.order", "account.move", "pos.order", "stock.picking"),
    *("purchase.order", "crm.lead", "project.task", "repair.order", "helpdesk.ticket"),
)


class ResCompany(models.Model):
    """Clients stay their establishment's own, although others serve them.

    A contact without a company is everybody's: each establishment finds, exports and loads it. So
    the contacts behind the cards of an establishment that has agreements carry its company.
    Contacts that other establishments deal with themselves stay shared; the agreement says how
    many these are.
    """

    _inherit = "res.company"

    consolidation_live = fields.Json(
        compute="_compute_consolidation_live",
        groups=fields.NO_ACCESS,
        help="Active agreements by which cards are honoured here, for the engine: terms and last "
        "day by the sender's id. Read once in a transaction.",
    )

    def _compute_consolidation_live(self):
        # Superuser: nobody has a right to the field; what comes of the terms is told.
        agreements = self.env["consolidation.agreement"].sudo()
        active = agreements.search_fetch(
            [("accepter_id", "in", self.ids), ("state", "=", "active")],
            ["sender_id", "accepter_id", "terms_id", "end_date"],
        )
        for company in self:
            company.consolidation_live = {
                str(agreement.sender_id.id): (
                    agreement.terms_id.id,
                    fields.Date.to_string(agreement.end_date),
                )
                for agreement in active
                if agreement.accepter_id == company
            }

    def _keep_clients(self, partners=None):
        """Give the contacts behind the cards of these establishments their company.

        :param partners: only these contacts; nothing: all of them
        """
        self.env.flush_all()
        for company in self:
            # Set-based: an establishment may have 100,000 clients. Nothing is computed from a
            # contact's company that is stored.
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE res_partner partner SET company_id = %(company)s
                      FROM res_partner whole
                     WHERE whole.id = partner.commercial_partner_id
                       AND partner.company_id IS NULL
                       AND whole.id IN (%(clients)s)
                       AND NOT (%(shared)s)
                    """,
                    company=company.id,
                    clients=company._get_clients_sql(partners),
                    shared=company._get_shared_sql(),
                )
            )
        self.env["res.partner"].invalidate_model(["company_id"])

    def _count_shared_clients(self):
        """Return how many contacts behind the establishment's cards are everybody's."""
        self.ensure_one()
        self.env.flush_all()
        # Reads only.
        ((count,),) = self.env.execute_query(
            SQL(
                """SELECT count(*) FROM res_partner whole
                    WHERE whole.company_id IS NULL AND whole.id IN (%s)""",
                self._get_clients_sql(),
            )
        )
        return count

    def _get_clients_sql(self, partners=None):
        """Ids of the commercial contacts behind the establishment's cards."""
        only = SQL("TRUE")
        if partners is not None:
            wholes = partners.commercial_partner_id
            only = SQL("holder.commercial_partner_id = ANY(%s)", wholes.ids)
        return SQL(
            """SELECT holder.commercial_partner_id
                 FROM loyalty_account account JOIN res_partner holder ON holder.id = account.partner_id
                WHERE account.company_id = %s AND %s""",
            self.id,
            only,
        )

    def _get_shared_sql(self):
        """Condition on ``res_partner whole``: others deal with this contact themselves."""
        users = SQL(
            """EXISTS (SELECT FROM res_users u JOIN res_partner p ON p.id = u.partner_id
                        WHERE p.commercial_partner_id = whole.id AND (NOT u.share
                              OR u.company_id <> %(company)s))""",
            company=self.id,
        )
        companies = SQL("EXISTS (SELECT FROM res_company c WHERE c.partner_id = whole.id)")
        documents = [
            SQL(
                """EXISTS (SELECT FROM %(table)s d JOIN res_partner p ON p.id = d.partner_id
                            WHERE p.commercial_partner_id = whole.id
                              AND d.company_id <> %(company)s)""",
                table=SQL.identifier(self.env[model]._table),
                company=self.id,
            )
            for model in self._get_client_documents()
        ]
        return SQL(" OR ").join([users, companies, *documents])

    def _get_client_documents(self):
        """Models whose records say that an establishment deals with a contact."""
        return [
            name
            for name in CLIENT_DOCUMENTS
            if name in self.env
            and all(
                field in self.env[name]._fields and self.env[name]._fields[field].store
                for field in ("partner_id", "company_id")
            )
        ]
