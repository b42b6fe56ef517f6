from odoo import Command
from odoo.tests import new_test_user


class AdministratorCase:
    """Somebody who administers Odoo and is in no group of any app opens First Steps.

    Mixed into TransactionCase by each app that has steps.
    """

    def _see_steps(self, app, company):
        """Return what the administrator of a company sees of an app's steps.

        :return: list of dicts, see ``office.setup.get_overview``
        """
        user = new_test_user(
            self.env,
            f"administrator-{app}",
            "base.group_system",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        # What was read with more rights must not answer for them.
        self.env.flush_all()
        self.env.invalidate_all()
        overview = self.env["office.setup"].with_user(user).get_overview()
        return next(entry["steps"] for entry in overview["apps"] if entry["name"] == app)
