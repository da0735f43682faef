// A catalogue file: read by the till, shown what it would change and which rows are broken and why, and only then taken over.
import { html } from "/shared/vendor/ui.js";
import { CatalogueSample } from "../parts/catalogue_sample.js";
import { BrokenRows, useFilePreview } from "../parts/file_preview.js";
import { BackLink, Frame } from "../parts/frame.js";
import { PlannedRows } from "../parts/planned_rows.js";
import { go } from "../router.js";
import { notice, shop } from "../till.js";
import { amount, percent, t } from "../words.js";
import { itemsText } from "../product_texts.js";

export function ImportFile() {
  const { plan, busy, look, take } = useFilePreview("/api/products/import", (taken) => {
    notice.value = { tone: "good", text: t("import.taken", { n: taken.imported }) };
    go("products");
  });
  const changes = plan ? plan.rows.length > 0 : false;
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="products" /><h2>${t("import.title")}</h2></div>
    <p class="quiet">${t("import.hint")}</p>
    <div><label for="import-file">${t("import.choose")}</label>
      <input id="import-file" type="file" accept=".csv,.txt,text/csv" disabled=${busy} onChange=${(/** @type {any} */ e) => look(e.target.files[0])} /></div>
    ${!plan && html`<${CatalogueSample} />`}
    ${plan && html`<p class="say" role="status"><b>${t("import.plan", { added: plan.added, changed: plan.changed })}</b> ${t("import.plan.more", { counted: plan.counted, same: plan.same })}</p>
      ${plan.refused_count > 0 && html`<${BrokenRows} plan=${plan} />`}
      ${changes && html`<button class="primary wide-button" disabled=${busy} onClick=${take}>${t("import.take", { n: plan.added + plan.changed })}</button>
        <${PlannedRows} plan=${plan} keyOf=${skuOf} ofNew=${isPrice} label=${labelOf} said=${said} />`}`}
    <a class="button" href="/api/products/export.csv" download="products.csv">${t("import.export")}</a>
  </div><//>`;
}

/** @param {{sku: string}} row */
const skuOf = ({ sku }) => sku;

/** @param {string} field */
const isPrice = (field) => field === "price_minor";

/** @param {string} field */
const labelOf = (field) => t(`field.${field}`);

/**
 * @param {string} field
 * @param {any} value
 */
function said(field, value) {
  const { currency } = shop.value;
  if (value === "" || value === null || (Array.isArray(value) && value.length === 0)) return t("field.nothing");
  if (field === "price_minor" || field === "cost_minor") return amount(value, currency);
  if (field === "vat_rate_bp") return percent(value);
  if (typeof value === "boolean") return t(value ? "field.yes" : "field.no");
  return Array.isArray(value) ? itemsText(field, value, currency) : String(value);
}
