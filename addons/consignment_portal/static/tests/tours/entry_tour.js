import { registry } from "@web/core/registry";

const type = (place, text) => ({ trigger: `#consign_${place}`, run: `edit ${text}` });

/** A consignor enters with the keyboard, corrects a slip, deletes one, and signs. */
registry.category("web_tour.tours").add("consignment_portal_entry", {
    steps: () => [
        type("title", "Winter coat"),
        type("price", "much && press Enter"),
        { trigger: ".o_consign_error:contains('as a number')" },
        type("price", "45,50 && press Enter"),
        { trigger: "[data-article]:contains('45.50')" },
        { trigger: ".o_consign_left:contains('4 of 5 left')" },
        { content: "The next title is typed at once", trigger: "#consign_title:focus" },
        type("title", "Teapot"),
        type("price", "12 && press Enter"),
        { trigger: ".o_consign_left:contains('3 of 5 left')" },
        { trigger: "[data-article]:contains('Winter coat') summary", run: "click" },
        { trigger: "[data-article]:contains('Winter coat') .btn-danger", run: "click" },
        { trigger: ".o_consign_entered:not(:contains('Winter coat'))" },
        { trigger: ".o_consign_left:contains('4 of 5 left')" },
        type("title", "Not saved yet"),
        {
            trigger: "a:contains('Submit intake')",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_consign_drawn:disabled" },
        { trigger: "#consign_accept", run: "click" },
        { trigger: ".o_consign_drawn:enabled", run: "click" },
        { trigger: ".modal.show .o_web_sign_name_input", run: "clear" },
        { trigger: ".modal.show .o_portal_sign_submit:disabled" },
        { trigger: ".modal.show .o_web_sign_name_input", run: "edit Anna Berg" },
        {
            trigger: ".modal.show .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains('We got your intake')" },
        { trigger: "a:contains('Enter')", run: "click", expectUnloadPage: true },
        { content: "The draft is still there", trigger: "#consign_title:value('Not saved yet')" },
    ],
});
