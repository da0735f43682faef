// A draft: who should deliver what, by when, why; packs can be changed, a manager's tap sends it.
import { Chip } from "/shared/components/states.js";
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { euros, packsWords, sizeWords } from "../buying_texts.js";
import { sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { shortDate } from "../signal_texts.js";
import { heard, notice } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { t } from "../words.js";

/**
 * @typedef {import("../buying_texts.js").Draft} Draft
 * @typedef {import("../buying_texts.js").DraftLine} DraftLine
 * @typedef {(key: string, count: number) => void} OnPacks
 */

const PACKS_MAX = 10_000;

/** @param {{draft: Draft, packs: Record<string, number>, hasMail: boolean, isManager: boolean, onPacks: OnPacks, onPlaced: () => void}} props */
export function DraftCard({ draft, packs, hasMail, isManager, onPacks, onPlaced }) {
  const [orderId] = useState(uuid7); // one order, however often it is tapped
  const [busy, setBusy] = useState(false);

  async function approve() {
    setBusy(true);
    const own = Object.fromEntries(draft.lines.map(({ key, packs: count }) => [key, count]));
    try {
      const placed = await heard(post("/api/purchasing/orders", { order_id: orderId, supplier_id: draft.supplier_id, total_minor: draft.total_minor, packs: { ...packs, ...own } }));
      notice.value = placed.channel === "by_hand" ? { tone: "warn", text: t("buy.placed.by-hand", { name: draft.supplier }) } : { tone: "good", text: t("buy.placed", { name: draft.supplier }) };
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
    onPlaced();
  }

  return html`<section class="card pad stack draft" aria-label=${draft.supplier}>
    <div class="row draft-head"><h3>${draft.supplier}</h3>${draft.late && html`<${Chip} tone="bad">${t("buy.comes-late")}<//>`}${draft.by_itself && html`<${Chip}>${t("buy.by-itself")}<//>`}</div>
    <p class="small">${t("buy.expected", { day: shortDate(draft.expected) })} · ${t("buy.needed", { day: shortDate(draft.needed_by) })}</p>
    <ul>${draft.lines.map((line) => html`<${Line} key=${line.key} line=${line} onPacks=${onPacks} />`)}</ul>
    <dl class="draft-sums">${draft.shipping_minor > 0 && html`<dt>${t("buy.shipping")}</dt><dd>${euros(draft.shipping_minor)}</dd>`}<dt><b>${t("buy.total")}</b></dt><dd><b>${euros(draft.total_minor)}</b></dd></dl>
    ${draft.hold && html`<p class="note warn"><span><b>${t(`buy.hold.${draft.hold}`, { amount: euros(draft.short_minor) })}</b> ${t(`buy.hold.${draft.hold}.remedy`)}</span></p>`}
    ${!hasMail && html`<p class="quiet small">${t("buy.no-mail")}</p>`}
    ${isManager ? html`<button class="primary wide-button" disabled=${busy || draft.hold !== null} onClick=${approve}>${t("buy.approve", { amount: euros(draft.total_minor) })}</button>` : html`<p class="quiet small">${t("buy.managers-only")}</p>`}
  </section>`;
}

/** @param {{line: DraftLine, onPacks: OnPacks}} props */
function Line({ line, onPacks }) {
  const step = (/** @type {number} */ count) => onPacks(line.key, Math.max(0, Math.min(PACKS_MAX, count)));
  return html`<li class="draft-line"><div><b>${line.name}</b><span class="small">${packsWords(line)} · ${euros(line.total_minor)}</span><span class="quiet small">${t("buy.why", { n: sizeWords(line, line.needed_milli), day: shortDate(line.by) })}</span>
      ${line.late && html`<span class="small bad">${t("buy.line-late", { day: shortDate(line.expected) })} ${line.hasten && html`<a href=${hrefOf("buy", line.hasten)}>${t("buy.hasten")}</a>`}</span>`}</div>
    <span class="stepper" role="group" aria-label=${line.name}><button type="button" aria-label=${t("buy.fewer")} onClick=${() => step(line.packs > line.packs_min ? line.packs - 1 : 0)}>−</button>
      <output>${line.packs}</output><button type="button" aria-label=${t("buy.more")} onClick=${() => step(line.packs + 1)}>+</button></span></li>`;
}
