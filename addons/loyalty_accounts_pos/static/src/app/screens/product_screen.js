import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { ActionpadWidget } from "@point_of_sale/app/screens/product_screen/action_pad/action_pad";
import { ControlButtons } from "@point_of_sale/app/screens/product_screen/control_buttons/control_buttons";
import { OrderSummary } from "@point_of_sale/app/screens/product_screen/order_summary/order_summary";
import { LoyaltyCardButton } from "@loyalty_accounts_pos/app/components/card_button/card_button";
import { LoyaltyCardStrip } from "@loyalty_accounts_pos/app/components/card_button/card_strip";

ActionpadWidget.components = { ...ActionpadWidget.components, LoyaltyCardButton };
ControlButtons.components = { ...ControlButtons.components, LoyaltyCardButton };
OrderSummary.components = { ...OrderSummary.components, LoyaltyCardStrip };

patch(ProductScreen.prototype, {
    setup() {
        super.setup(...arguments);
        if (this.pos.config.loyalty_cards) {
            useBarcodeReader({ loyalty_card: (code) => this.pos.pairLoyaltyNumber(code.code) });
        }
    },

    /** Override: a code that is no product may be a card without a prefix. */
    async _barcodeProductAction(code) {
        const isProduct = !this.pos.config.loyalty_cards || (await this._getProductByBarcode(code));
        if (isProduct || (await this.pos.tryLoyaltyNumber(code.code)) === null) {
            await super._barcodeProductAction(code);
        }
    },
});
