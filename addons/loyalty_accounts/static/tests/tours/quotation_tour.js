import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("loyalty_accounts_quotation", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open sales",
            trigger: ".o_app[data-menu-xmlid='sale.sale_menu_root']",
            run: "click",
        },
        { content: "New quotation", trigger: ".o_list_button_add", run: "click" },
        {
            content: "Scan an unknown card",
            trigger: ".o_field_widget[name=loyalty_scan] input",
            run: "edit NOT-A-CARD && press Tab",
        },
        {
            content: "It is refused in words",
            trigger:
                ".modal:contains('Card not accepted'), .o_notification:contains('Card not accepted')",
        },
        {
            content: "Close the warning",
            trigger: ".modal-footer .btn-primary, .o_notification_close",
            run: "click",
        },
        {
            content: "Scan the card",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=loyalty_scan] input",
            run: "edit  tour-1 && press Tab",
        },
        {
            content: "The customer is filled in from the card",
            trigger: ".o_field_widget[name=loyalty_account_id] input:value(Gold card)",
        },
        { content: "Add a line", trigger: "a:contains('Add a product')", run: "click" },
        {
            content: "Choose the product",
            trigger:
                ".o_selected_row .o_field_widget[name=product_template_id] input, .o_selected_row .o_field_widget[name=product_id] input",
            run: "edit Tour chair",
        },
        {
            content: "Pick it",
            trigger:
                ".ui-menu-item a:contains('Tour chair'), .o-autocomplete--dropdown-item:contains('Tour chair')",
            run: "click",
        },
        {
            content: "The line shows why",
            trigger:
                ".o_field_widget[name=loyalty_discount_reason]:contains('Gold card 10%'), td[name=loyalty_discount_reason]:contains('Gold card 10%')",
        },
        { content: "Confirm", trigger: "button[name=action_confirm]:enabled", run: "click" },
        {
            content: "The order is confirmed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Sales Order')",
        },
    ],
});
