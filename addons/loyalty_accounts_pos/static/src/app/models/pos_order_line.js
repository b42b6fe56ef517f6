import { patch } from "@web/core/utils/patch";
import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { combine } from "@loyalty_accounts_pos/app/rules/discount";

patch(PosOrderline.prototype, {
    /** Override: what is typed is the cashier's own discount; the card's stays beside it. */
    setDiscount(discount) {
        super.setDiscount(discount);
        if (this.order_id?.loyalty_number) {
            this.discount = Math.round(this.discount * 100) / 100;
        }
        this.loyalty_own_discount = this.discount;
        this.loyalty_discount = 0;
        this.updateLoyaltyDiscount();
    },

    /** Override: another quantity may have another pricelist rule. */
    setQuantity(quantity, keepPrice) {
        const result = super.setQuantity(quantity, keepPrice);
        if (result === true) {
            this.updateLoyaltyDiscount();
        }
        return result;
    },

    /** Override: lines merge by what the cashier gave; the card gives the same to both. */
    canBeMergedWith(orderline) {
        orderline.updateLoyaltyDiscount();
        this.updateLoyaltyDiscount();
        return (
            super.canBeMergedWith(orderline) &&
            (this.loyalty_own_discount || 0) === (orderline.loyalty_own_discount || 0)
        );
    },

    /** Percentage that the order's card gives on this line. */
    get loyaltyAllowedDiscount() {
        const card = this.order_id?.loyaltyCard;
        const product = (this.combo_parent_id || this).product_id?.product_tmpl_id;
        const isGoods =
            !this.refunded_orderline_id &&
            !this.isTipLine() &&
            !this.is_reward_line &&
            this.price_unit >= 0 &&
            this.product_id !== this.config.discount_product_id;
        return (card && isGoods && product?.loyalty_discount_allowed && card.discount) || 0;
    },

    /** Compute the discount from scratch, from what the cashier and the card give. */
    updateLoyaltyDiscount() {
        const order = this.order_id;
        if (!order || order.finalized || this.refunded_orderline_id) {
            return;
        }
        if (order.loyalty_number && !order.loyaltyCard) {
            return; // what the card gives is not known until the server was asked
        }
        if (!this.loyalty_discount) {
            this.loyalty_own_discount = this.discount || 0;
        }
        const given = this.loyaltyAllowedDiscount;
        if (!given && !this.loyalty_discount) {
            return;
        }
        this.loyalty_discount = given;
        const own = this.loyalty_own_discount || 0;
        this.discount = given
            ? combine(own, given, this.company.loyalty_discount_mode, this.loyaltyEmbedded)
            : own;
    },

    /** Percentage that the pricelist has put into the price. */
    get loyaltyEmbedded() {
        if (this.price_type !== "original" || this.isPartOfCombo()) {
            return 0;
        }
        const template = this.product_id.product_tmpl_id;
        return template.getLoyaltyPricelistPercent(
            this.order_id.pricelist_id,
            this.getQuantity(),
            this.product_id
        );
    },
});
