// Orders: what customers collect later. A deposit and the balance are sales of their own, paid here in one tap.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { Problem, get, post } from "/shared/http.js";
import { parseMoney } from "/shared/money.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { asOrder } from "../pricing.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { cart, cartTotal, deal, heard, justPaid, notice, setCart, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { amount, longDate, money, placeOf, quantity, t } from "../words.js";

const NEW = "+";

/** @param {{id?: string}} props */
export const Orders = ({ id }) => (id === NEW ? html`<${Place} />` : id ? html`<${Order} id=${id} />` : html`<${List} />`);

/** @param {{answer: {said: any, problem: any, again: () => void}}} props */
const Waiting = ({ answer: { problem, again } }) => (problem
  ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
  : html`<${Skeleton} lines=${5} height="64px" label=${t("app.loading")} />`);

function List() {
  const answer = useAnswer(() => get("/api/orders"), "");
  const orders = answer.said?.orders;
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.orders")}</h2></div>
    ${!orders && html`<${Waiting} answer=${answer} />`}
    ${orders?.length === 0 && html`<${EmptyState} title=${t("orders.none")}>${t("orders.none.hint")}<//>`}
    ${orders?.length > 0 && html`<p class="say">${t("orders.due-today", { n: answer.said.due_today })}</p>
      <ul class="menu card">${orders.map((/** @type {any} */ one) => html`<li key=${one.order_id}><a href=${hrefOf("orders", one.order_id)}>
        <span><b>${t("orders.number", { n: one.number })}${one.customer?.name && ` · ${one.customer.name}`}</b><br />
        <span class="quiet small">${one.is_ready && html`<b class="good">${t("orders.ready")}</b> · `}${longDate(one.due)} · ${t("orders.left", { amount: money(one.left_minor, one.currency) })}</span></span></a></li>`)}</ul>`}
  </div><//>`;
}

/** The cart becomes an order. */
function Place() {
  const [order_id] = useState(uuid7);
  const [due, setDue] = useState("");
  const [name, setName] = useState(deal.value.customer?.name ?? "");
  const [phone, setPhone] = useState(deal.value.customer?.phone ?? "");
  const [agreed, setAgreed] = useState(false);
  const [note, setNote] = useState("");
  const [size, setSize] = useState(""); // of a locker; none: at the stall
  const [busy, setBusy] = useState(false);
  const [needed, setNeeded] = useState("");
  const [approval, setApproval] = useState("");
  const { said: lockers } = useAnswer(() => get("/api/orders/lockers"), "");
  const named = name.trim() !== "" || phone.trim() !== "";

  /** @param {SubmitEvent} event */
  async function place(event) {
    event.preventDefault();
    setBusy(true);
    const { lines, discounts } = asOrder(cart.value, deal.value.discounts);
    const { coupon, price_list } = deal.value;
    const customer = named ? { customer_id: uuid7(), name: name.trim(), phone: phone.trim(), consent_version: "1", consent_at: new Date().toISOString() } : null;
    try {
      await heard(post("/api/orders", { order_id, due, note: note.trim(), customer, ...(size && { hub: lockers.hub, size }), lines: lines.map(agreedLine), discounts,
        ...(coupon && { coupon: coupon.code }), ...(price_list && { price_list }), ...(approval && { approval }) }));
      setCart([]);
      go("orders", order_id);
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === "approval-needed") setNeeded(thrown.message);
      else sayProblem(thrown);
      setBusy(false);
    }
  }

  /** @param {string} id @param {string} label @param {string} value @param {(next: string) => void} change @param {object} more */
  const field = (id, label, value, change, more = {}) => html`<div><label for=${id}>${label}</label>
    <input id=${id} value=${value} autocomplete="off" onInput=${(/** @type {any} */ e) => change(e.target.value)} ...${more} /></div>`;
  return html`<${Frame}><form class="narrow stack" onSubmit=${place} novalidate>
    <div class="product-title"><${BackLink} page="cart" /><h2>${t("orders.place")}</h2></div>
    ${field("order-due", t("orders.due"), due, setDue, { type: "date" })}
    ${lockers?.hub && html`<${Whither} lockers=${lockers} size=${size} onSize=${setSize} />`}
    ${field("order-name", t("orders.name"), name, setName, { maxlength: 80 })}
    ${field("order-phone", t("orders.phone"), phone, setPhone, { inputmode: "tel", maxlength: 40 })}
    ${named && html`<label class="check card locker"><input type="checkbox" checked=${agreed} onChange=${(/** @type {any} */ e) => setAgreed(e.target.checked)} /><span>${t("orders.consent")}</span></label>`}
    ${field("order-note", t("orders.note"), note, setNote, { maxlength: 200 })}
    ${needed && !approval && html`<${Later} key="approval" bare load=${loadApproval} props=${{ act: "discount", says: needed, onApproved: setApproval }} />`}
    <p class="sums"><b>${t("orders.total", { amount: money(cartTotal.value, shop.value.currency) })}</b></p>
    <button class="primary wide-button" disabled=${busy || (needed && !approval) || !due || (named && !agreed) || cart.value.length === 0}>${t(due ? "orders.write-down" : "orders.due-first")}</button>
  </form><//>`;
}

/** A price that somebody typed is agreed on; all others are the till's own. @param {import("../pricing.js").OrderLine} line */
const agreedLine = ({ name: _, unit_price_minor, said, ...line }) => (said ? { ...line, unit_price_minor } : line);

const loadApproval = () => import("../parts/approval.js").then((loaded) => loaded.Approval);

