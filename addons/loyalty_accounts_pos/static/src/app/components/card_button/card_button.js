import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

/** Opens the card's dialog; shows the paired card. */
export class LoyaltyCardButton extends Component {
    static template = "loyalty_accounts_pos.LoyaltyCardButton";
    static props = { class: { type: String, optional: true } };
    static defaultProps = { class: "w-auto" };

    setup() {
        this.pos = usePos();
    }

    get card() {
        return this.pos.getOrder()?.loyaltyCard;
    }

    get isShown() {
        return this.pos.config.loyalty_cards && !this.pos.getOrder()?.isRefund;
    }
}
