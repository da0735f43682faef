// What was settled between this till and another: said until somebody has taken note. Where something is being sold it is
// a chip in the strip, for a sentence would push away what is about to be tapped.
import { post } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { hrefOf, route } from "../router.js";
import { documents, heard, notice, products, shop } from "../till.js";
import { money, percent, placeOf, t } from "../words.js";

const SELLING = new Set(["sell", "cart", "pay"]);

const open = () => documents.value?.settled ?? [];

export function SettledChip() {
  const n = open().length;
  if (n === 0 || !SELLING.has(route.value[0])) return null;
  return html`<a class="chip warn" href=${hrefOf("products")}>${t("settled.n", { n })}</a>`;
}

export function Settled() {
  const settled = open();
  if (settled.length === 0 || SELLING.has(route.value[0])) return null;
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
