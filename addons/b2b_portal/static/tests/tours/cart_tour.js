import { registry } from "@web/core/registry";

/** A customer fills the cart without leaving the page, corrects it, and orders. */
registry.category("web_tour.tours").add("b2b_portal_cart", {
    url: "/b2b",
    steps: () => [
        { trigger: "form.o_b2b_add input[name=quantity]", run: "edit 1000001" },
        { trigger: "form.o_b2b_add button[type=submit]", run: "click" },
        { trigger: ".o_b2b_in_cart.text-danger-emphasis:contains('At most')" },
        { trigger: "form.o_b2b_add input[name=quantity]", run: "edit 3 && press Enter" },
        { trigger: ".o_b2b_in_cart.text-success-emphasis:contains('3 in the cart')" },
        { trigger: ".o_b2b_count:contains('1')" },
        { trigger: ".o_b2b_badge a", run: "click", expectUnloadPage: true },
        {
            trigger: "form.o_b2b_change input[name=quantity]",
            run: "edit 5 && press Tab",
            expectUnloadPage: true,
        },
        { trigger: ".o_b2b_subtotal:contains('150.00')" },
        { trigger: "#b2b_reference", run: "edit PO 77" },
        { trigger: ".o_b2b_order [type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains('was sent')" },
    ],
});
