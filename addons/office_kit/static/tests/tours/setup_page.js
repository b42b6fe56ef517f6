import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("office_kit_first_steps", {
    url: "/odoo/first-steps",
    steps: () => [
        {
            content: "How much is done is told in one sentence",
            trigger: ".o_office_setup_page header [role='status']:contains(steps done)",
        },
        {
            content: "So is what an app lacks",
            trigger: ".o_office_setup_page section .badge:contains(missing)",
        },
        {
            content: "What is missing first stands above the others",
            trigger: ".o_office_setup_next:contains(Address and tax number)",
        },
        {
            content: "One click leads to the place",
            trigger: ".o_office_setup_next button:contains(Set up)",
            run: "click",
        },
        {
            content: "The companies are there; back to the page",
            trigger: ".o_breadcrumb:contains(Companies)",
        },
        {
            trigger: ".o_back_button a, .breadcrumb-item a:contains(First Steps)",
            run: "click",
        },
        {
            content: "It is read anew",
            trigger: "li[data-key='office_kit.company'] button:contains(Set up)",
        },
    ],
});
