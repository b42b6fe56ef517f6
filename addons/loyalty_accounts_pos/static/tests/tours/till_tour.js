import { registry } from "@web/core/registry";
import { inLeftSide } from "@point_of_sale/../tests/pos/tours/utils/common";
import { refresh, scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import {
    setOfflineMode,
    setOnlineMode,
} from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as NumberPopup from "@point_of_sale/../tests/generic_helpers/number_popup_util";
import * as Order from "@point_of_sale/../tests/generic_helpers/order_widget_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Till from "@loyalty_accounts_pos/../tests/tours/till_utils";

const CARD = "2900000000018";
const PLAIN_CARD = "GOLD-77";

registry.category("web_tour.tours").add("loyalty_till_discount", {
    steps: () =>
        [
            Chrome.startPoS(),
            // On lines added before and after, merged, and none where none is allowed.
            ProductScreen.clickDisplayedProduct("Coffee"),
            scan_barcode(CARD),
            Till.cardIs("Gold card", "10", "100.00"),
            Till.lineDiscountIs("Coffee", "10"),
            ProductScreen.clickDisplayedProduct("Coffee"),
            inLeftSide(Order.hasLine({ productName: "Coffee", quantity: "2", price: "180.00" })),
            ProductScreen.clickDisplayedProduct("Book"),
            inLeftSide(Order.hasTotal("230.00")),
            // The cashier's own discount beside it, then quantity and price.
            ProductScreen.clickLine("Coffee", "2"),
            inLeftSide(ProductScreen.clickNumpad("%", "2", "0")),
            Till.lineDiscountIs("Coffee", "20"),
            inLeftSide(ProductScreen.clickNumpad("Qty", "1")),
            Till.lineDiscountIs("Coffee", "20"),
            inLeftSide(Order.hasTotal("130.00")),
            inLeftSide(ProductScreen.clickNumpad("Price", "5", "0")),
            inLeftSide(Order.hasTotal("90.00")),
            // What the cashier gave stays when the card goes.
            Till.removeCard(),
            Till.lineDiscountIs("Coffee", "20"),
            inLeftSide(ProductScreen.clickNumpad("%", "0")),
            inLeftSide(Order.hasTotal("100.00")),
            // A card without a prefix; by its number in the dialog; by name.
            scan_barcode(PLAIN_CARD),
            Till.cardIs("Plain card", "5", "0.00"),
            Till.removeCard(),
            Till.typeInDialog(CARD),
            Till.cardIs("Gold card", "10", "100.00"),
            Till.removeCard(),
            Till.typeInDialog("anna"),
            Till.chooseFound("Gold card"),
            Till.cardIs("Gold card", "10", "100.00"),
            Till.removeCard(),
            Till.typeInDialog("55512"),
            Till.chooseFound("Gold card"),
            Till.cardIs("Gold card", "10", "100.00"),
            // A page that is reloaded keeps the card.
            refresh(),
            Till.cardIs("Gold card", "10", "100.00"),
            Till.removeCard(),
            // Refused with the reason.
            scan_barcode("2900000000049"),
            Till.refusedWith("reported stolen"),
            Till.noCard(),
            scan_barcode("2999999999999"),
            Till.refusedWith("No account has the card number"),
            Chrome.endTour(),
        ].flat(),
});

registry.category("web_tour.tours").add("loyalty_till_payment", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickDisplayedProduct("Coffee"),
            ProductScreen.clickPayButton(),
            // Scanned on the payment screen; a part with credit, the rest in cash.
            scan_barcode(CARD),
            PaymentScreen.totalIs("90.00"),
            Till.payWithCredit("90.00", { keys: "4 0" }),
            Till.creditIsReserved(),
            PaymentScreen.remainingIs("50.00"),
            PaymentScreen.clickPaymentMethod("Cash", true, { amount: "50.00" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Till.receiptSays("Gold card", "0018"),
            Till.receiptSays("Paid with credit", "40.00"),
            Till.receiptSays("Credit earned", "2.50"),
            Till.receiptSays("Credit on the card", "62.50"),
            ReceiptScreen.clickNextOrder(),
            // Given back before the receipt is closed.
            ProductScreen.clickDisplayedProduct("Coffee"),
            scan_barcode(CARD),
            Till.cardIs("Gold card", "10", "62.50"),
            ProductScreen.clickPayButton(),
            Till.payWithCredit("62.50"),
            Till.creditIsReserved(),
            { content: "give it back", trigger: ".send_payment_reversal", run: "click" },
            { content: "given back", trigger: "body:not(:has(.paymentline))" },
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            Till.receiptSays("Credit on the card", "67.00"),
            ReceiptScreen.clickNextOrder(),
            // A top-up, paid in cash.
            ProductScreen.clickDisplayedProduct("Top-up"),
            scan_barcode(CARD),
            Till.cardIs("Gold card", "10", "67.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Customer credit"),
            Till.refusedWith("Nothing is left that credit could pay"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            Till.receiptSays("Top-up", "50.00"),
            Till.receiptSays("Credit on the card", "117.00"),
            ReceiptScreen.clickNextOrder(),
            // Paid wholly with credit: closed by itself.
            ProductScreen.clickDisplayedProduct("Coffee"),
            scan_barcode(CARD),
            Till.cardIs("Gold card", "10", "117.00"),
            ProductScreen.clickPayButton(),
            Till.payWithCredit("90.00"),
            ReceiptScreen.isShown(),
            Till.receiptSays("Credit on the card", "27.00"),
            ReceiptScreen.clickNextOrder(),
            Chrome.endTour(),
        ].flat(),
});

registry.category("web_tour.tours").add("loyalty_till_tip_and_pin", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickDisplayedProduct("Coffee"),
            scan_barcode(CARD),
            Till.cardIs("Gold card", "10", "100.00"),
            ProductScreen.clickPayButton(),
            // The tip gets no discount, and earns nothing.
            PaymentScreen.clickTipButton(),
            NumberPopup.enterValue("5"),
            Dialog.confirm(),
            PaymentScreen.totalIs("95.00"),
            // More than 50 asks for the PIN; the wrong one is refused.
            Till.payWithCredit("95.00"),
            NumberPopup.enterValue("1357"),
            Dialog.confirm(),
            Till.refusedWith("The PIN is wrong"),
            PaymentScreen.clickRetryButton(),
            NumberPopup.enterValue("2468"),
            Dialog.confirm(),
            ReceiptScreen.isShown(),
            Till.receiptSays("Credit on the card", "5.00"),
            ReceiptScreen.clickNextOrder(),
            Chrome.endTour(),
        ].flat(),
});

