// What was settled between this till and another, in a sentence: said until somebody has taken note.
import { post } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { documents, heard, notice, products, shop } from "../till.js";
import { money, percent, placeOf, t } from "../words.js";

/** @param {{settled: import("../till.js").Settlement[]}} props at least one */
export function Settled({ settled }) {
  return html`<div class="note warn settled">
    <p>${sentence(settled[0])} ${settled.length > 1 && html`<span class="quiet">${t("settled.more", { n: settled.length - 1 })}</span>`}</p>
    <button onClick=${() => takeNote({ settled: [settled[0].key] })}>${t("settled.noted")}</button>
  </div>`;
}

/** @param {import("../till.js").Settlement} one */
function sentence(one) {
  const kept = one.kept_source === shop.value.till;
  const other = kept ? one.dropped_source : one.kept_source;
  const [keptValue, droppedValue] = [one.kept_value, one.dropped_value].map((value) => shown(one.field, value));
  return t("settled.say", {
    name: products.value?.find((p) => p.sku === one.sku)?.name ?? one.sku,
    field: t(`field.${one.field}`),
    who: other === "cloud" ? t("settled.cloud") : placeOf(other),
    mine: kept ? keptValue : droppedValue,
    theirs: kept ? droppedValue : keptValue,
    counts: keptValue,
  });
}

/**
 * @param {string} field
 * @param {string} value as it travels
 */
function shown(field, value) {
  if (field === "price_minor" && /^-?\d+$/.test(value)) return money(Number(value), shop.value.currency);
  if (field === "vat_rate_bp" && /^\d+$/.test(value)) return percent(Number(value));
  if (field === "retired") return t(/^true$/i.test(value) ? "field.retired.yes" : "field.retired.no");
  return value ? t("field.text", { text: value }) : t("field.nothing");
}

/**
 * Somebody has read it; the till remembers, for all pages.
 * @param {{settled?: string[], refused?: boolean}} what
 */
export async function takeNote(what) {
  try {
    documents.value = await heard(post("/api/documents/seen", what));
  } catch {
    notice.value = { tone: "bad", text: t("sign-in.silent"), remedy: t("sign-in.silent.remedy") };
  }
}
