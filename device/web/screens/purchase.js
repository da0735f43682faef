// One order to a supplier: how it stands, what of it came, and what can be done with it.
import { Chip, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { euros, packsWords, sizeWords, standing, useOutcome } from "../buying_texts.js";
import { unitWords } from "../material_texts.js";
import { BackLink, Frame } from "../parts/frame.js";
import { act, sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { shortDate } from "../signal_texts.js";
import { fieldText, milliOf } from "../stock_sheet.js";
import { heard, notice, session } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { quantity, t } from "../words.js";

/** @typedef {import("../buying_texts.js").Order} Order */

/** @param {{id: string}} props */
export function Purchase({ id }) {
  const path = `/api/purchasing/orders/${encodeURIComponent(id)}`;
  const { said, problem, again } = useAnswer(() => get(path), id);
  useOutcome(said ? [said] : [], again);
  if (!said) return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
  /** @type {Order} */
  const order = said;
  const [tone, words] = standing(order);
  const isManager = session.value?.role === "manager";
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="buy" /><h2>${order.supplier}</h2></div>
    <p><${Chip} tone=${tone}>${words}<//> <span class="quiet small">${order.number} · ${t(order.automatic ? "buy.placed-by-till" : "buy.placed-by", { day: shortDate(order.placed_at), name: order.cashier })}</span></p>
    <${Sending} order=${order} path=${path} isManager=${isManager} onChanged=${again} />
    ${order.state === "open" && order.sending.state === "sent" && html`<${Chase} path=${path} late=${order.late_days > 0} urgent=${order.late_days > 0 || order.comes_too_late} />`}
    ${order.state === "open" ? html`<${Came} key=${order.lines.map((line) => line.received_milli).join()} order=${order} path=${path} onChanged=${again} />` : html`<${Lines} order=${order} />`}
    <dl class="draft-sums card pad">${order.shipping_minor > 0 && html`<dt>${t("buy.shipping")}</dt><dd>${euros(order.shipping_minor)}</dd>`}<dt><b>${t("buy.total")}</b></dt><dd><b>${euros(order.total_minor)}</b></dd></dl>
    <div class="row"><a class="button" href=${`${path}/pdf`} download>${t("buy.pdf")}</a><a class="button" href=${`${path}/csv`} download>${t("buy.csv")}</a><a class="button" href=${hrefOf("suppliers", order.supplier_id)}>${t("buy.supplier")}</a></div>
    ${isManager && order.state === "open" && html`<${Endings} order=${order} path=${path} onChanged=${again} />`}
  </div><//>`;
}

/** How the order goes out, and what somebody has to say where nobody knows. @param {{order: Order, path: string, isManager: boolean, onChanged: () => void}} props */
function Sending({ order, path, isManager, onChanged }) {
  const { state, words } = order.sending;
  if (order.state !== "open" || state === "sent" || state === "sending") return null;
  const byHand = order.channel === "by_hand";
  const key = state === "waiting" && byHand ? "by_hand" : state;
  const say = async (/** @type {string} */ said) => {
    await act(post(`${path}/sending`, { said }));
    onChanged();
  };
  const asks = state !== "waiting" || byHand;
  return html`<section class=${`note ${state === "waiting" && !byHand ? "" : "warn"}`}><div class="stack">
    <p>${t(`buy.ask.${key}`)} ${words && html`<span class="small">(${words})</span>`}</p>
    ${isManager && asks && html`<div class="row"><button onClick=${() => say("arrived")}>${t(byHand ? "buy.ask.sent-it" : "buy.ask.arrived")}</button>
      ${!byHand && html`<button onClick=${() => say("again")}>${t("buy.ask.again")}</button>`}
      ${byHand && isManager && html`<a class="button" href=${hrefOf("buy", "mail")}>${t("buy.mail")}</a>`}</div>`}
  </div></section>`;
}

/** A letter that asks where the order stays, or whether it can come sooner. @param {{path: string, late: boolean, urgent: boolean}} props */
function Chase({ path, late, urgent }) {
  const title = t(late ? "buy.chase" : "buy.chase.sooner");
  const { said } = useAnswer(() => get(`${path}/chase`), path);
  if (!said) return null;
  const mail = `mailto:${encodeURIComponent(said.to)}?subject=${encodeURIComponent(said.subject)}&body=${encodeURIComponent(said.text)}`;
  return html`<details class="card pad" open=${urgent}><summary><b>${title}</b></summary><pre class="chase small" tabindex="0" aria-label=${title}>${said.text}</pre>
    ${said.to && html`<a class="button" href=${mail}>${t("buy.chase.mail")}</a>`}</details>`;
}

/** What came: everything, unless somebody says otherwise. @param {{order: Order, path: string, onChanged: () => void}} props */
function Came({ order, path, onChanged }) {
  const [receiptId] = useState(uuid7); // booked once, however often it is sent
  const [typed, setTyped] = useState(() => order.lines.map((line) => (line.missing_milli > 0 ? fieldText(line.missing_milli) : "")));
  const [busy, setBusy] = useState(false);
  const came = typed.map((text) => (text.trim() === "" ? 0 : milliOf(text)));
  const wrong = came.some((milli) => milli === null || milli < 0) || came.every((milli) => milli === 0);

  async function book() {
    setBusy(true);
    const lines = order.lines.map(({ place }, at) => ({ place, quantity_milli: came[at] })).filter(({ quantity_milli }) => quantity_milli);
    try {
      const after = await heard(post(`${path}/goods`, { receipt_id: receiptId, lines }));
      notice.value = { tone: "good", text: t(after.state === "open" ? "buy.came.part" : "buy.came.all") };
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
    onChanged();
  }

  return html`<section class="card pad stack"><h3>${t("buy.came")}</h3><ul>${order.lines.map((line, at) => html`<li key=${line.place} class="draft-line"><div><label for=${`came-${line.place}`}><b>${line.name}</b>${line.unit && html` <span class="quiet small">${unitWords(line.unit)}</span>`}</label>
      <span class="small">${packsWords(line)} · ${euros(line.total_minor)}</span>
      <span class="quiet small">${line.received_milli > 0 ? t("buy.came.so-far", { n: quantity(line.received_milli), of: sizeWords(line, line.quantity_milli) }) : [line.article, line.needed_by && t("buy.needed", { day: shortDate(line.needed_by) })].filter(Boolean).join(" · ")}</span></div>
    <input id=${`came-${line.place}`} class="came" inputmode="decimal" autocomplete="off" value=${typed[at]} onInput=${(/** @type {any} */ e) => setTyped(typed.map((text, other) => (other === at ? e.target.value : text)))} /></li>`)}</ul>
    <button class="primary wide-button" disabled=${wrong || busy} onClick=${book}>${t("buy.came.book")}</button></section>`;
}

/** @param {{order: Order}} props */
const Lines = ({ order }) => html`<ul class="card pad moves-list">${order.lines.map((line) => html`<li key=${line.place}><span><b>${line.name}</b> <span class="quiet small">${packsWords(line)}</span></span>
  <span>${t("buy.came.so-far", { n: quantity(line.received_milli), of: sizeWords(line, line.quantity_milli) })}</span></li>`)}</ul>`;

/** @param {{order: Order, path: string, onChanged: () => void}} props */
function Endings({ order, path, onChanged }) {
  const came = order.lines.some(({ received_milli }) => received_milli > 0);
  const end = async (/** @type {string} */ how) => {
    await act(post(`${path}/${how}`), t(`buy.done.${how}`));
    onChanged();
  };
  return html`<div class="row">${!order.paid && html`<button onClick=${() => end("paid")}>${t("buy.paid")}</button>`}
    <button class="plain" onClick=${() => end(came ? "close" : "cancel")}>${t(came ? "buy.close" : "buy.cancel")}</button></div>`;
}