registry.category("web_tour.tours").add("loyalty_till_refund", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickRefund(),
            TicketScreen.selectOrder("0001"),
            inLeftSide(ProductScreen.clickNumpad("1")),
            TicketScreen.confirmRefund(),
            PaymentScreen.isShown(),
            // What was paid with credit is on its way to the card already.
            PaymentScreen.clickPaymentline("Customer credit", "-40.00"),
            PaymentScreen.remainingIs("-50.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Till.receiptSays("Back to the card", "40.00"),
            Till.receiptSays("Earned credit taken back", "2.50"),
            Till.receiptSays("Credit on the card", "100.00"),
            ReceiptScreen.clickNextOrder(),
            Chrome.endTour(),
        ].flat(),
});

registry.category("web_tour.tours").add("loyalty_till_offline", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickDisplayedProduct("Coffee"),
            scan_barcode(CARD),
            Till.cardIs("Gold card", "10", "100.00"),
            ProductScreen.clickPayButton(),
            Till.payWithCredit("90.00", { keys: "4 0" }),
            Till.creditIsReserved(),
            PaymentScreen.clickPaymentMethod("Cash"),
            setOfflineMode(),
            PaymentScreen.clickValidate(),
            // Kept, not closed, nothing printed.
            Till.refusedWith("nothing was printed"),
            PaymentScreen.isShown(),
            setOnlineMode(),
            Till.noticeConnection(),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Till.receiptSays("Credit on the card", "62.50"),
            ReceiptScreen.clickNextOrder(),
            // No card while the server is away.
            ProductScreen.clickDisplayedProduct("Coffee"),
            setOfflineMode(),
            scan_barcode(CARD),
            Till.refusedWith("The server cannot be reached"),
            Till.noCard(),
            setOnlineMode(),
            Chrome.endTour(),
        ].flat(),
});
