import { registry } from "@web/core/registry";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Till from "@loyalty_accounts_pos/../tests/tours/till_utils";

function says(content, trigger) {
    return [{ content, trigger }];
}

registry.category("web_tour.tours").add("partner_consolidation_till", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickDisplayedProduct("Coffee"),
            scan_barcode("2900000000025"),
            Till.cardIs("Guest card", "10", "80.00"),
            says("whose card it is", ".loyalty-card-issuer:contains('Harbour Bistro')"),
            // Nobody becomes the customer.
            says("no customer", "body:not(:contains('Greta'))"),
            ProductScreen.clickPayButton(),
            // 30.00 of the partner's, then half of 90.00 of what was earned here.
            Till.payWithCredit("75.00"),
            Till.creditIsReserved(),
            says("first the partner's", ".loyalty-plan div:contains('1. credit of Harbour')"),
            says("how much of the bill", ".loyalty-plan:contains('75.00')"),
            PaymentScreen.remainingIs("15.00"),
            PaymentScreen.clickPaymentMethod("Cash", true, { amount: "15.00" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Till.receiptSays("Card of", "Harbour Bistro"),
            Till.receiptSays("1. Harbour Bistro", "30.00"),
            Till.receiptSays("Credit on the card", "5.75"),
            says("no customer on it", "body:not(:contains('Greta'))"),
            ReceiptScreen.clickNextOrder(),
        ].flat(),
});
