"""Programs in the cart: they apply by themselves, punch cards are redeemed by a button."""

from odoo import models

from odoo.addons.b2b_portal.exceptions import B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _set_b2b_quantity(self, member, product_id, text, *, add=False):
        """Override of ``b2b_portal``: programs follow the cart."""
        line = super()._set_b2b_quantity(member, product_id, text, add=add)
        self._apply_b2b_programs()
        return line.exists()

    def _add_b2b_quantities(self, member, texts):
        """Override of ``b2b_portal``: programs follow the cart."""
        refused = super()._add_b2b_quantities(member, texts)
        self._apply_b2b_programs()
        return refused

    def _clear_b2b_cart(self):
        """Override of ``b2b_portal``: rewards go, and what was collected for this cart."""
        result = super()._clear_b2b_cart()
        self._apply_b2b_programs()
        return result

    def _refresh_b2b_cart(self, member):
        """Override of ``b2b_portal``: programs that ended leave the cart before it is ordered."""
        self._apply_b2b_programs()
        return super()._refresh_b2b_cart(member)

    def _apply_b2b_programs(self):
        """Bring programs and rewards up to date; claim what asks for no choice."""
        self._update_programs_and_rewards()
        claimed = False
        for card, rewards in self._get_claimable_rewards().items():
            if card.program_id.is_nominative or len(card.program_id.reward_ids) != 1:
                continue
            if not rewards.multi_product and rewards not in self.order_line.reward_id:
                claimed |= "error" not in self._apply_program_reward(rewards, card)
        if claimed:
            self._update_programs_and_rewards()

    def _get_b2b_rewards(self):
        """Return the rewards' lines of a cart."""
        return self.order_line.filtered("reward_id")

    def _get_b2b_claimable(self):
        """Return ``[(card, reward, products to choose from)]`` that the customer may claim."""
        claimed = self.order_line.reward_id
        return [
            (card, reward, reward.reward_product_ids if reward.multi_product else [])
            for card, rewards in (self._get_claimable_rewards() if self else {}).items()
            for reward in rewards - claimed
        ]

    def _claim_b2b_reward(self, card_id, reward_id, product_id=0):
        """Redeem points for a reward.

        :param product_id: one of the reward's products, where there are several
        :raise B2bError: the cart does not give this reward (any more)
        """
        self._update_programs_and_rewards()
        for card, reward, products in self._get_b2b_claimable():
            if (card.id, reward.id) != (card_id, reward_id):
                continue
            product = next((one for one in products if one.id == product_id), None)
            if products and not product:
                break
            values = {"product": product} if product else {}
            status = self._apply_program_reward(reward, card, **values)
            if "error" in status:
                raise B2bError(status["error"])
            self._update_programs_and_rewards()
            return
        raise B2bError(self.env._("This reward is not available for your cart (any more)."))

    def _apply_b2b_code(self, code):
        """Apply a code that the customer typed.

        :raise B2bError: no such code for this customer, which is said of any that is another's
        """
        status = self._try_apply_code((code or "").strip()[:64])
        if "error" in status:
            raise B2bError(self.env._("This code cannot be used for your cart."))
        self._apply_b2b_programs()
