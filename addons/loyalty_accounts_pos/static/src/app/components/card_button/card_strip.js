import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

/** Above the order's lines: the paired card, its discount and its credit. */
export class LoyaltyCardStrip extends Component {
    static template = "loyalty_accounts_pos.LoyaltyCardStrip";
    static props = {};

    setup() {
        this.pos = usePos();
    }

    /** The number alone where the server could not be asked about the card. */
    get number() {
        return this.pos.getOrder()?.loyalty_number;
    }

    get card() {
        return this.pos.getOrder()?.loyaltyCard;
    }
}
