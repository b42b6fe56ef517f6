import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { isLoyaltyMethod } from "@loyalty_accounts_pos/app/models/pos_order";
import { LoyaltyCardButton } from "@loyalty_accounts_pos/app/components/card_button/card_button";

PaymentScreen.components = { ...PaymentScreen.components, LoyaltyCardButton };

patch(PaymentScreen.prototype, {
    setup() {
        super.setup(...arguments);
        if (this.pos.config.loyalty_cards) {
            const scanned = (code) => this.pos.pairLoyaltyNumber(code.code);
            useBarcodeReader({ loyalty_card: scanned, product: scanned });
        }
    },

    /** Override: what a refund owes to the customer's card is on it before anything is paid. */
    onMounted() {
        super.onMounted(...arguments);
        if (!this.currentOrder.finalized && this.currentOrder.getHasRefundLines()) {
            this.pos.planLoyaltyRefund(this.currentOrder);
        }
    },

    /** Override: ask for the card where none is paired. */
    async addNewPaymentLine(paymentMethod) {
        if (
            isLoyaltyMethod(paymentMethod) &&
            !this.currentOrder.loyaltyCard &&
            !this.isRefundOrder
        ) {
            if (!(await this.pos.openLoyaltyCardPopup())) {
                return false;
            }
        }
        return super.addNewPaymentLine(paymentMethod);
    },

    /** Override: a payment with credit that was given back leaves nothing behind. */
    async sendPaymentReverse(line) {
        await super.sendPaymentReverse(line);
        if (isLoyaltyMethod(line.payment_method_id) && line.getPaymentStatus() === "reversed") {
            this.currentOrder.removePaymentline(line);
            this.numberBuffer.reset();
        }
    },

    /** Override: nobody but the server says that credit was charged. */
    async sendForceDone(line) {
        if (!isLoyaltyMethod(line.payment_method_id)) {
            await super.sendForceDone(line);
            return;
        }
        line.setPaymentStatus("retry");
        this.pos.paymentTerminalInProgress = false;
        this.dialog.add(AlertDialog, {
            title: _t("Credit"),
            body: _t("Credit cannot be forced: the server has to charge the card."),
        });
    },

    /** Override: what a refund owes to the card stays on it. */
    deletePaymentLine(uuid) {
        const line = this.paymentLines.find((payment) => payment.uuid === uuid);
        if (isLoyaltyMethod(line.payment_method_id) && line.getAmount() < 0) {
            this.dialog.add(AlertDialog, {
                title: _t("Credit"),
                body: _t("This part was paid with credit, and goes back to the card."),
            });
        } else {
            if (line.loyalty_request) {
                // It may be reserved although the answer was lost; else it ends by itself.
                this.pos.releaseLoyaltyPayment(line).catch(() => {});
            }
            super.deletePaymentLine(uuid);
        }
    },
});
