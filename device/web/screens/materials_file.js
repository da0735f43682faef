// Materials or recipes from a file: shown with the broken rows and what would change, and only then taken over. And both as files.
import { html, useState } from "/shared/vendor/ui.js";
import { amountOf, unitWords } from "../material_texts.js";
import { BrokenRows, useFilePreview } from "../parts/file_preview.js";
import { BackLink, Frame } from "../parts/frame.js";
import { PlannedRows } from "../parts/planned_rows.js";
import { go } from "../router.js";
import { notice, shop } from "../till.js";
import { amount, quantity, t } from "../words.js";

/** @typedef {import("../parts/planned_rows.js").Plan} Plan */

const SAMPLES = {
  materials: "name,unit,stock,cost,pack,lead_days\nClay,kg,20,2.50,10,3\nGlaze,l,1.5,12.00,,7",
  recipes: "sku,makes,material,quantity,unit\nbowl-1,10,Clay,8.5,kg\nbowl-1,10,Glaze,0.5,l",
};
const KINDS = /** @type {(keyof typeof SAMPLES)[]} */ (Object.keys(SAMPLES));
const OF_NEW = ["unit", "cost_minor", "makes", "parts"];

export function MaterialsFile() {
  const [kind, setKind] = useState(KINDS[0]);
  const choice = html`<div class="row" role="group" aria-label=${t("materials.file.kind")}>${KINDS.map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === kind} onClick=${() => setKind(one)}>${t(`materials.file.${one}`)}</button>`)}</div>`;
  return html`<${OneFile} key=${kind} kind=${kind} choice=${choice} />`;
}

/** @param {{kind: keyof typeof SAMPLES, choice: unknown}} props */
function OneFile({ kind, choice }) {
  const { plan, busy, look, take } = useFilePreview(`/api/${kind}/import`, (/** @type {Plan} */ taken) => {
    notice.value = takenWords(taken);
    go("materials");
  });
  const changes = plan ? plan.added + plan.changed : 0;
  const main = changes > 0 && html`<button class="primary wide-button" disabled=${busy} onClick=${take}>${t("import.take", { n: changes })}</button>`;
  return html`<${Frame} foot=${main || null}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="materials" /><h2>${t("materials.file.title")}</h2></div>
    ${choice}
    <p class="quiet">${t(`materials.file.${kind}.hint`)}</p>
    ${!plan && html`<pre class="card pad small sample" tabindex="0" aria-label=${t("materials.file.sample")}>${SAMPLES[kind]}</pre>`}
    <div><label for="materials-file">${t("import.choose")}</label>
      <input id="materials-file" type="file" accept=".csv,.txt,text/csv" disabled=${busy} onChange=${(/** @type {any} */ e) => look(e.target.files[0])} /></div>
    ${plan && html`<p class="say" role="status">${planWords(kind, plan)}</p>
      ${plan.refused_count > 0 && html`<${BrokenRows} plan=${plan} />`}
      ${changes > 0 && html`<${PlannedRows} plan=${plan} keyOf=${keyOf} ofNew=${isOfNew} label=${labelOf} said=${said} />
        <div class="roomy">${main}</div>`}`}
    <a class="button" href=${`/api/${kind}/export.csv`} download=${`${kind}.csv`}>${t(`materials.file.${kind}.export`)}</a>
  </div><//>`;
}

/** @param {string} kind @param {Plan} plan */
function planWords(kind, { added, changed, counted, same }) {
  const more = kind === "materials" ? t("import.plan.more", { counted, same }) : t("materials.file.same", { n: same });
  return html`<b>${t("import.plan", { added, changed })}</b> ${more}`;
}

/** @param {Plan} taken @returns {import("../till.js").Notice} */
function takenWords({ added, changed, refused_count }) {
  const text = t("import.taken", { n: added + changed });
  return refused_count === 0 ? { tone: "good", text } : { tone: "warn", text, remedy: t("materials.file.left", { n: refused_count }) };
}

/** @param {{material_id?: string, sku?: string}} row */
const keyOf = ({ material_id, sku }) => material_id ?? sku ?? "";

/** @param {string} field */
const isOfNew = (field) => OF_NEW.includes(field);

/** @param {string} field */
const labelOf = (field) => t(`materials.field.${field}`);

/** @param {string} field @param {any} value */
function said(field, value) {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return t("field.nothing");
  if (field === "unit") return unitWords(value);
  if (field === "cost_minor") return amount(value, shop.value.currency);
  if (field.endsWith("_milli")) return quantity(value);
  if (typeof value === "boolean") return t(value ? "field.yes" : "field.no");
  return Array.isArray(value) ? value.map((/** @type {any} */ part) => `${part.name} ${amountOf(part, part.quantity_milli)}`).join(", ") : String(value);
}
