import { Component, useEffect } from "@odoo/owl";
import { formatInteger } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PAUSE_MS = 1500;

/**
 * Shows how far a job is, and asks the server anew while it runs.
 *
 * The record has `state` and `progress` (percent). The options name the integer fields to show:
 * `total`, and those whose sum is `done`; the attribute `string` says what they count.
 */
export class JobProgress extends Component {
    static template = "office_kit.JobProgress";
    static props = {
        ...standardWidgetProps,
        done: { type: Array, element: String },
        total: String,
        unit: String,
    };

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
        return formatInteger(this.props.done.reduce((sum, name) => sum + this.data[name], 0));
    }

    get total() {
        return formatInteger(this.data[this.props.total]);
    }
}

registry.category("view_widgets").add("job_progress", {
    component: JobProgress,
    extractProps: ({ attrs, options }) => ({
        done: options.done,
        total: options.total,
        unit: attrs.string,
    }),
    fieldDependencies: ({ options }) => [
        { name: "state", type: "selection" },
        { name: "progress", type: "float" },
        ...[options.total, ...options.done].map((name) => ({ name, type: "integer" })),
    ],
});
