import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";

/** What is set up and what is missing, app by app, with one click to each place. */
export class SetupPage extends Component {
    static template = "office_kit.SetupPage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ overview: null });
        this.display = { controlPanel: {} };
        this.doneTitle = _t("Done");
        this.missingTitle = _t("Missing");
        onWillStart(() => this.load());
    }

    async load() {
        this.state.overview = await this.orm.call("office.setup", "get_overview");
    }

    get overview() {
        return this.state.overview;
    }

    get percent() {
        const { done, needed } = this.overview;
        return needed ? Math.floor((100 * done) / needed) : 100;
    }

    get doneWords() {
        const { done, needed } = this.overview;
        return _t("%(done)s of %(needed)s steps done", { done, needed });
    }

    get nextStep() {
        const { apps, next } = this.overview;
        return apps.flatMap((app) => app.steps).find((step) => step.key === next);
    }

    missing(app) {
        return app.steps.filter((step) => !step.done && !step.optional).length;
    }

    missingWords(app) {
        return _t("%(count)s missing", { count: this.missing(app) });
    }

    open(step) {
        return this.action.doAction(step.action, { onClose: () => this.load() });
    }
}

registry.category("actions").add("office_kit.setup", SetupPage);
