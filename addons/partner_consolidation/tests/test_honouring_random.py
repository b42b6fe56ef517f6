import random
from collections import defaultdict
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import InsufficientCredit

from .common import ConsolidationCommon

STEPS = 150


class _Undo(Exception):
    """Takes a trial back."""


@tagged("post_install", "-at_install")
class TestHonouringRandom(ConsolidationCommon):
    """A random season of three establishments; what must hold is checked after every step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env["loyalty.ledger"]
        cls._agree(cls.shop, cls.bistro, payment_percentage=33.33, clearing_percentage=70)
        cls._agree(cls.shop, cls.deli, shared_deposit=False, payment_percentage=50)
        cls._agree(cls.bistro, cls.shop, clearing_percentage=55)
        cls.places = {cls.shop: [cls.bistro, cls.deli], cls.bistro: [cls.shop]}

    def setUp(self):
        super().setUp()
        self.cards = self.env["loyalty.account"]
        for company in (self.shop, self.shop, self.bistro):
            self.cards |= self.cards.create({"name": "Card", "company_id": company.id})
        self.holds = self.env["loyalty.account.hold"]
        self.done = defaultdict(int)

    def test_a_random_season_keeps_every_promise_and_every_sum(self):
        dice = random.Random(20261123)
        for _number in range(STEPS):
            card = dice.choice(self.cards)
            place = dice.choice([card.company_id, *self.places[card.company_id]])
            step = dice.choice(("_step_gain", "_step_gain", "_step_pay", "_step_hold", "_step_end"))
            getattr(self, step)(dice, card, place)
            self._check_sums(card)
            self._check_promises(card)
        for name in ("gained", "paid", "refused", "held", "captured", "released", "refunded"):
            self.assertGreater(self.done[name], 3, name)
        self.assertEqual(self.cards._verify_ledger(), [])

    # === STEPS === #

    def _amount(self, dice, most=40):
        return Decimal(dice.randint(1, most * 100)) / 100

    def _step_gain(self, dice, card, place):
        verb = self.ledger._top_up if place == card.company_id else self.ledger._earn
        verb(card, self._amount(dice), company=place)
        self.done["gained"] += 1

    def _step_pay(self, dice, card, place):
        paid = card.move_ids.filtered(lambda move: move.kind in ("charge", "capture"))
        paid = paid.filtered(lambda move: move._get_loyalty_left() > 0)
        if paid and dice.random() < 0.4:
            move = dice.choice(paid)
            left = int(move._get_loyalty_left() * 100)
            amount = Decimal(dice.randint(1, left)) / 100
            self.ledger._refund(move, amount, company=move.company_id)
            self.done["refunded"] += 1
            return
        amount = self._amount(dice)
        self._try(self.ledger._charge, "paid", card, place, amount, amount + self._amount(dice))

    def _step_hold(self, dice, card, place):
        amount = self._amount(dice, 25)
        bill = amount + self._amount(dice)
        hold = self._try(self.ledger._hold, "held", card, place, amount, bill)
        if hold:
            self.holds |= hold.hold_id

    def _step_end(self, dice, card, _place):
        holds = self.holds.filtered(lambda hold: hold.state == "open" and hold.account_id == card)
        if not holds:
            return
        hold = dice.choice(holds)
        amount = Decimal(dice.randint(1, round(hold.remaining * 100))) / 100
        verb, name = dice.choice(
            ((self.ledger._capture, "captured"), (self.ledger._release, "released"))
        )
        verb(hold, amount, company=hold.company_id)
        self.done[name] += 1

    def _try(self, verb, name, card, place, amount, bill):
        """Pay; the ledger must do exactly what was announced."""
        announced = card._get_spendable(place, bill)
        try:
            with self.env.cr.savepoint():
                move = verb(card, amount, bill=bill, company=place)
        except InsufficientCredit:
            self.done["refused"] += 1
            self.assertLess(announced, amount)
            return None
        self.done[name] += 1
        self.assertGreaterEqual(announced, amount)
        return move

    # === WHAT MUST HOLD === #

    def _check_sums(self, card):
        """Items are what was used elsewhere, and nothing else."""
        elsewhere = defaultdict(Decimal)
        kinds = ("charge", "capture", "refund")
        for line in card.move_ids.filtered(lambda move: move.kind in kinds).allocation_ids:
            if line.accrual_company_id != line.spend_company_id:
                pair = line.accrual_company_id, line.spend_company_id
                elsewhere[pair] -= Decimal(repr(line.amount))
        items = self.env["consolidation.item"].search([("move_id.account_id", "=", card.id)])
        for pair in {*elsewhere, *((item.debtor_id, item.creditor_id) for item in items)}:
            own = items.filtered(lambda item, pair=pair: (item.debtor_id, item.creditor_id) == pair)
            owed = sum((Decimal(repr(item.credit)) for item in own), Decimal(0))
            self.assertEqual(owed, elsewhere[pair])

    def _check_promises(self, card):
        """Every open reservation can be captured whole, all of them together."""
        try:
            with self.env.cr.savepoint():
                for hold in card.hold_ids.filtered(lambda hold: hold.state == "open"):
                    self.ledger._capture(hold, hold.remaining, company=hold.company_id)
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
