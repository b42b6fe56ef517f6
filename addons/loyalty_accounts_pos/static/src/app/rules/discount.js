/**
 * How a card's discount meets the cashier's and the pricelist's: the till's twin of
 * `loyalty_accounts/rules/discount.py`, which the server checks with. Whole hundredths of a
 * percent, so that both round the same way.
 */

const WHOLE = 10000;

export function toHundredths(percentage) {
    return Math.round((percentage || 0) * 100);
}

function roundHalfUp(numerator, denominator) {
    return Math.floor((2 * numerator + denominator) / (2 * denominator));
}

/**
 * Return the discount to put on a line, in percent with two decimals.
 *
 * @param {number} shown percentage that the line has without the card
 * @param {number} card percentage of the card
 * @param {"best"|"stack"} mode
 * @param {number} embedded percentage that the pricelist has put into the price already
 */
export function combine(shown, card, mode, embedded = 0) {
    const [own, given, hidden] = [shown, card, embedded].map(toHundredths);
    if (mode === "stack") {
        return (WHOLE - roundHalfUp((WHOLE - own) * (WHOLE - given), WHOLE)) / 100;
    }
    return Math.max(own, missing(given, hidden)) / 100;
}

/** What a card adds to a discount that is part of the price already. */
function missing(given, hidden) {
    if (hidden <= 0) {
        return given;
    }
    if (given <= hidden || hidden >= WHOLE) {
        return 0;
    }
    return roundHalfUp(WHOLE * (given - hidden), WHOLE - hidden);
}
