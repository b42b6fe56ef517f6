import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";

/** What the strip above the lines says of the paired card. */
export function cardIs(name, discount, credit) {
    return [
        {
            content: `${name} is paired`,
            trigger: `.loyalty-card-strip:contains("${name}"):has(.badge:contains("${discount}")):has(.loyalty-card-credit:contains("${credit}"))`,
        },
    ];
}

export function noCard() {
    return [{ content: "no card is paired", trigger: "body:not(:has(.loyalty-card-strip))" }];
}

export function removeCard() {
    return [
        { content: "remove the card", trigger: ".loyalty-card-unpair", run: "click" },
        ...noCard(),
    ];
}

/** Type into the card's dialog and press Enter. */
export function typeInDialog(text) {
    return [
        {
            content: "open the card's dialog",
            trigger: ".loyalty-card-button:visible",
            run: "click",
        },
        { content: `type ${text}`, trigger: ".loyalty-card-input", run: `edit ${text}` },
        { content: "find", trigger: ".loyalty-card-search:not(:disabled)", run: "click" },
    ];
}

export function chooseFound(name) {
    return [
        {
            content: `choose ${name}`,
            trigger: `.loyalty-card-found button:contains("${name}")`,
            run: "click",
        },
        { content: "the dialog is closed", trigger: "body:not(:has(.modal))" },
    ];
}

/** Pay with credit: `amount` is what the till proposes. */
export function payWithCredit(amount, { keys } = {}) {
    return [
        ...PaymentScreen.clickPaymentMethod("Customer credit", true, { amount }),
        ...(keys ? PaymentScreen.clickNumpad(keys) : []),
        {
            content: "reserve the credit",
            trigger: ".send_payment_request",
            run: "click",
        },
    ];
}

export function creditIsReserved() {
    return [
        {
            content: "the credit is reserved",
            trigger: ".electronic_status:contains('Payment Successful')",
        },
    ];
}

export function receiptSays(label, amount) {
    return [
        {
            content: `receipt: ${label} ${amount}`,
            trigger: `.loyalty-receipt div:contains("${label}"):contains("${amount}")`,
        },
    ];
}

export function refusedWith(words) {
    return [Dialog.bodyIs(words), Dialog.confirm()];
}

export function lineDiscountIs(product, discount) {
    return [
        {
            content: `${product} has ${discount} % off`,
            trigger: `.order-container .orderline:contains("${product}") .price-per-unit em:contains("${discount}%")`,
        },
    ];
}

/** What the till finds out by itself after a while. */
export function noticeConnection() {
    return [
        {
            content: "the till notices that the server is back",
            trigger: "body",
            run: () => {
                window.posmodel.data.network.offline = false;
            },
        },
    ];
}
