import { registry } from "@web/core/registry";

/** The rule with a code is ticked, or is not. */
const rule = (code, kept) => ({
    content: `The rule "${code}" is ${kept ? "" : "not "}kept`,
    trigger: `[data-rule=${code}]${kept ? "" : ":not("}.o_password_rule_kept${kept ? "" : ")"}`,
});

const type = (text) => ({
    content: `Type ${text}`,
    trigger: "#consign_password",
    run: `edit ${text}`,
});

registry.category("web_tour.tours").add("consignment_portal_access", {
    steps: () => [
        rule("short", false),
        rule("personal", false),
        type("boris"),
        rule("short", false),
        rule("variety", false),
        rule("personal", false),
        type("aaaaaaaaaaaa"),
        rule("short", true),
        rule("variety", false),
        rule("personal", true),
        type("river lamp 42 otter"),
        rule("short", true),
        rule("variety", true),
        rule("personal", true),
        {
            content: "Type it again",
            trigger: "#consign_repeated",
            run: "edit river lamp 42 otter",
        },
        {
            content: "Save",
            trigger: "button:contains(Save and log in)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The consignor sees the articles",
            trigger: ".o_consign_head:contains(Boris)",
        },
    ],
});
