import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** On a phone the navigation is wider than the screen: the page that is open shall be seen in it. */
class Navigation extends Interaction {
    static selector = ".o_b2b_nav ul";

    start() {
        const item = this.el.querySelector("[aria-current=page]");
        if (item) {
            this.el.scrollLeft = item.offsetLeft - (this.el.clientWidth - item.offsetWidth) / 2;
        }
    }
}

registry.category("public.interactions").add("b2b_portal.navigation", Navigation);
