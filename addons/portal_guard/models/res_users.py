from odoo import SUPERUSER_ID, api, models

from ..exceptions import WeakPassword
from ..rules import passwords


class ResUsers(models.Model):
    """Passwords of people outside the company are hard to guess, whatever way they are set."""

    _inherit = "res.users"

    def _set_password(self):
        """Override of ``base``: people outside choose by the rules, and nobody sets weaker ones."""
        # The system itself is free: installing and demonstrating; nobody is logged in as it.
        if self.env.uid != SUPERUSER_ID:
            for user in self.filtered(lambda user: user.share and user.password):
                user._check_portal_password(user.password)
        return super()._set_password()

    def _check_portal_password(self, password):
        """Refuse a weak password.

        :raise WeakPassword: the sentence names the first rule that is broken
        """
        weaknesses = passwords.find_weaknesses(
            password, self._get_password_terms(), least=self._get_password_length()
        )
        if weaknesses:
            raise WeakPassword(self._explain_weakness(weaknesses[0]))

    def _forget_keys(self):
        """Delete every other way into these logins than the password: keys and trusted devices."""
        self.api_key_ids.unlink()
        # Modules auth_totp and auth_passkey, where they are installed.
        for field in ("totp_trusted_device_ids", "auth_passkey_key_ids"):
            if field in self._fields:
                self[field].unlink()

    def _get_password_terms(self):
        """Return what the password must not contain; extended by apps that know more."""
        return passwords.split_terms([*self.mapped("login"), *self.mapped("email")])

    @api.model
    def _split_password_terms(self, *texts):
        """Return the parts of texts that a password must not contain, for pages without a login."""
        return passwords.split_terms(texts)

    @api.model
    def _get_password_length(self):
        """Return how many characters a password needs: core's own setting where it asks for more."""
        # Superuser: a setting of the server, read for whoever chooses a password.
        settings = self.env["ir.config_parameter"].sudo()
        return max(
            passwords.MIN_LENGTH, int(settings.get_param("auth_password_policy.minlength") or 0)
        )

    @api.model
    def _get_password_rules(self):
        """Return ``(code, words)`` of the rules, as the page lists them beside the field."""
        return [
            ("short", self.env._("At least %s characters", self._get_password_length())),
            ("variety", self.env._("At least %s different characters", passwords.MIN_VARIETY)),
            ("personal", self.env._("Nothing from your e-mail address or the shop's name")),
            ("common", self.env._("No common password: best are a few unrelated words")),
        ]

    @api.model
    def _explain_weakness(self, code):
        """Return the sentence for a broken rule, see ``rules/passwords.py``."""
        sentences = {
            "short": self.env._(
                "The password is too short. Choose at least %s characters.",
                self._get_password_length(),
            ),
            "long": self.env._(
                "The password is too long. Choose %s characters at most.", passwords.MAX_LENGTH
            ),
            "variety": self.env._(
                "The password repeats itself. Use at least %s different characters.",
                passwords.MIN_VARIETY,
            ),
            "personal": self.env._(
                "The password contains a part of your e-mail address or of the shop's name. Leave "
                "it out."
            ),
            "common": self.env._(
                "The password is easy to guess. Choose a few words that have nothing to do with "
                "each other."
            ),
        }
        return sentences[code]
