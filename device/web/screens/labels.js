// Labels for goods: how many of which, on which sheet, from which place on. The till draws the PDF. Loaded when asked for.
import { EmptyState } from "/shared/components/states.js";
import { html, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { matching } from "../search.js";
import { products } from "../till.js";
import { Windowed } from "../windowed.js";
import { t } from "../words.js";

const SHEETS = ["3x8", "3x7", "2x7", "5x13"];
const ITEMS_MAX = 500;

export function Labels() {
  const [sheet, setSheet] = useState(SHEETS[0]);
  const [start, setStart] = useState("1");
  const [text, setText] = useState("");
  const [counts, setCounts] = useState(/** @type {Record<string, string>} */ ({}));
  const shown = matching(products.value ?? [], text, "");
  const items = Object.entries(counts).filter(([, count]) => Number(count) > 0).slice(0, ITEMS_MAX);
  const n = items.reduce((sum, [, count]) => sum + Number(count), 0);
  const query = new URLSearchParams([...items.map(([sku, count]) => ["item", `${sku}:${Number(count)}`]), ["sheet", sheet], ["start", String(Number(start) || 1)]]);
  const make = n > 0
    ? html`<a class="button primary wide-button" href=${`/api/labels.pdf?${query}`} target="_blank" rel="noopener">${t("labels.make", { n })}</a>`
    : html`<button class="primary wide-button" disabled>${t("labels.make", { n })}</button>`;
  return html`<${Frame} class="counter" foot=${make}><div class="list-page narrow">
    <header class="stack products-head">
      <div class="product-title"><${BackLink} page="products" /><h2>${t("nav.labels")}</h2><div class="roomy">${make}</div></div>
      <fieldset class="choice"><legend>${t("labels.sheet")}</legend><div class="row">
        ${SHEETS.map((name) => html`<button key=${name} type="button" class="pill" aria-pressed=${name === sheet} onClick=${() => setSheet(name)}>${t(`labels.${name}`)}</button>`)}
        <label class="labels-start">${t("labels.start")} <input class="labels-count" inputmode="numeric" maxlength="2" value=${start} onInput=${(/** @type {any} */ e) => setStart(e.target.value.replace(/\D/g, ""))} /></label>
      </div></fieldset>
      <input type="search" autocomplete="off" placeholder=${t("products.search")} aria-label=${t("products.search")} value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)} />
    </header>
    ${shown.length === 0
      ? html`<${EmptyState} title=${t(text ? "sell.no-match" : "stock.none", { text })}><//>`
      : html`<${Windowed} class="rows" items=${shown} restartOn=${text} rowHeight=${64} label=${t("nav.labels")}
          keyOf=${(/** @type {any} */ one) => one.sku} draw=${(/** @type {any} */ one) => html`<label class="row-link">
            <span class="what"><span>${one.name}</span><span class="quiet small">${one.barcode || one.sku}</span></span>
            <input class="labels-count" inputmode="numeric" maxlength="3" placeholder="0" value=${counts[one.sku] ?? ""} aria-label=${t("labels.of", { name: one.name })}
              onInput=${(/** @type {any} */ e) => setCounts({ ...counts, [one.sku]: e.target.value.replace(/\D/g, "") })} /></label>`} />`}
  </div><//>`;
}
