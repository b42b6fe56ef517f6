import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

patch(OrderPaymentValidation.prototype, {
    /** Override: the screen that hides the closing would go on without its answer. */
    get nextPage() {
        const page = super.nextPage;
        if (page.page !== "FeedbackScreen" || !this.order.needsLoyaltyServer) {
            return page;
        }
        return { page: "ReceiptScreen", params: { orderUuid: this.order.uuid } };
    },

    /** Override: what was paid with a card is closed by the server, or not at all. */
    handleValidationError(error) {
        if (!(error instanceof ConnectionLostError) || !this.order.needsLoyaltyServer) {
            return super.handleValidationError(error);
        }
        this.order.state = "draft";
        this.pos.dialog.add(AlertDialog, {
            title: _t("Not closed: the server cannot be reached"),
            body: _t(
                "This order has a customer's card, which the server charges. It is kept as it is, and nothing was printed. Validate it again once the connection is back, or remove the card and go on without it."
            ),
        });
        // What the caller takes for "stay here".
        return new RPCError();
    },
});
