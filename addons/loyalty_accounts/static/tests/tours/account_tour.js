import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("loyalty_accounts_account", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='loyalty_accounts.loyalty_root_menu']",
            run: "click",
        },
        { content: "New account", trigger: ".o_list_button_add", run: "click" },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] input",
            run: "edit Tour card",
        },
        {
            content: "Type its number with spaces and small letters",
            trigger: ".o_field_widget[name=number] input",
            run: "edit  tour-new ",
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { content: "Saved", trigger: ".o_form_saved" },
        { content: "Top up", trigger: "button:contains('Top up')", run: "click" },
        {
            content: "Amount",
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 25",
        },
        {
            content: "Reference",
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit receipt 1",
        },
        { content: "Credit it", trigger: ".modal-footer .btn-primary", run: "click" },
        {
            content: "The balance is there",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=balance]:contains('25.00')",
        },
        {
            content: "Delete from the list",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Press the row's bin",
            trigger: ".o_data_row:contains('TOUR-NEW') button[name=action_delete]",
            run: "click",
        },
        {
            content: "It cannot be deleted and says so",
            trigger: ".modal:contains('cannot be deleted')",
        },
        {
            content: "Keep it",
            trigger: ".modal-footer button:contains('Keep everything')",
            run: "click",
        },
        {
            content: "Still listed",
            trigger: "body:not(:has(.modal)) .o_data_row:contains('TOUR-NEW')",
        },
    ],
});
