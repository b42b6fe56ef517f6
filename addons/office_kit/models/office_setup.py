import dataclasses
from urllib.parse import urlsplit

from odoo import api, models

from ..steps import Step

#: Hosts that only the server itself reaches: links in e-mails must not lead there.
LOCAL_HOSTS = {"localhost", "127.0.0.1", "0.0.0.0", "::1"}  # noqa: S104 -- compared, not bound


class OfficeSetup(models.AbstractModel):
    """The first steps of an administrator: each app adds its own to :meth:`_get_steps`.

    Nothing is ticked by hand. Whether a step is done follows from what is there, so that the page is
    right after an import, by a colleague, or a year later.
    """

    _name = "office.setup"
    _description = "First Steps"

    @api.model
    @api.readonly
    def get_overview(self):
        """Return what is set up in the current company and what is missing; for administrators.

        :return: dict with ``company`` (name), ``needed`` and ``done`` (numbers of steps that are not
            optional), ``next`` (key of the first one that is missing, or False) and ``apps``: a list of
            ``{"name", "title", "steps"}``, each step a dict of the fields of :class:`Step`
        :raise AccessError: for anybody else
        """
        self.env["ir.config_parameter"].check_access("read")
        steps = self._get_steps()
        needed = [step for step in steps if not step.optional]
        missing = [step for step in needed if not step.done]
        return {
            "company": self.env.company.name,
            "needed": len(needed),
            "done": len(needed) - len(missing),
            "next": missing[0].key if missing else False,
            "apps": self._group_by_app(steps),
        }

    @api.model
    def _group_by_app(self, steps):
        # What is useful for some only comes last.
        ordered = sorted(steps, key=lambda step: step.optional and not self._needs(step.app, steps))
        names = list(dict.fromkeys(step.app for step in ordered))
        titles = {
            module.name: module.shortdesc
            for module in self.env["ir.module.module"].search([("name", "in", names)])
        }
        titles["office_kit"] = self.env._("The company")
        return [
            {
                "name": name,
                "title": titles[name],
                "steps": [dataclasses.asdict(step) for step in steps if step.app == name],
            }
            for name in names
        ]

    @api.model
    def _needs(self, app, steps):
        """Tell whether an app has a step that is not optional."""
        return any(step.app == app and not step.optional for step in steps)

    @api.model
    def _get_steps(self):
        """Return the :class:`Step` values of the current company, in the order to take them.

        A hook: an app extends what ``super()`` returns. Each step may cost a few queries whose
        number does not grow with the data.
        """
        return [
            self._get_company_step(),
            self._get_address_step(),
            self._get_mail_step(),
            self._get_people_step(),
            self._get_language_step(),
        ]

    @api.model
    def _how_many(self, model, domain, limit=1000):
        """Return how many records there are, at most `limit`: the page tells no more than that."""
        # sudo: an administrator need not be in the groups of each app; a number leaves this method.
        return self.env[model].sudo().search_count(domain, limit=limit)

    @api.model
    def _of_company(self, *leaves):
        """Return a domain: records of the current company that satisfy the leaves."""
        return [("company_id", "=", self.env.company.id), *leaves]

    @api.model
    def _get_company_step(self):
        company = self.env.company
        missing = [
            company._fields[name]._description_string(self.env)
            for name in ("street", "city", "country_id", "email", "vat")
            if not company[name]
        ]
        return Step(
            key="office_kit.company",
            title=self.env._("Address and tax number"),
            why=self.env._("They stand on invoices, cards, receipts and statements."),
            finding=self.env._("Missing: %s", ", ".join(missing))
            if missing
            else self.env._("All there."),
            done=not missing,
            action="base.action_res_company_form",
        )

    @api.model
    def _get_address_step(self):
        address = self.env.company.get_base_url()
        parts = urlsplit(address)
        done = parts.scheme == "https" and parts.hostname not in LOCAL_HOSTS
        return Step(
            key="office_kit.address",
            title=self.env._("Address of this Odoo"),
            why=self.env._(
                "Links in e-mails and codes on labels lead there: it has to be one that customers"
                " reach, with https. It is the system parameter web.base.url, noted when an"
                " administrator logs in."
            ),
            finding=address if done else self.env._("Customers cannot reach %s.", address),
            done=done,
            action="base.ir_config_list_action",
        )

    @api.model
    def _get_mail_step(self):
        servers = self._how_many("ir.mail_server", [])
        return Step(
            key="office_kit.mail",
            title=self.env._("Outgoing e-mail"),
            why=self.env._("Invitations, links to set a password, cards and receipts are mailed."),
            finding=self.env._("Ready: %s outgoing server(s).", servers)
            if servers
            else self.env._("No outgoing mail server yet."),
            done=bool(servers),
            action="base.action_ir_mail_server_list",
        )

    @api.model
    def _get_people_step(self):
        colleagues = self._how_many(
            "res.users",
            [
                ("company_ids", "in", self.env.company.ids),
                ("share", "=", False),
                ("id", "!=", self.env.uid),
            ],
        )
        return Step(
            key="office_kit.people",
            title=self.env._("Colleagues"),
            why=self.env._(
                "Give everybody a login of their own, with the rights they need: who changed a card"
                " or paid a consignor is noted by name."
            ),
            finding=self.env._("%s colleague(s) have a login here.", colleagues)
            if colleagues
            else self.env._("Only you have a login."),
            done=bool(colleagues),
            action="base.action_res_users",
        )

    @api.model
    def _get_language_step(self):
        languages = self.env["res.lang"].get_installed()
        return Step(
            key="office_kit.languages",
            title=self.env._("Languages of customers"),
            why=self.env._("Customers read pages and e-mails in their own language."),
            finding=", ".join(name for _code, name in languages),
            done=len(languages) > 1,
            action="base.res_lang_act_window",
            optional=True,
        )
