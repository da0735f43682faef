// Where two stalls contradicted each other: what each said, what counts, and one tap for the other.
import { html } from "/shared/vendor/ui.js";
import { post } from "/shared/http.js";
import { t } from "../../words.js";
import { useAsking } from "./asking.js";
import { fieldWord, valueInSentence, valueWord } from "./field_words.js";

/** @typedef {import("../../cloud.js").CatalogueNow} CatalogueNow */
/** @typedef {import("../../cloud.js").Settlement} Settlement */

/** @param {{now: CatalogueNow}} props */
export function Settlements({ now }) {
  const { settlements: list, open_settlements: n } = now;
  if (list.length === 0) return null;
  return html`<section class="card pad stack settled">
    <h2>${t("settled.title", { n })}</h2>
    <ul class="stack">${list.map((one) => html`<${One} key=${one.position} one=${one} now=${now} />`)}</ul>
    ${n > list.length && html`<p class="quiet small">${t("settled.more", { n: n - list.length })}</p>`}
  </section>`;
}

/** @param {{one: Settlement, now: CatalogueNow}} props */
function One({ one, now }) {
  const asking = useAsking();
  const kept = valueWord(one.field, one.kept_value, now.currency);
  const dropped = valueWord(one.field, one.dropped_value, now.currency);
  /** @param {string} what */
  const decide = (what) => asking.send(() => post(`/api/catalogue/settlements/${one.position}/${what}`));
  return html`<li class="note warn"><div class="stack">
    <p>${settledWords(one, now)}</p>
    ${asking.note}
    <div class="row">
      <button disabled=${asking.busy} onClick=${() => decide("choose-other")}>${t("settled.choose", { value: dropped })}</button>
      <button class="plain" disabled=${asking.busy} onClick=${() => decide("acknowledge")}>${t("settled.keep", { value: kept })}</button>
    </div>
  </div></li>`;
}

/** "Price of Mug: Harbour set 24.00 €, Riverside set 25.00 €. 25.00 € counts." @param {Settlement} one @param {CatalogueNow} now */
export function settledWords(one, { products, names, currency }) {
  const product = products.find(({ sku }) => sku === one.sku);
  const name = (/** @type {string} */ source) => (source === "cloud" ? t("settled.here") : (names[source] ?? source));
  return t(one.kept_source === one.dropped_source ? "settled.same" : "settled.say", {
    field: fieldWord(one.field),
    product: product?.name ?? one.sku,
    dropped_by: name(one.dropped_source),
    dropped: valueInSentence(one.field, one.dropped_value, currency),
    kept_by: name(one.kept_source),
    kept: valueInSentence(one.field, one.kept_value, currency),
  });
}
