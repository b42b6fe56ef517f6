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
            return await this.pairLoyaltyCard(await this.callLoyalty("find_card", number));
        } catch (error) {
            this.showLoyaltyError(error);
            return false;
        }
    },

    async pairLoyaltyCard(card) {
        const order = this.getOrder() || this.addNewOrder();
        if (order.loyaltyPayments.length && order.loyalty_number !== card.number) {
            this.dialog.add(AlertDialog, {
                title: _t("Another card pays already"),
                body: _t("Remove the payment with credit before you change the card."),
            });
            return false;
        }
        order.setLoyaltyCard(card);
        await this.setLoyaltyCustomer(order, card);
        this.notification.add(_t("%s is paired with this order.", card.name), { type: "success" });
        return true;
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

    // === CREDIT === //

    async releaseLoyaltyPayment(line) {
        if (!line.loyalty_request) {
            return;
        }
        await this.callLoyalty("release", line.loyalty_request);
        const card = line.pos_order_id.loyaltyCard;
        if (card && line.isDone()) {
            card.available = this.currency.round(card.available + line.getAmount());
        }
        line.loyalty_request = false;
    },

    /** Add what a refund gives back to the customer's card as a payment. */
    async planLoyaltyRefund(order) {
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
        order.uiState.loyaltyPlan = plan;
        const amount = this.currency.round(plan.credit + plan.withheld);
        if (!amount) {
            return;
        }
        const line = this.models["pos.payment"].create({
            pos_order_id: order,
            payment_method_id: this.config.payment_method_ids.find(isLoyaltyMethod),
        });
        line.setAmount(-amount);
        line.setPaymentStatus("done");
    },
});
