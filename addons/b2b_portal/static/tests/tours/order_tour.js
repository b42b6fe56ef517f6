import { registry } from "@web/core/registry";

/** A customer finds an order, writes about it, orders the same again, and looks at the new order. */
registry.category("web_tour.tours").add("b2b_portal_order_again", {
    url: "/b2b/orders",
    steps: () => [
        { trigger: ".o_b2b input[name=search]", run: "edit PO 77" },
        {
            trigger: ".o_b2b [role=search] button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_b2b_orders tr:contains('PO 77') a", run: "click", expectUnloadPage: true },
        { trigger: ".o_b2b_order_talk textarea", run: "edit Please ring twice." },
        {
            trigger: ".o_b2b_order_talk button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_b2b_order_talk:contains('Please ring twice.')" },
        {
            trigger: "#b2b_order_actions button:contains('Order again')",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains('in your cart')" },
        { trigger: ".o_b2b_nav [aria-current=page] .o_b2b_count:contains('1')" },
        { trigger: "form.o_b2b_change input[name=quantity]:value(2)" },
        { trigger: "#b2b_reference", run: "edit PO 78" },
        { trigger: ".o_b2b_order [type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains('was sent')" },
        { trigger: ".o_b2b_path a", run: "click", expectUnloadPage: true },
        { trigger: ".o_b2b_orders tr:contains('PO 78')" },
    ],
});
