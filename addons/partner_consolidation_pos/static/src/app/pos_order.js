import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";

patch(PosOrder.prototype, {
    /** What the server said a partner's card may pay of this bill; null for another bill. */
    get loyaltyPlan() {
        const plan = this.loyaltyCard?.plan;
        return plan && plan.bill === this.loyaltyBill ? plan : null;
    },

    /** Override: of a partner's card, what the terms let it pay of this bill. */
    get loyaltyMost() {
        const most = super.loyaltyMost;
        return this.loyaltyPlan ? Math.min(most, this.loyaltyPlan.payable) : most;
    },

    /** Override: a partner's card pays once, so that shares of the bill are counted once. */
    get loyaltyPaymentProblem() {
        const problem = super.loyaltyPaymentProblem;
        if (!problem && this.loyaltyCard?.issuer && this.loyaltyPayments.some((l) => l.isDone())) {
            return _t("The card has paid already. Remove that payment to pay another amount.");
        }
        return problem;
    },
});
