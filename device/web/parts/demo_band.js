// A demonstration says so on every page, so that nobody takes it for the real till.
import { html } from "/shared/vendor/ui.js";
import { shop } from "../till.js";
import { t } from "../words.js";

/** @param {{text?: string}} props */
export const DemoBand = ({ text = "app.demo" }) => (shop.value.demo ? html`<p class="demo-band" role="note"><span>${t(text)}</span></p>` : null);
