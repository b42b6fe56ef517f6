import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { shrinkPhoto } from "./photo";

/** Names of the fields that are kept on the device until they are saved. */
const KEPT = ["title", "categ_id", "size_brand", "price"];

/**
 * Saves article after article without leaving the page; without this script the same form is sent
 * by the browser, and the server leads back.
 */
export class Entry extends Interaction {
    static selector = ".o_consign_enter";
    dynamicContent = {
        ".o_consign_entry": {
            "t-on-submit.prevent": this.locked(this.onSave),
            "t-on-input": this.keep,
        },
        ".o_consign_entry [name=photo]": { "t-on-change": this.onPhoto },
        ".o_consign_delete form": { "t-on-submit.prevent": this.locked(this.onDelete) },
    };

    setup() {
        this.form = this.el.querySelector(".o_consign_entry");
        this.storageKey = `consignment_portal.entry.${this.el.dataset.consignor}`;
        this.photo = null;
    }

    start() {
        if (this.form) {
            this.restore();
        }
    }

    /** Keep what is typed on this device: it survives closing the browser and a lost session. */
    keep() {
        const typed = Object.fromEntries(
            KEPT.map((name) => [name, this.form.elements[name].value])
        );
        typed.photo = this.photo?.url || "";
        typed.key = this.form.elements.key.value;
        try {
            browser.localStorage.setItem(this.storageKey, JSON.stringify(typed));
        } catch {
            // Storage is full or switched off: the form works all the same.
        }
    }

    restore() {
        let typed = null;
        try {
            typed = JSON.parse(browser.localStorage.getItem(this.storageKey));
        } catch {
            // What cannot be read is not restored.
        }
        // What the server shows again after a refusal is newer than what is kept here.
        if (!typed || this.form.elements.title.value) {
            return;
        }
        for (const name of KEPT) {
            const field = this.form.elements[name];
            const offered = [...(field.options || [])].map((option) => option.value);
            if (typed[name] && (!field.options || offered.includes(typed[name]))) {
                field.value = typed[name];
            }
        }
        if (typed.key) {
            // The same form as before: if it did arrive, it is not saved twice.
            this.form.elements.key.value = typed.key;
        }
        if (typed.photo?.startsWith("data:image/jpeg;base64,")) {
            this.showPhoto({ url: typed.photo, blob: dataUrlToBlob(typed.photo) });
        }
    }

    async onPhoto(event) {
        const file = event.currentTarget.files[0];
        this.showPhoto(null);
        if (file) {
            this.showPhoto(await this.waitFor(shrinkPhoto(file)));
        }
        this.keep();
    }

    showPhoto(photo) {
        this.photo = photo;
        const preview = this.form.querySelector(".o_consign_preview");
        preview.classList.toggle("d-none", !photo);
        if (photo) {
            preview.src = photo.url;
        } else {
            preview.removeAttribute("src");
        }
    }

    async onSave() {
        this.tell("");
        const data = new FormData(this.form);
        if (this.photo) {
            data.set("photo", this.photo.blob, "photo.jpg");
        }
        const answer = await this.waitFor(this.send(this.form, data));
        if (answer.error) {
            this.tell(answer.error, answer.login);
            return;
        }
        const list = this.el.querySelector(".o_consign_entered");
        list.querySelector(`[data-article="${answer.id}"]`)?.remove();
        this.insertHtml(answer.row, list, "afterbegin");
        this.showSummary(answer);
        this.clear(answer.key);
        if (!answer.left) {
            window.location.reload();
        }
    }

    clear(key) {
        for (const name of ["title", "size_brand", "price", "photo"]) {
            this.form.elements[name].value = "";
        }
        this.showPhoto(null);
        this.form.elements.key.value = key;
        browser.localStorage.removeItem(this.storageKey);
        this.form.elements.title.focus();
    }

    async onDelete(event) {
        const form = event.currentTarget;
        const answer = await this.waitFor(this.send(form, new FormData(form)));
        if (answer.error) {
            this.tell(answer.error, answer.login);
            return;
        }
        form.closest("[data-article]").remove();
        this.showSummary(answer);
        if (!this.form) {
            window.location.reload();
            return;
        }
        this.form.elements.title.focus();
    }

    showSummary(answer) {
        const summary = this.el.querySelector(".o_consign_summary");
        summary.replaceChildren();
        this.insertHtml(answer.summary, summary);
    }

    /** The server renders the parts; they are its own templates with all typed text escaped. */
    insertHtml(html, place, position = "beforeend") {
        const parsed = new DOMParser().parseFromString(html, "text/html");
        for (const element of [...parsed.body.children]) {
            this.insert(element, place, position);
        }
    }

    async send(form, data) {
        try {
            const response = await fetch(form.action, {
                method: "POST",
                headers: { Accept: "application/json" },
                body: data,
            });
            if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
                return {
                    error: _t("Please log in again. What you typed is kept."),
                    login: window.location.pathname,
                };
            }
            return await response.json();
        } catch {
            return { error: _t("The connection was lost. What you typed is kept; try again.") };
        }
    }

    tell(sentence, login) {
        const place = this.el.querySelector(".o_consign_error");
        if (!place) {
            return;
        }
        place.textContent = sentence;
        place.classList.toggle("d-none", !sentence);
        if (login) {
            const link = document.createElement("a");
            link.href = login;
            link.className = "alert-link ms-1";
            link.textContent = _t("Log in");
            place.append(link);
        }
    }
}

function dataUrlToBlob(url) {
    const bytes = Uint8Array.from(window.atob(url.split(",")[1]), (char) => char.charCodeAt(0));
    return new Blob([bytes], { type: "image/jpeg" });
}

registry.category("public.interactions").add("consignment_portal.entry", Entry);
