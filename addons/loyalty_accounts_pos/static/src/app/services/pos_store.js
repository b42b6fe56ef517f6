import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { LoyaltyCardPopup } from "@loyalty_accounts_pos/app/components/card_popup/card_popup";
import { isLoyaltyMethod } from "@loyalty_accounts_pos/app/models/pos_order";

patch(PosStore.prototype, {
    // === THE SERVER === //

    /** Ask `loyalty.till`; raises what `pos.data.call` raises. */
    async callLoyalty(method, ...args) {
        if (this.data.network.offline) {
            throw new ConnectionLostError();
        }
        return this.data.call("loyalty.till", method, [this.session.id, ...args]);
    },

    /** Say why a card or its credit could not be used; other errors are raised again. */
    showLoyaltyError(error) {
        let body;
        if (error instanceof ConnectionLostError) {
            body = _t(
                "The server cannot be reached, and cards need it. Try again, or go on without the card."
            );
        } else if (error instanceof RPCError) {
            body = error.data?.message || error.message;
        } else {
            throw error;
        }
        this.dialog.add(AlertDialog, { title: _t("Card not accepted"), body });
    },

    // === PAIRING === //

    /**
     * Find a card by its number and pair the current order with it.
     *
     * @returns {Promise<boolean>} whether it was paired; if not, the cashier was told why
     */
    async pairLoyaltyNumber(number) {
        try {
            return await this._pairLoyaltyNumber(number);
        } catch (error) {
            this.showLoyaltyError(error);
            return false;
        }
    },

    /** The same for a code that may be something else: null where no card has this number. */
    async tryLoyaltyNumber(number) {
        try {
            return await this._pairLoyaltyNumber(number);
        } catch (error) {
            if (error.exceptionName?.endsWith("AccountNotFound")) {
                return null;
            }
            this.showLoyaltyError(error);
            return false;
        }
    },

    async _pairLoyaltyNumber(number) {
        const order = this.getOrder() || this.addNewOrder();
        return this.pairLoyaltyCard(await this.callLoyalty("find_card", number), order);
    },

    /** Pair the order that was current when the card was shown, whatever is current by now. */
    async pairLoyaltyCard(card, order) {
        const problem = this._getPairingProblem(order, card);
        if (problem) {
            this.dialog.add(AlertDialog, { title: _t("Card not accepted"), body: problem });
            return false;
        }
        order.setLoyaltyCard(card);
        this.notification.add(_t("%s is paired with this order.", card.name), { type: "success" });
        try {
            await this.setLoyaltyCustomer(order, card);
        } catch (error) {
            // The card is paired all the same; the cashier may choose the customer.
            if (!(error instanceof ConnectionLostError || error instanceof RPCError)) {
                throw error;
            }
        }
        return true;
    },

    _getPairingProblem(order, card) {
        if (order.finalized) {
            return _t("This order is closed. Scan the card for the next one.");
        }
        if (order.isRefund || order.getHasRefundLines()) {
            return _t("A refund goes back to the card of its receipt by itself.");
        }
        if (order.loyaltyPayments.length && order.loyalty_number !== card.number) {
            return _t("Remove the payment with credit before you change the card.");
        }
        return "";
    },

    /** The card's holder becomes the customer of an order that has none. */
    async setLoyaltyCustomer(order, card) {
        if (!card.partner_id || order.getPartner()) {
            return;
        }
        let partner = this.models["res.partner"].get(card.partner_id);
        if (!partner) {
            [partner] = await this.data.read("res.partner", [card.partner_id]);
        }
        if (partner) {
            order.setPartner(partner);
        }
    },

    unpairLoyaltyCard() {
        const order = this.getOrder();
        if (order.loyaltyPayments.length) {
            this.dialog.add(AlertDialog, {
                title: _t("The card pays"),
                body: _t("Remove the payment with credit before you remove the card."),
            });
            return false;
        }
        order.setLoyaltyCard(null);
        return true;
    },

    /** Ask for a card; resolves to whether the order has one afterwards. */
    openLoyaltyCardPopup() {
        return new Promise((resolve) => {
            this.dialog.add(
                LoyaltyCardPopup,
                {},
                { onClose: () => resolve(Boolean(this.getOrder()?.loyaltyCard)) }
            );
        });
    },

    /** Ask the server again about the card of an order that comes from elsewhere. */
    async refreshLoyaltyCard(order) {
        if (!order?.loyalty_number || order.finalized || order.loyaltyCard) {
            return;
        }
        try {
            order.uiState.loyaltyCard = await this.callLoyalty("find_card", order.loyalty_number);
            order.updateLoyaltyDiscounts();
        } catch (error) {
            this.showLoyaltyError(error);
        }
    },

    // === OVERRIDES === //

    /** Override: the card's discount is on a new line before it may merge with another one. */
    tryMergeOrderline(order, line, merge, selectedOrderline) {
        for (const part of line.getAllLinesInCombo()) {
            part.updateLoyaltyDiscount();
        }
        return super.tryMergeOrderline(order, line, merge, selectedOrderline);
    },

    setOrder(order) {
        super.setOrder(order);
        this.refreshLoyaltyCard(order);
    },

    /** Override: a bill that was split off keeps the card. */
    async pay() {
        const order = this.getOrder();
        const whole = order.originalSplittedOrder;
        if (whole?.loyaltyCard && !order.loyalty_number && !order.finalized) {
            order.setLoyaltyCard(whole.loyaltyCard);
        }
        if (!order.finalized) {
            order.updateLoyaltyDiscounts();
        }
        return super.pay();
    },

    /** Override: credit is reserved on the payment screen, where the cashier sees it. */
    async validateOrderFast(paymentMethod) {
        if (isLoyaltyMethod(paymentMethod) || this.getOrder().getHasRefundLines()) {
            return this.pay();
        }
        return super.validateOrderFast(paymentMethod);
    },

    /** Override: an order that is deleted keeps no credit reserved. */
    async _onBeforeDeleteOrder(order) {
        const result = await super._onBeforeDeleteOrder(order);
        if (result && !order.finalized) {
            for (const line of order.loyaltyPayments) {
                await this.releaseLoyaltyPayment(line).catch(() => {
                    // It ends by itself after a while, or when the session is closed.
                });
            }
        }
        return result;
    },

    /** Override: what a card was settled with is not edited; the receipt is refunded. */
    canEditPayment(order) {
        return !order.loyalty_receipt && super.canEditPayment(order);
    },

    // === CREDIT === //

    async releaseLoyaltyPayment(line) {
        if (!line.loyalty_request) {
            return;
        }
        const answer = await this.callLoyalty("release", line.loyalty_request);
        const card = line.pos_order_id.loyaltyCard;
        if (card && answer) {
            card.available = answer.available;
        }
        line.loyalty_request = false;
    },

    /** Add what a refund gives back to the customer's card as a payment. */
    async planLoyaltyRefund(order) {
        this.env.services.ui.block();
        try {
            await this._planLoyaltyRefund(order);
        } finally {
            this.env.services.ui.unblock();
        }
    },

    async _planLoyaltyRefund(order) {
        const original = order.lines.find((line) => line.refunded_orderline_id)
            .refunded_orderline_id.order_id;
        const value = -order.lines
            .filter(
                (line) =>
                    line.refunded_orderline_id &&
                    !line.product_id.product_tmpl_id.loyalty_credit_product
            )
            .reduce((sum, line) => sum + line.prices.total_included_currency, 0);
        for (const line of order.loyaltyPayments) {
            order.removePaymentline(line);
        }
        if (!original?.loyalty_number || value <= 0) {
            return;
        }
        try {
            const plan = await this.callLoyalty(
                "plan_refund",
                original.id,
                this.currency.round(value)
            );
            this.addLoyaltyRefund(order, plan);
        } catch (error) {
            this.showLoyaltyError(error);
        }
    },

    addLoyaltyRefund(order, plan) {
        const amount = this.currency.round(plan.credit + plan.withheld);
        const method = this.config.payment_method_ids.find(isLoyaltyMethod);
        if (!amount) {
            return;
        }
        if (!method) {
            this.dialog.add(AlertDialog, {
                title: _t("Refund it at another till"),
                body: _t("This receipt was paid with a card, and this till takes none."),
            });
            return;
        }
        const line = this.models["pos.payment"].create({
            pos_order_id: order,
            payment_method_id: method,
        });
        line.setAmount(-amount);
        line.setPaymentStatus("done");
    },
});
