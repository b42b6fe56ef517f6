import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Offers to draw the signature once the terms are accepted; without script the name is typed. */
export class Submit extends Interaction {
    static selector = ".o_consign_submit";
    dynamicContent = {
        "[name=accept]": { "t-on-change": () => {} },
        ".o_consign_typed": { "t-att-class": () => ({ "d-none": true }) },
        ".o_consign_drawn": {
            "t-att-class": () => ({ "d-none": false }),
            "t-att-disabled": () => (this.accept.checked ? undefined : "disabled"),
        },
        // Enter in the box would submit with the typed name, which is not shown.
        "form.card": { "t-on-submit.prevent": () => {} },
    };

    setup() {
        this.accept = this.el.querySelector("[name=accept]");
    }
}

registry.category("public.interactions").add("consignment_portal.submit", Submit);
