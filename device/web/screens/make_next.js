// What to make for the selling days ahead: a sentence, then each product as low, likely, high beside what is there.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { sharedEffects } from "../effects_of_plan.js";
import { OwnEffects, SharedEffects } from "../parts/effect.js";
import { Frame } from "../parts/frame.js";
import { ModelHealth, ModelLine } from "../parts/model_health.js";
import { Stale } from "../parts/stale.js";
import { hrefOf } from "../router.js";
import { locale, longDate, t } from "../words.js";

const NAMED_IN_SENTENCE = 3;
const SHOWN_AT_FIRST = 100; // what is to be made stands first; thousands of rows would only slow the page

export function MakeNext() {
  const { said, atMs, problem, again } = useAnswer(() => get("/api/make-next"), "");
  return html`<${Frame}>
    <div class="wide stack">
      ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
      ${!said && !problem && html`<${Skeleton} lines=${8} height="48px" label=${t("app.loading")} />`}
      ${said && (said.products.length === 0
        ? html`<${EmptyState} title=${t("make.none")}>${said.words ?? t("make.none.hint")}<//>`
        : html`<${Plan} plan=${said} atMs=${atMs} />`)}
    </div>
  <//>`;
}

/** @param {{plan: any, atMs: number}} props */
function Plan({ plan, atMs }) {
  const rows = [...plan.products].sort((a, b) => b.make - a.make || b.likely - a.likely);
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const most = Math.max(1, ...rows.map((row) => row.high));
  const usual = usualReason(rows);
  const shared = sharedEffects(rows);
  return html`<header class="stack">
      <p class="say"><b>${sentence(rows)}</b> <span class="quiet">${t("make.days", { days: listed(plan.window.days.map(longDate)) })}</span></p>
      <${SharedEffects} shared=${shared} />
      <${Stale} atMs=${atMs} /><${ModelHealth} model=${plan.watched} />
    </header>
    <section class="card plan"><table>
      <thead><tr><th>${t("stock.product")}</th><th>${t("make.have")}</th><th class="range-head">${t("make.likely")}</th><th>${t("make.make")}</th></tr></thead>
      <tbody>${rows.slice(0, shown).map((row) => html`<${PlanRow} key=${row.sku} row=${row} most=${most} usual=${usual} shared=${shared} />`)}</tbody>
    </table></section>
    ${rows.length > shown && html`<button onClick=${() => setShown(shown + 10 * SHOWN_AT_FIRST)}>${t("make.more", { n: rows.length - shown })}</button>`}
    <div class="quiet small">${usual && html`<p>${t("make.usual", { reason: reasonOf(usual) })}</p>`}<${ModelNote} model=${plan.model} /><${ModelLine} model=${plan.watched} /></div>`;
}

/** @param {any[]} rows most to make first */
function sentence(rows) {
  const make = rows.filter((row) => row.make > 0);
  if (make.length === 0) return t("make.enough");
  const named = make.slice(0, NAMED_IN_SENTENCE).map((row) => `${row.make}\u00a0×\u00a0${row.name}`);
  const rest = make.length - named.length;
  const list = rest > 0 ? t("make.say-more", { n: rest, list: named.join(", ") }) : listed(named);
  return t("make.say", { list });
}

/** @param {string[]} things */
const listed = (things) => new Intl.ListFormat(locale.value).format(things);

/** In the person's language where we have the words, else as the till said it. @param {any} row */
function reasonOf(row) {
  const key = `make.reason.${row.reason_code}`;
  const words = t(key);
  return words === key ? row.reason : words;
}

/**
 * A row with the reason that most products share which are to be made: it is said once, below the list.
 * @param {any[]} rows
 */
function usualReason(rows) {
  const made = rows.filter((row) => row.make > 0);
  /** @param {any} row */
  const sharers = (row) => made.filter((other) => other.reason_code === row.reason_code).length;
  const reasons = [...new Map(made.map((row) => [row.reason_code, row])).values()];
  return reasons.sort((a, b) => sharers(b) - sharers(a))[0];
}

/** @param {{row: any, most: number, usual: any, shared: any[]}} props */
const PlanRow = ({ row, most, usual, shared }) => html`<tr>
  <td><a href=${hrefOf("forecast", row.sku)}>${row.name}</a>${row.make > 0 && row.reason_code !== usual.reason_code && html`<span class="reason quiet small">${reasonOf(row)}</span>`}<${OwnEffects} row=${row} shared=${shared} /></td>
  <td>${Math.max(0, Math.round(row.stock_milli / 1000))}</td>
  <td class="range-cell"><${Range} row=${row} most=${most} /></td>
  <td>${row.make > 0 ? html`<b class="make">${row.make}</b>` : html`<span class="quiet">${t("make.is-enough")}</span>`}</td>
</tr>`;

/**
 * The likely sale as a bar from low to high, with a mark at the likeliest.
 * @param {{row: any, most: number}} props
 */
function Range({ row, most }) {
  /** @param {number} pieces */
  const x = (pieces) => (Math.min(pieces, most) / most) * 116 + 2;
  return html`<span class="range">
    <svg viewBox="0 0 120 20" preserveAspectRatio="none" aria-hidden="true">
      <rect x="2" y="8" width="116" height="4" rx="2" fill="var(--line)" />
      <rect x=${x(row.low)} y="5" width=${Math.max(2, x(row.high) - x(row.low))} height="10" rx="3" fill="var(--edge)" />
      <rect x=${x(row.likely) - 1.5} y="1" width="3" height="18" fill="var(--ink)" />
    </svg>
    <span class="small"><span class="sr-only">${t("make.range", { low: row.low, likely: row.likely, high: row.high })}</span>
      <span aria-hidden="true">${row.low} – <b>${row.likely}</b> – ${row.high}</span>${row.used === "naive" && html` <span class="quiet">· ${t("make.naive-mark")}</span>`}</span>
  </span>`;
}

/** @param {{model: any}} props */
function ModelNote({ model }) {
  if (!model || model.error == null) return null;
  const figure = (/** @type {number} */ error) => error.toLocaleString(locale.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return html`<p>${t("make.model", { error: figure(model.error), naive: figure(model.naive_error), used: t(`make.used.${model.used}`) })}</p>`;
}
