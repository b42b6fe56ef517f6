import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Offers to draw the signature once the terms are accepted; without script the name is typed. */
export class Submit extends Interaction {
    static selector = ".o_consign_submit";
    dynamicContent = {
        "[name=accept]": { "t-on-change": this.onAccept },
        ".o_consign_typed": { "t-att-class": () => ({ "d-none": true }) },
        ".o_consign_drawn": { "t-att-class": () => ({ "d-none": !this.accepted }) },
        form: { "t-on-submit": this.onSubmit },
    };

    setup() {
        this.accepted = this.el.querySelector("[name=accept]").checked;
    }

    onAccept(event) {
        this.accepted = event.currentTarget.checked;
        this.updateContent();
        if (this.accepted) {
            // The drawing takes its size from the page: it was hidden until now.
            window.dispatchEvent(new Event("resize"));
        }
    }

    /** Enter in the box does not submit with a typed name: the signature is drawn here. */
    onSubmit(event) {
        if (event.currentTarget.contains(this.el.querySelector("[name=accept]"))) {
            event.preventDefault();
        }
    }
}

registry.category("public.interactions").add("consignment_portal.submit", Submit);
