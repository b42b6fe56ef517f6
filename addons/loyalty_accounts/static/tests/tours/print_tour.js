import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("loyalty_accounts_print", {
    url: "/odoo/action-loyalty_accounts.loyalty_account_action",
    steps: () => [
        {
            content: "Tick the card",
            trigger: ".o_data_row:contains('TOUR-1') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the menu for printing",
            trigger: ".o_control_panel .o-dropdown:contains('Print')",
            run: "click",
        },
        {
            content: "Print the card",
            trigger: ".o-dropdown--menu .o_menu_item:contains('Cards')",
            run: "click",
        },
        {
            content: "The file has come",
            trigger: "body",
            run: async () => {
                const came = () =>
                    performance
                        .getEntriesByType("resource")
                        .some((entry) => entry.name.includes("/report/download"));
                while (!came()) {
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
            },
        },
        { content: "The list is there again", trigger: "body:not(:has(.o_blockUI)) .o_list_view" },
    ],
});
