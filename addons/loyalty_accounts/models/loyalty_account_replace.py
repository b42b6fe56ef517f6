from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import UNDOABLE_REASONS
from ..exceptions import CardReplaced, InvalidValue


class LoyaltyAccount(models.Model):
    """Giving a lost card's account another number; the old one is refused from then on."""

    _inherit = "loyalty.account"

    number_ids = fields.One2many(
        "loyalty.account.number",
        "account_id",
        string="Earlier numbers",
        domain=[("replaced_on", "!=", False)],
        readonly=True,
        copy=False,
        help="Numbers of cards that were replaced. They are refused everywhere.",
    )

    can_undo_replacement = fields.Boolean(
        compute="_compute_can_undo_replacement",
        help="Whether you may give the account its former number back.",
    )

    def init(self):
        """Override: every number goes through the table of all numbers, by a trigger.

        One unique index then decides for two transactions at once, for imports and for SQL. A
        number that was corrected before it was replaced by another card is free again.
        """
        super().init()
        # Constants of this file; the functions are dropped by the uninstall hook.
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION loyalty_account_number() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF NEW.number = OLD.number THEN
                        RETURN NULL;
                    END IF;
                    DELETE FROM loyalty_account_number
                     WHERE number = OLD.number AND account_id = OLD.id AND replaced_on IS NULL;
                    PERFORM FROM loyalty_account_number
                      WHERE number = NEW.number AND account_id = NEW.id;
                    IF FOUND THEN
                        RETURN NULL;  -- an earlier number of its own comes back
                    END IF;
                END IF;
                INSERT INTO loyalty_account_number (account_id, number)
                VALUES (NEW.id, NEW.number);
                RETURN NULL;
            END $$;
            DROP TRIGGER IF EXISTS loyalty_account_number ON loyalty_account;
            CREATE TRIGGER loyalty_account_number AFTER INSERT OR UPDATE OF number
                ON loyalty_account FOR EACH ROW EXECUTE FUNCTION loyalty_account_number()
        """)

    @api.depends("number_ids", "version")
    @api.depends_context("uid")
    def _compute_can_undo_replacement(self):
        for account in self:
            manages = account.number_ids and account._is_manager()
            account.can_undo_replacement = bool(manages and account._get_undoable_number())

    # === REPLACING === #

    def _replace_number(self, number, reason):
        """Give the account another number; history, credit and terms stay.

        :param str number: the new one, as scanned or typed; nothing: a generated one
        :param str reason: one of ``const.REPLACEMENT_REASONS`` that staff may give
        :return: the new number
        :raise InvalidValue: no card number, or one that is or was in use
        :raise UserError: the account is archived
        """
        self.ensure_one()
        if not self.active:
            raise UserError(self.env._("%s is archived. Restore it first.", self.display_name))
        company = self.company_id
        number = (
            self._normalise_number(number)
            if number
            else self.with_company(company)._generate_number()
        )
        self._check_number_free(number)
        self._retire_number(reason)
        self._set_number(number)
        reasons = self.env["loyalty.account.number"]._fields["reason"]
        label = dict(reasons._description_selection(self.env))[reason]
        self.message_post(body=self.env._("The card was replaced: %s", label))
        return number

    def action_undo_replacement(self):
        """Give the account its former number back, as long as the new one was not used.

        :raise UserError: nothing was replaced, or credit moved since
        """
        self.ensure_one()
        self.check_access("write")
        self._check_manager()
        former = self._get_undoable_number()
        if not former:
            raise UserError(
                self.env._(
                    "There is nothing to undo: no card was replaced, or credit has moved since. "
                    "Replace the card instead."
                )
            )
        number = former.number
        self._retire_number("undone")
        former.write({"replaced_on": False, "replaced_by_id": False, "reason": False})
        self._set_number(number)
        self.message_post(body=self.env._("The former card is in use again."))
        return True

    def _get_undoable_number(self):
        """Return the number replaced last, while nothing has moved since; superuser's record."""
        numbers = self._get_all_numbers().filtered("replaced_on")
        former = numbers.sorted(lambda number: (number.replaced_on, number.id))[-1:]
        return former.filtered(
            lambda number: number.reason in UNDOABLE_REASONS and number.version == self.version
        )

    def _retire_number(self, reason):
        """Mark the account's number as one that is refused; the lock keeps it from moving."""
        self.env["loyalty.ledger"]._lock(self)
        current = self._get_all_numbers().filtered(lambda number: number.number == self.number)
        current.write(
            {
                "replaced_on": fields.Datetime.now(),
                "replaced_by_id": self.env.uid,
                "reason": reason,
                "version": self.version,
            }
        )
        current.flush_recordset()  # the trigger looks at it

    def _get_all_numbers(self):
        """Every number of the account, as the superuser: nobody has a right to write them."""
        # Superuser: see above.
        numbers = self.env["loyalty.account.number"].sudo()
        numbers.invalidate_model(flush=True)  # the trigger writes past the ORM
        return numbers.search([("account_id", "=", self.id)])

    def _set_number(self, number):
        """Write a number past the guard, and into the seal of the account's row."""
        ledger = self.env["loyalty.ledger"]
        state = replace(ledger._lock(self), number=number)
        seal = ledger._seal_head(state) if state.version else False
        account = ledger._writer(self)
        account.write({"number": number, "head_seal": seal})
        account.flush_recordset(["number"])
        self.invalidate_recordset(["number_ids"], flush=False)

    @api.model
    def _check_number_free(self, number):
        """Say it in words before the database says it with an error."""
        # Superuser: numbers of other companies are taken, too.
        if self.env["loyalty.account.number"].sudo().search_count([("number", "=", number)]):
            raise InvalidValue(
                self.env._("The card number %s is or was in use. Choose another one.", number)
            )

    # === REFUSING === #

    @api.model
    def _refuse_replaced(self, number, company):
        """Say that a card was replaced, or do nothing; the new number is not told.

        :raise CardReplaced: the number is an earlier one of an account honoured at ``company``
        """
        domain = Domain("number", "=", number) & Domain("replaced_on", "!=", False)
        domain &= Domain("account_id", "any", self._get_honoured_domain(company))
        # Superuser, as in _find_by_number: whoever holds the card is told why it is refused.
        numbers = self.env["loyalty.account.number"].sudo().with_context(active_test=False)
        replaced = numbers.search(domain, limit=1)
        if replaced:
            company = company.sudo()  # everybody may know what day it is
            zoned = company.with_context(tz=company.partner_id.tz)
            day = fields.Datetime.context_timestamp(zoned, replaced.replaced_on)
            day = fields.Date.to_string(day.date())
            raise CardReplaced(
                self.env._(
                    "This card was merged into another account on %s. That account is found by "
                    "name, phone or e-mail.",
                    day,
                )
                if replaced.reason == "merged"
                else self.env._(
                    "This card was replaced on %s. The account is found by name, phone or e-mail.",
                    day,
                )
            )
