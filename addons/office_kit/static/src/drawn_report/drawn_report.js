import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { getReportUrl } from "@web/webclient/actions/reports/utils";

/**
 * Downloads reports that the server draws by itself.
 *
 * The web client asks whether wkhtmltopdf is installed before it prints anything, and shows a page
 * instead where it is not. Drawn reports do not need it.
 *
 * @param {Object} action an ir.actions.report
 * @param {Object} options
 * @param {Object} env
 * @returns {Promise<boolean>} whether it was one of them
 */
export async function downloadDrawnReport(action, options, env) {
    if (!/^\w+\.drawn_/.test(action.report_name)) {
        return false;
    }
    env.services.ui.block();
    try {
        await download({
            url: "/report/download",
            data: {
                data: JSON.stringify([getReportUrl(action, "pdf"), action.report_type]),
                context: JSON.stringify({ ...user.context, ...action.context }),
            },
        });
    } finally {
        env.services.ui.unblock();
    }
    return true;
}

registry.category("ir.actions.report handlers").add("office_kit.drawn_report", downloadDrawnReport);
