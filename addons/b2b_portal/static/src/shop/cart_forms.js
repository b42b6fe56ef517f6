import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

/**
 * Sends the quantity forms without leaving the page; without this script the same forms are sent by
 * the browser, and the server leads back.
 */
export class CartForms extends Interaction {
    static selector = ".o_b2b";
    dynamicContent = {
        "form.o_b2b_add, form.o_b2b_change": { "t-on-submit.prevent": this.onSubmit },
        "form.o_b2b_change input[name=quantity]": { "t-on-change": this.onChange },
        ".o_b2b_submit": { "t-on-change": (event) => event.currentTarget.form.submit() },
        ".o_b2b_confirm": { "t-on-submit": this.onConfirm },
        ".o_b2b_save": { "t-on-change": this.onSave },
        ".o_b2b_order": { "t-on-submit": this.onOrder },
    };

    onChange(event) {
        event.currentTarget.form.requestSubmit();
    }

    onConfirm(event) {
        if (!window.confirm(event.currentTarget.dataset.question)) {
            event.preventDefault();
        }
    }

    /** The server makes one order however often it is asked; the button only says so. */
    onOrder(event) {
        event.currentTarget.querySelector("[type=submit]").disabled = true;
    }

    /** Address and delivery method change the total: they are kept, and the page is shown anew. */
    async onSave(event) {
        const form = event.currentTarget.form;
        const data = new FormData(form);
        const answer = await this.waitFor(this.send(form, data, "/b2b/cart/save"));
        if (answer.error) {
            this.tell(form, answer.error);
        } else {
            window.location.reload();
        }
    }

    async onSubmit(event) {
        const form = event.currentTarget;
        const button = form.querySelector("[type=submit]");
        const data = new FormData(form, button);
        button.disabled = true;
        try {
            const answer = await this.waitFor(this.send(form, data));
            if (answer.error) {
                this.tell(form, answer.error);
            } else {
                this.show(form, answer);
            }
        } finally {
            button.disabled = false;
        }
    }

    async send(form, data, address = form.action) {
        try {
            const response = await fetch(address, {
                method: "POST",
                headers: { Accept: "application/json" },
                body: data,
            });
            if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
                // The session has ended: the browser's own way leads to the login page and back.
                form.submit();
                return { error: _t("Please log in again.") };
            }
            return await response.json();
        } catch {
            return { error: _t("The connection was lost. Nothing was changed; try again.") };
        }
    }

    show(form, answer) {
        for (const badge of document.querySelectorAll(".o_b2b_count")) {
            badge.textContent = answer.count;
        }
        for (const total of document.querySelectorAll(".o_b2b_total")) {
            total.textContent = answer.total;
        }
        if (form.matches(".o_b2b_change")) {
            window.location.reload();
            return;
        }
        this.tell(form, _t("%s in the cart", answer.quantity), false);
    }

    tell(form, text, isError = true) {
        const place = form.querySelector(".o_b2b_in_cart") || this.addPlace(form);
        place.textContent = text;
        place.classList.toggle("text-danger-emphasis", isError);
        place.classList.toggle("text-success-emphasis", !isError);
    }

    addPlace(form) {
        const place = document.createElement("div");
        place.className = "small o_b2b_in_cart";
        place.setAttribute("aria-live", "polite");
        form.append(place);
        return place;
    }
}

registry.category("public.interactions").add("b2b_portal.cart_forms", CartForms);
