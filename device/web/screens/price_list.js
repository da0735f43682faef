// A supplier's price list from a file: shown with its broken rows and why, and only then taken over.
import { html, useState } from "/shared/vendor/ui.js";
import { euros } from "../buying_texts.js";
import { BrokenRows, useFilePreview } from "../parts/file_preview.js";
import { BackLink, Frame } from "../parts/frame.js";
import { go } from "../router.js";
import { dayFromToday } from "../signal_texts.js";
import { notice } from "../till.js";
import { quantity, t } from "../words.js";

/** @typedef {{item: string, is_material: boolean, name: string, article: string, pack_milli: number, price_minor: number, packs_min: number}} Row */

/** @param {{id: string}} props */
export function PriceList({ id }) {
  const [from, setFrom] = useState(dayFromToday());
  const { plan, busy, look, take } = useFilePreview(`/api/purchasing/suppliers/${encodeURIComponent(id)}/prices`, ({ count }) => {
    notice.value = { tone: "good", text: t("prices.taken", { n: count }) };
    go("suppliers", id);
  }, `?valid_from=${from}`);
  const main = plan && plan.count > 0 && html`<button class="primary wide-button" disabled=${busy || !from} onClick=${take}>${t("prices.take", { n: plan.count })}</button>`;
  return html`<${Frame} foot=${main || null}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="suppliers" /><h2>${t("suppliers.import")}</h2></div>
    <p class="quiet">${t("prices.hint")}</p>
    <pre class="card pad small sample" tabindex="0" aria-label=${t("prices.sample")}>item,article,pack,price,min packs
bowl-1,B-77,10,12.50,2
Clay,C-9,25,18.00,1</pre>
    <div><label for="price-file">${t("prices.choose")}</label>
      <input id="price-file" type="file" accept=".csv,.txt,.xlsx,text/csv" disabled=${busy} onChange=${(/** @type {any} */ e) => look(e.target.files[0])} /></div>
    <div><label for="price-from">${t("prices.from")}</label><input id="price-from" type="date" required value=${from} onInput=${(/** @type {any} */ e) => setFrom(e.target.value)} /></div>
    ${plan && html`<p class="say" role="status"><b>${t("prices.good", { n: plan.count })}</b></p>
      ${plan.refused_count > 0 && html`<${BrokenRows} plan=${plan} />`}
      ${plan.count > 0 && html`<ul class="card pad moves-list">${plan.rows.map((/** @type {Row} */ row) => html`<li key=${`${row.is_material} ${row.item}`}><span><b>${row.name}</b> <span class="quiet small">${row.article}</span></span>
        <span>${row.pack_milli === 1000 ? euros(row.price_minor) : t("suppliers.price-of", { amount: euros(row.price_minor), size: quantity(row.pack_milli) })}</span></li>`)}</ul>
        <div class="roomy">${main}</div>`}`}
  </div><//>`;
}
