"""Applications of businesses: from the website's form to an active customer."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize, plaintext2html

from odoo.addons.b2b_portal.const import (
    MAX_EMAIL,
    MAX_NAME,
    REGISTER_BY_ADDRESS,
    REGISTER_BY_ORIGIN,
)
from odoo.addons.b2b_portal.exceptions import B2bError

#: Texts of the form, and how long each may be.
TEXTS = {
    "company": MAX_NAME,
    "registry": 40,
    "vat": 40,
    "name": MAX_NAME,
    "email": MAX_EMAIL,
    "phone": 40,
    "street": MAX_NAME,
    "zip": 20,
    "city": MAX_NAME,
}
OPTIONAL = {"registry", "vat", "phone"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    b2b_applied_company_id = fields.Many2one(
        comodel_name="res.company",
        string="Applied at",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The company on whose website the business applied for the portal.",
    )
    b2b_activates_itself = fields.Boolean(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="A job is about to activate the application, or to leave it to staff.",
    )

    _b2b_activates_itself_idx = models.Index("(id) WHERE b2b_activates_itself")

    @api.model
    def _apply_b2b(self, company, form, origin):
        """Keep an application from the website; it waits for activation.

        The same is done whether the applicant is known or not.

        :param company: the one whose website asks
        :param form: texts, see ``TEXTS``, and ``country`` (id) and ``lang`` (code)
        :param origin: network address of the one who applies
        :raise B2bError: says what to correct; nothing is written then
        """
        values = self._read_b2b_application(form)
        throttle = self.env["portal.throttle"]
        permitted = [
            throttle._hit(REGISTER_BY_ORIGIN, origin),
            throttle._hit(REGISTER_BY_ADDRESS, values["email"]),
        ]
        # Robots fill what people do not see; too many of one kind are not kept, either.
        if form.get("subject") or not all(permitted):
            return
        # Superuser: visitors have no right on contacts; this is all they make.
        contacts = self.sudo().with_company(company)
        customer = contacts.create(self._prepare_b2b_application_vals(company, values))
        person = {name: values[name] for name in ("name", "email", "phone", "lang")}
        contacts.create({**person, "type": "contact", "parent_id": customer.id})
        if customer.b2b_activates_itself:
            # Superuser: the job is Odoo's own.
            self.env.ref("b2b_portal_website.ir_cron_applications").sudo()._trigger()
        customer._tell_b2b_application()

    @api.model
    def _read_b2b_application(self, form):
        """Return the values of the form, cleaned and checked.

        :raise B2bError: one sentence for the first thing to correct
        """
        values = {name: " ".join((form.get(name) or "").split()) for name in TEXTS}
        for name, length in TEXTS.items():
            if len(values[name]) > length:
                raise B2bError(self.env._("One of the texts is too long. Please shorten it."))
        if any(not values[name] for name in TEXTS if name not in OPTIONAL):
            raise B2bError(self.env._("Please fill in every field that is marked."))
        values["email"] = email_normalize(values["email"])
        if not values["email"]:
            raise B2bError(self.env._("Type one e-mail address, such as you@company.example."))
        country = str(form.get("country") or "")
        # Superuser: the list of countries is no secret.
        countries = self.env["res.country"].sudo()
        found = countries
        if country.isdecimal() and len(country) < 10:
            found = countries.search([("id", "=", int(country))])
        if not found:
            raise B2bError(self.env._("Choose the country."))
        languages = dict(self.env["res.lang"].get_installed())
        lang = form.get("lang") if form.get("lang") in languages else self.env.lang
        vat = self._check_b2b_application_vat(found, values["vat"])
        return {**values, "vat": vat, "country": found, "lang": lang}

    @api.model
    def _check_b2b_application_vat(self, country, vat):
        """Return a VAT number as Odoo writes it.

        :raise B2bError: it is none of the country's
        """
        if not vat:
            return ""
        try:
            return self.sudo()._run_vat_checks(country, vat)[0]  # Superuser: reads countries only
        except ValidationError as error:
            raise B2bError(
                self.env._(
                    "“%(vat)s” is no VAT number of %(country)s. Correct it, or leave it empty.",
                    vat=vat,
                    country=country.name,
                )
            ) from error

    @api.model
    def _prepare_b2b_application_vals(self, company, values):
        return {
            "name": values["company"],
            "is_company": True,
            "company_registry": values["registry"],
            "vat": values["vat"],
            "street": values["street"],
            "zip": values["zip"],
            "city": values["city"],
            "country_id": values["country"].id,
            "lang": values["lang"],
            "b2b_state": "pending",
            "b2b_applied_company_id": company.id,
            "b2b_activates_itself": company.b2b_registration_auto,
        }

    def _find_b2b_doubles(self):
        """Return the contacts that an application resembles: by numbers or e-mail address."""
        self.ensure_one()
        same = Domain("email_normalized", "in", self.child_ids.mapped("email_normalized"))
        if self.vat and len(self.vat) > 1:
            same |= Domain("vat", "=", self.vat)
        if self.company_registry:
            same |= Domain("company_registry", "=", self.company_registry)
        return self.search(same & ~Domain("id", "child_of", self.id), limit=5)

    def _tell_b2b_application(self, problem=""):
        """Leave a task for the account manager, with what the application resembles."""
        self.ensure_one()
        notes = [problem] if problem else []
        if doubles := self._find_b2b_doubles():
            names = ", ".join(doubles.mapped("display_name"))
            notes.append(self.env._("Resembles: %s.", names))
        manager = self.b2b_applied_company_id.b2b_manager_id
        if manager and (problem or not self.b2b_activates_itself):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=manager.id,
                summary=self.env._("Application for the portal: check, then activate or decline"),
                note=plaintext2html(" ".join(notes)),
            )

    @api.model
    def _cron_activate_b2b_applications(self):
        """Activate what may activate itself; each is committed before the next."""
        waiting = self.search(
            [("b2b_activates_itself", "=", True), ("b2b_state", "=", "pending")], order="id"
        )
        for left, customer in zip(range(len(waiting) - 1, -1, -1), waiting, strict=True):
            customer._activate_b2b_application()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _activate_b2b_application(self):
        """Activate and invite, or leave it to staff and say why."""
        self.ensure_one()
        company = self.b2b_applied_company_id
        self.b2b_activates_itself = False
        if self._find_b2b_doubles():
            self._tell_b2b_application(self.env._("Not activated by itself."))
            return
        try:
            with self.env.cr.savepoint():
                # by what the company they applied to asks for
                self.with_company(company)._activate_b2b()
                members = self.env["b2b.member"].with_company(company)
                member = members._ensure_members(
                    self._get_b2b_invitees(), company, {"role": "administrator"}
                )
                member._check_invitable()
                member._send_invitation(*member._render_invitation(company, member.partner_id))
        except UserError as error:
            self._tell_b2b_application(str(error))
