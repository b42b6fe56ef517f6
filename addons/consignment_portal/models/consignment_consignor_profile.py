"""What consignors may change about themselves, and about their articles in the shop."""

from odoo import models

from ..const import END_CHOICES, MAX_TITLE
from ..exceptions import AnswerRefused
from ..rules.texts import clean_line

#: Fields of the profile page; all others, the e-mail address above all, change in the shop only.
PROFILE_LINES = ("street", "zip", "city", "phone")
PROFILE_TICKS = ("newsletter", "reminder_wanted")


class ConsignmentConsignor(models.Model):
    _inherit = "consignment.consignor"

    def _change_profile(self, typed):
        """Change what the profile page offers.

        :param typed: texts by field name; a tick that is missing is taken away
        :raise AnswerRefused: a line is too long, or the choice is none of those offered
        """
        self.ensure_one()
        lines = {name: clean_line(typed.get(name) or "") for name in PROFILE_LINES}
        if any(len(line) > MAX_TITLE for line in lines.values()):
            raise AnswerRefused(self.env._("Type %s characters at most in a line.", MAX_TITLE))
        self.write(
            {
                **lines,
                **{name: bool(typed.get(name)) for name in PROFILE_TICKS},
                "end_choice": self._read_end_choice(typed.get("end_choice")),
            }
        )

    def _choose_end(self, article, choice):
        """Note what happens with an article of this consignor on its return date.

        :param choice: empty for what was chosen for all articles
        :raise AnswerRefused: it is not on sale any more, or the choice is none of those offered
        """
        if article.state != "stock":
            raise AnswerRefused(self.env._("This article is not in the shop any more."))
        article.end_choice = self._read_end_choice(choice) if choice else False

    def _read_end_choice(self, choice):
        if choice not in dict(END_CHOICES):
            raise AnswerRefused(self.env._("Choose what happens after the return date."))
        return choice
