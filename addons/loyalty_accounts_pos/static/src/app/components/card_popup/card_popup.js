import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

const MIN_SEARCH = 3;

/** Asks for a card: scan or type its number, or find it by name, phone or e-mail. */
export class LoyaltyCardPopup extends Component {
    static template = "loyalty_accounts_pos.LoyaltyCardPopup";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.pos = usePos();
        this.state = useState({ text: "", found: null, busy: false });
        useAutofocus({ refName: "text" });
        const scanned = (code) => this.pair(code.code);
        useBarcodeReader({ loyalty_card: scanned, product: scanned, client: scanned }, true);
    }

    get order() {
        return this.pos.getOrder();
    }

    get card() {
        return this.order?.loyaltyCard;
    }

    /** A number has digits and no spaces between them; anything else is looked for. */
    get looksLikeNumber() {
        const text = this.state.text.trim();
        return /^[A-Za-z0-9._/-]{3,32}$/.test(text) && /\d{3}/.test(text);
    }

    get canSearch() {
        return this.state.text.trim().length >= MIN_SEARCH && !this.state.busy;
    }

    async onSubmit() {
        if (!this.canSearch) {
            return;
        }
        this.state.busy = true;
        try {
            if (!(this.looksLikeNumber && (await this.tryNumber()))) {
                await this.search();
            }
        } catch (error) {
            this.pos.showLoyaltyError(error);
        } finally {
            this.state.busy = false;
        }
    }

    /** Take the text for a number; false where no card has it, so that it is looked for. */
    async tryNumber() {
        const success = await this.pos.tryLoyaltyNumber(this.state.text.trim());
        return success !== null && this.paired(success);
    }

    async search() {
        this.state.found = await this.pos.callLoyalty("find_cards", this.state.text.trim());
    }

    async pair(number) {
        this.state.busy = true;
        try {
            this.paired(await this.pos.pairLoyaltyNumber(number));
        } finally {
            this.state.busy = false;
        }
    }

    paired(success) {
        if (success) {
            this.props.close();
        }
        return true;
    }

    remove() {
        if (this.pos.unpairLoyaltyCard()) {
            this.props.close();
        }
    }
}
