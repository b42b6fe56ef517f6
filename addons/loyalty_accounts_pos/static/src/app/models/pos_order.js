import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { PosPayment } from "@point_of_sale/app/models/pos_payment";

/** `use_payment_terminal` of the payment method that charges cards. */
export const TERMINAL = "loyalty_credit";

export function isLoyaltyMethod(method) {
    return method?.use_payment_terminal === TERMINAL;
}

patch(PosOrder.prototype, {
    /** The paired card as the server described it; null without one, or until it is asked. */
    get loyaltyCard() {
        const card = this.uiState?.loyaltyCard;
        return card && card.number === this.loyalty_number ? card : null;
    },

    /** Pair with a card, or with none; the discounts follow. */
    setLoyaltyCard(card) {
        this.assertEditable();
        this.loyalty_number = card ? card.number : false;
        this.uiState.loyaltyCard = card || undefined;
        this.updateLoyaltyDiscounts();
    },

    updateLoyaltyDiscounts() {
        for (const line of this.lines) {
            line.updateLoyaltyDiscount();
        }
    },

    /** Override: the other pricelist's rules meet the card anew. */
    setPricelist(pricelist) {
        super.setPricelist(pricelist);
        this.updateLoyaltyDiscounts();
    },

    get loyaltyPayments() {
        return this.payment_ids.filter((line) => isLoyaltyMethod(line.payment_method_id));
    },

    /** Whether the order can be closed by the server only: with a card, or for one. */
    get needsLoyaltyServer() {
        return Boolean(
            this.loyalty_number ||
            this.loyaltyPayments.length ||
            this.lines.some(
                (line) =>
                    line.product_id?.product_tmpl_id?.loyalty_credit_product ||
                    line.refunded_orderline_id?.order_id?.loyalty_number
            )
        );
    },

    /** What can be paid with credit now; credit that is sold is paid in money. */
    get loyaltyPayable() {
        const sold = this.lines
            .filter((line) => line.product_id.product_tmpl_id.loyalty_credit_product)
            .reduce((sum, line) => sum + line.prices.total_included_currency, 0);
        const paid = this.loyaltyPayments
            .filter((line) => line.isDone())
            .reduce((sum, line) => sum + line.getAmount(), 0);
        const goods = this.currency.round(this.totalDue - sold - paid);
        return Math.max(0, Math.min(goods, this.remainingDue));
    },

    /** What credit may pay of the receipt in all; of it, partners let some credit pay a share. */
    get loyaltyBill() {
        const paid = this.loyaltyPayments
            .filter((line) => line.isDone())
            .reduce((sum, line) => sum + line.getAmount(), 0);
        return this.currency.round(this.loyaltyPayable + paid);
    },

    /** Most that the paired card can pay now. */
    get loyaltyMost() {
        return Math.min(this.loyaltyPayable, this.loyaltyCard.available);
    },

    /** Why this order cannot be paid with credit; empty where it can. */
    get loyaltyPaymentProblem() {
        const card = this.loyaltyCard;
        if (this.isRefund || this.getHasRefundLines()) {
            return _t("What was paid with credit goes back to the card by itself.");
        }
        if (!card) {
            return _t("Scan the customer's card first.");
        }
        if (card.currency_id !== this.currency.id) {
            return _t("The card's credit is in another currency.");
        }
        if (card.available <= 0) {
            return _t("There is no credit on %s.", card.name);
        }
        if (this.loyaltyPayable <= 0) {
            return _t("Nothing is left that credit could pay.");
        }
        return "";
    },

    /** Override: no more than the card has, and than may be paid with credit. */
    addPaymentline(paymentMethod) {
        if (!isLoyaltyMethod(paymentMethod)) {
            return super.addPaymentline(paymentMethod);
        }
        const problem = this.loyaltyPaymentProblem;
        if (problem) {
            return { status: false, data: problem };
        }
        const most = this.loyaltyMost;
        const result = super.addPaymentline(paymentMethod);
        if (result.status) {
            result.data.setAmount(most);
        }
        return result;
    },
});

patch(PosPayment.prototype, {
    /** Whether credit is reserved for this payment, and can be given back. */
    get isLoyaltyReserved() {
        return (
            isLoyaltyMethod(this.payment_method_id) &&
            this.payment_status === "done" &&
            this.getAmount() > 0
        );
    },
});
