import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";

patch(PosStore.prototype, {
    /**
     * Ask what a partner's card may pay of the order; others pay what they have.
     *
     * @returns {Promise<boolean>} whether it is known; if not, the cashier was told why
     */
    async planLoyaltyPayment(order) {
        const card = order.loyaltyCard;
        if (!card?.issuer) {
            return true;
        }
        try {
            const plan = await this.callLoyalty("plan_payment", card.number, order.loyaltyBill);
            order.uiState.loyaltyCard = { ...card, plan };
            return true;
        } catch (error) {
            this.showLoyaltyError(error);
            return false;
        }
    },
});
