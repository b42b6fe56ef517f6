from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import PIN_POLICY
from ..exceptions import InvalidValue, PinRefused
from ..rules import amounts, pins, throttle


class LoyaltyAccount(models.Model):
    """The PIN of a card, asked for above an amount that the company sets."""

    _inherit = "loyalty.account"

    pin_hash = fields.Char(
        copy=False,
        groups=fields.NO_ACCESS,
        help="Salted hash of the PIN, sealed with the server's key. Nobody can read it.",
    )
    has_pin = fields.Boolean(
        string="PIN",
        compute="_compute_has_pin",
        compute_sudo=True,
        help="Whether the card has a PIN, asked for when it pays more than the company's amount.",
    )

    @api.depends("pin_hash")
    def _compute_has_pin(self):
        for account in self:
            account.has_pin = bool(account.pin_hash)

    # === ASKING === #

    def _needs_pin(self, amount, company):
        """Whether paying or reserving ``amount`` at ``company`` needs the card's PIN.

        Also where a PIN is required and the card has none: then it cannot pay that much.

        :param amount: in the card's currency, a number or Decimal
        :param company: ``res.company`` where it pays
        :raise InvalidValue: the amount is no number
        """
        self.ensure_one()
        company = company.sudo()  # a till's cashier may not read settings
        limit = company.loyalty_pin_amount
        if not limit or not (self.has_pin or company.loyalty_pin_required):
            return False
        ledger = self.env["loyalty.ledger"]
        amount = ledger._apply_rule(InvalidValue, amounts.read_number, amount)
        if self.currency_id != company.currency_id:
            today = company._get_loyalty_today()
            value = self.currency_id._convert(float(amount), company.currency_id, company, today)
            amount = Decimal(repr(value))
        return amount > Decimal(repr(limit))

    def _require_pin(self, amount, company, pin=None):
        """Refuse unless no PIN is needed or this is the card's.

        :param pin: text as typed, or a digest of :meth:`_digest_pin`
        :raise PinRefused: it is missing or wrong, or too many were wrong
        """
        if not self._needs_pin(amount, company):
            return
        if pin:
            self._check_pin(pin)
            return
        company = company.sudo()  # as above
        limit = company.currency_id.format(company.loyalty_pin_amount)
        if not self.has_pin:
            raise PinRefused(
                self.env._(
                    "Paying more than %(limit)s needs a PIN, and the card %(card)s has none. "
                    "Set one first.",
                    limit=limit,
                    card=self.display_name,
                )
            )
        raise PinRefused(self.env._("Paying more than %s needs the card's PIN. Enter it.", limit))

    def _check_pin(self, pin):
        """Refuse unless this is the card's PIN; count the guess, whatever becomes of the request.

        A card without a PIN is refused by the same words after the same time.

        :param str pin: as typed, or a digest of :meth:`_digest_pin`
        :raise PinRefused: wrong, with the tries that are left; or too many were wrong
        """
        self.ensure_one()
        digest = pin if isinstance(pin, PinDigest) else self._digest_pin(pin)
        attempts, subject = self.env["loyalty.attempt"], f"pin/{self.id}"
        allowed, tries = attempts._take(subject, PIN_POLICY)
        if not allowed:
            self._refuse_pin_for_now(tries)
        context = self.env["res.users"]._crypt_context()
        stored = self.sudo().pin_hash  # the one place that compares it
        if not stored:
            context.hash(digest)  # takes as long as to compare
        elif context.verify(digest, stored):
            attempts._forget(subject)
            return
        if tries.paused_until:
            self._refuse_pin_for_now(tries)
        raise PinRefused(
            self.env._(
                "The PIN is wrong, or the card has none. Tries left: %s.",
                PIN_POLICY.limit - tries.count,
            )
        )

    def _refuse_pin_for_now(self, tries):
        raise PinRefused(
            self.env._(
                "The PIN was wrong too often. Try again in %s minutes; until then the card pays "
                "only what needs no PIN.",
                throttle.minutes_left(tries, fields.Datetime.now()),
            )
        )

    # === SETTING === #

    def _set_pin(self, pin):
        """Set or remove the card's PIN; a PIN that there is, only a manager replaces.

        :param pin: digest of :meth:`_digest_pin`; nothing removes the PIN
        :raise AccessError: the user may not
        """
        self.ensure_one()
        self.check_access("write")
        if self.has_pin and not self._is_manager():
            raise AccessError(self.env._("Only a loyalty manager changes the PIN of a card."))
        had_pin = self.has_pin
        # Superuser: nobody has a right to the field.
        self.sudo().pin_hash = pin and self.env["res.users"]._crypt_context().hash(pin)
        self.env["loyalty.attempt"]._forget(f"pin/{self.id}")
        if pin:
            done = self.env._("The PIN was changed.") if had_pin else self.env._("A PIN was set.")
        else:
            done = self.env._("The PIN was removed.")
        self.message_post(body=done)

    @api.model
    def _digest_pin(self, pin, *, new=False):
        """Return what is kept of a PIN while a dialogue is open: nothing that tells it.

        :param str pin: as typed
        :param bool new: whether it is to be set, and must not be one that anybody guesses
        :raise InvalidValue: not 4 to 8 digits, or too simple
        """
        try:
            pins.check_pin(pin)
        except pins.RuleError as error:
            if new or error.code == "pin_invalid":
                raise InvalidValue(self._describe_rule_error(error)) from error
        return PinDigest(pins.pepper(self.env["loyalty.ledger"]._get_ledger_key(), pin))


class PinDigest(str):
    """Digest of a PIN; a type of its own, so that none that comes over RPC is taken for one."""

    __slots__ = ()
