import { Component, useEffect } from "@odoo/owl";
import { formatInteger } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PAUSE_MS = 1500;

/** Shows how far an import is, and asks the server anew while it runs. */
export class ImportProgress extends Component {
    static template = "loyalty_accounts.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.timer = null;
        useEffect(
            (isRunning) => {
                if (isRunning) {
                    this.wait();
                }
                return () => this.stop();
            },
            () => [this.data.state === "running"]
        );
    }

    wait() {
        const timer = setTimeout(async () => {
            // What is being edited is not thrown away; a lost connection is tried again.
            if (!(await this.props.record.isDirty())) {
                await this.props.record.load().catch(() => null);
            }
            if (this.timer === timer) {
                this.wait();
            }
        }, PAUSE_MS);
        this.timer = timer;
    }

    stop() {
        clearTimeout(this.timer);
        this.timer = null;
    }

    get data() {
        return this.props.record.data;
    }

    get percent() {
        return Math.floor(this.data.progress);
    }

    get handled() {
        return formatInteger(this.data.done_count + this.data.failed_count);
    }

    get total() {
        return formatInteger(this.data.row_count);
    }
}

registry.category("view_widgets").add("loyalty_import_progress", {
    component: ImportProgress,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "progress", type: "float" },
        { name: "row_count", type: "integer" },
        { name: "done_count", type: "integer" },
        { name: "failed_count", type: "integer" },
    ],
});
