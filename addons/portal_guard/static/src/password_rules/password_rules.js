import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Different characters a password needs, as in rules/passwords.py. */
const VARIETY = 6;

/**
 * Ticks the rules beside a field for a new password while it is typed. Nothing is sent: whether a
 * password is common is judged by the server when the form is.
 */
export class PasswordRules extends Interaction {
    static selector = ".o_password_rules";
    dynamicSelectors = { ...this.dynamicSelectors, _password: () => this.password };
    dynamicContent = {
        _password: { "t-on-input": () => {} },
        "[data-rule]": { "t-att-class": (item) => ({ o_password_rule_kept: this.isMet(item) }) },
        "[data-rule] > .fa": {
            "t-att-class": (icon) => ({
                "fa-circle-o": !this.isMet(icon.parentElement),
                "fa-check": this.isMet(icon.parentElement),
            }),
        },
        ".o_password_rule_met": {
            "t-att-class": (hint) => ({ "d-none": !this.isMet(hint.parentElement) }),
        },
    };

    setup() {
        const { input, least, terms } = this.el.dataset;
        this.password = this.el.closest("form").querySelector(`input[name="${input}"]`);
        this.least = Number(least);
        this.terms = terms.split("\n").filter(Boolean);
    }

    /** Tells whether the rule of an item is kept by what is typed. */
    isMet(item) {
        const typed = this.password.value;
        const small = typed.toLowerCase();
        const rules = {
            short: [...typed].length >= this.least,
            variety: new Set(typed).size >= VARIETY,
            personal: Boolean(typed) && !this.terms.some((term) => small.includes(term)),
        };
        return rules[item.dataset.rule] ?? false;
    }
}

registry.category("public.interactions").add("portal_guard.password_rules", PasswordRules);