const SIZES = ["S", "M", "L"];

/**
 * At the stall, or at a locker of which size. What is free is what the hub last said; a parcel waits if all are taken.
 * @param {{lockers: {hub: string, free: Record<string, number> | null}, size: string, onSize: (size: string) => void}} props
 */
function Whither({ lockers: { hub, free }, size, onSize }) {
  return html`<div class="stack">
    <div class="row" role="group" aria-label=${t("orders.where")}>
      <button type="button" class="pill" aria-pressed=${!size} onClick=${() => onSize("")}>${t("orders.at-stall")}</button>
      ${SIZES.map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${size === one} onClick=${() => onSize(one)}>${t(`orders.locker.${one}`)}</button>`)}
    </div>
    ${size && html`<p class=${`note small ${free && !free[size] ? "warn" : ""}`}><span>${free ? t("orders.free", { n: free[size] ?? 0, place: placeOf(hub) }) : t("orders.free.unknown", { place: placeOf(hub) })}</span></p>`}
  </div>`;
}

/** @param {{id: string}} props */
function Order({ id }) {
  const answer = useAnswer(() => get(`/api/orders/${encodeURIComponent(id)}`), id);
  const order = answer.said;
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="orders" /><h2>${order ? t("orders.number", { n: order.number }) : t("nav.orders")}</h2></div>
    ${order ? html`<${Told} order=${order} again=${answer.again} />` : html`<${Waiting} answer=${answer} />`}
  </div><//>`;
}

/** @param {{order: any, again: () => void}} props */
function Told({ order, again }) {
  const { currency, left_minor } = order;
  const [typed, setTyped] = useState("");
  const [ids] = useState(() => ({ deposit: uuid7(), balance: uuid7() }));
  const [busy, setBusy] = useState(false);
  const deposit = parseMoney(typed, currency) ?? 0;

  /** @param {"deposit" | "balance"} what @param {"cash" | "card"} method */
  async function pay(what, method) {
    setBusy(true);
    try {
      const receipt = await heard(post("/api/sales", { sale_id: ids[what], order_id: order.order_id, lines: [], payments: [{ method }],
        ...(what === "balance" && order.hub && { collect_at_locker: true }), ...(what === "deposit" && { deposit_minor: deposit }) }));
      justPaid.value = receipt;
      go("receipt", receipt.sale_id);
    } catch (thrown) {
      sayProblem(thrown);
      setBusy(false);
    }
  }
  async function cancel() {
    try {
      await heard(post(`/api/orders/${encodeURIComponent(order.order_id)}/cancel`, { reason: t("orders.cancelled-here") }));
      notice.value = { tone: "good", text: t("orders.cancelled", { n: order.number }), remedy: order.paid_minor > 0 ? t("orders.give-deposit-back") : "" };
      go("orders");
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  /** @param {boolean} is_ready */
  async function sayReady(is_ready) {
    try {
      await heard(post(`/api/orders/${encodeURIComponent(order.order_id)}/ready`, { is_ready }));
      again();
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  return html`<p class="say">${t("orders.say", { date: longDate(order.due), amount: money(left_minor, currency) })}</p>
    ${order.hub && html`<p class="note"><span>${t("orders.to-locker", { place: placeOf(order.hub), size: t(`orders.locker.${order.size || "S"}`) })}</span></p>`}
    ${order.customer && html`<p>${[order.customer.name, order.customer.phone].filter(Boolean).join(" · ")}</p>`}
    ${order.note && html`<p class="note"><span>${order.note}</span></p>`}
    <ul class="card pad">${order.lines.map((/** @type {any} */ line, /** @type {number} */ i) => html`<li key=${i} class="row"><span class="grow">${line.name} × ${quantity(line.quantity_milli)}${line.discount_minor > 0 && html` <span class="quiet small">${t("orders.less", { amount: amount(line.discount_minor, currency) })}</span>`}</span><b>${amount(line.total_minor, currency)}</b></li>`)}
      ${order.paid_minor > 0 && html`<li class="row"><span class="grow">${t("orders.paid")}</span><b>−${amount(order.paid_minor, currency)}</b></li>`}</ul>
    ${order.is_ready
      ? html`<div class="card pad row"><span class="grow"><b class="good">${t("orders.ready")}</b> ${!order.hub && t("orders.ready.shown", { n: order.number })}</span><button onClick=${() => sayReady(false)}>${t("orders.not-ready")}</button></div>`
      : html`<button class="wide-button" onClick=${() => sayReady(true)}>${t("orders.say-ready")}</button>`}
    <button class="primary wide-button" disabled=${busy} onClick=${() => pay("balance", "cash")}>${t(order.hub ? "orders.send.cash" : "orders.collect.cash", { amount: money(left_minor, currency) })}</button>
    <button disabled=${busy} onClick=${() => pay("balance", "card")}>${t(order.hub ? "orders.send.card" : "orders.collect.card")}</button>
    <section class="card pad stack">
      <div><label for="order-deposit">${t("orders.deposit")}</label><input id="order-deposit" inputmode="decimal" autocomplete="off" value=${typed} onInput=${(/** @type {any} */ e) => setTyped(e.target.value)} /></div>
      <div class="methods">${/** @type {const} */ (["cash", "card"]).map((method) => html`<button key=${method} disabled=${busy || deposit <= 0 || deposit > left_minor} onClick=${() => pay("deposit", method)}>${t(`orders.deposit.${method}`)}</button>`)}</div>
    </section>
    <button disabled=${busy} onClick=${cancel}>${t("orders.cancel")}</button>`;
}
