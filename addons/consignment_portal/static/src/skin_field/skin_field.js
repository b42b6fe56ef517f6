import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Looks to choose from, each in its colours, and how the shop's pages will look. */
export class SkinField extends Component {
    static template = "consignment_portal.SkinField";
    static props = { ...standardFieldProps };

    /** Returns what the template shows of each look. */
    get skins() {
        return this.props.record.fields[this.props.name].selection.map(([key, label]) => ({
            key,
            label,
            chosen: key === this.chosen,
            style: this.getStyle(key),
        }));
    }

    get chosen() {
        return this.props.record.data[this.props.name];
    }

    get shopName() {
        return this.props.record.data.name || _t("Your shop");
    }

    /** Returns the colours of a look that the style sheet does not know. */
    getStyle(key) {
        return key === "own" ? this.props.record.data.skin_style || "" : "";
    }

    choose(key) {
        this.props.record.update({ [this.props.name]: key });
    }
}

registry.category("fields").add("consignment_skin", {
    component: SkinField,
    displayName: _t("Look of a shop"),
    supportedTypes: ["selection"],
    // The view names "skin_style" itself: only then does another colour compute it anew.
    fieldDependencies: [{ name: "name", type: "char" }],
});
