import { _t } from "@web/core/l10n/translation";
import { uuidv4 } from "@point_of_sale/utils";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { PaymentInterface } from "@point_of_sale/app/utils/payment/payment_interface";
import { register_payment_method } from "@point_of_sale/app/services/pos_store";
import { TERMINAL } from "@loyalty_accounts_pos/app/models/pos_order";

/**
 * Pays with a card's credit: the server reserves it at once, so that the customer knows what is
 * left to pay, and charges it when the receipt is closed.
 */
export class PaymentLoyalty extends PaymentInterface {
    setup() {
        super.setup(...arguments);
        this.supports_reversals = true;
    }

    /** Override: the cashier may type a part before it is reserved. */
    get fastPayments() {
        return false;
    }

    async sendPaymentRequest(uuid) {
        const order = this.pos.getOrder();
        const line = order.getPaymentlineByUuid(uuid);
        const problem = this._getProblem(order, line);
        if (problem) {
            this.pos.dialog.add(AlertDialog, { title: _t("Credit"), body: problem });
            return false;
        }
        const card = order.loyaltyCard;
        let pin = false;
        if (card.pin_above !== false && line.getAmount() > card.pin_above) {
            pin = await this._askPin();
        }
        return pin !== null && this._tryToReserve(line, card, pin);
    }

    async _tryToReserve(line, card, pin) {
        try {
            return await this._reserve(line, card, pin);
        } catch (error) {
            // The server counts what the card paid before; only it knows that a PIN is needed.
            if (!pin && card.pin_above !== false && error.exceptionName?.endsWith("PinRefused")) {
                const asked = await this._askPin();
                return asked !== null && this._tryToReserve(line, card, asked);
            }
            this.pos.showLoyaltyError(error);
            return false;
        }
    }

    _getProblem(order, line) {
        if (order.loyaltyPaymentProblem) {
            return order.loyaltyPaymentProblem;
        }
        const most = order.loyaltyMost;
        if (line.getAmount() <= 0 || line.getAmount() > most) {
            return _t("Between %(least)s and %(most)s can be paid with this card.", {
                least: this.env.utils.formatCurrency(this.pos.currency.rounding),
                most: this.env.utils.formatCurrency(most),
            });
        }
        return "";
    }

    /** The same amount keeps its request, so that a lost answer is no second reservation. */
    async _reserve(line, card, pin) {
        if (line.loyalty_request && line.uiState?.loyaltyAmount !== line.getAmount()) {
            await this.pos.releaseLoyaltyPayment(line);
        }
        if (!line.loyalty_request) {
            line.loyalty_request = uuidv4();
        }
        line.uiState = { ...line.uiState, loyaltyAmount: line.getAmount() };
        const answer = await this.pos.callLoyalty(
            "hold",
            card.number,
            line.getAmount(),
            line.loyalty_request,
            pin,
            this.pos.getOrder().loyaltyBill
        );
        card.available = answer.available;
        return true;
    }

    /** The PIN; null where the cashier gave up. */
    async _askPin() {
        const pin = await makeAwaitable(this.pos.dialog, NumberPopup, {
            title: _t("PIN of the card"),
            subtitle: _t("The customer types it."),
            formatDisplayedValue: (value) => value.replace(/./g, "•"),
            isValid: (value) => /^\d{4,8}$/.test(value || ""),
        });
        return pin === undefined ? null : pin;
    }

    async sendPaymentCancel(order, uuid) {
        return this._release(order.getPaymentlineByUuid(uuid));
    }

    async sendPaymentReversal(uuid) {
        return this._release(this.pos.getOrder().getPaymentlineByUuid(uuid));
    }

    async _release(line) {
        try {
            await this.pos.releaseLoyaltyPayment(line);
            return true;
        } catch (error) {
            this.pos.showLoyaltyError(error);
            return false;
        }
    }
}

register_payment_method(TERMINAL, PaymentLoyalty);
