import { patch } from "@web/core/utils/patch";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { isLoyaltyMethod } from "@loyalty_accounts_pos/app/models/pos_order";

patch(PaymentScreen.prototype, {
    /** Override: ask how much of this bill a partner's card may pay, before it is proposed. */
    async addNewPaymentLine(paymentMethod) {
        if (isLoyaltyMethod(paymentMethod) && !this.isRefundOrder) {
            const paired = this.currentOrder.loyaltyCard || (await this.pos.openLoyaltyCardPopup());
            if (!paired || !(await this.pos.planLoyaltyPayment(this.currentOrder))) {
                return false;
            }
        }
        return super.addNewPaymentLine(paymentMethod);
    },
});
