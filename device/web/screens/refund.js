// Give back: find the receipt, choose what came back and why, pay out. From a receipt's QR code it takes three taps.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { ONE_MILLI } from "../cart.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { ReceiptOut } from "../parts/receipt_out.js";
import { RefundPaper } from "../parts/refund_paper.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { heard, notice, products, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { amount, longDate, money, quantity, t, timeOfDay } from "../words.js";

const loadCardBack = () => import("../parts/card_back.js").then((loaded) => loaded.CardBack);
const loadApproval = () => import("../parts/approval.js").then((loaded) => loaded.Approval);
const REASONS = ["broken", "wrong", "unwanted", "other"];
const METHODS = ["cash", "card", "voucher"];
const SHOWN = 6;

/** @param {{text?: string}} props a receipt's proof or number; none asks for one */
export const Refund = ({ text }) => (text ? html`<${Found} key=${text} text=${text} />` : html`<${Find} />`);

function Find() {
  const [typed, setTyped] = useState("");
  const look = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (typed.trim()) go("refund", typed.trim());
  };
  return html`<${Frame}><form class="narrow stack" onSubmit=${look}>
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.refund")}</h2></div>
    <p class="say">${t("refund.scan")}</p>
    <div><label for="receipt">${t("refund.number")}</label>
      <input id="receipt" autocomplete="off" autocapitalize="none" spellcheck="false" value=${typed} placeholder="k7f3q2-00042" onInput=${(/** @type {any} */ e) => setTyped(e.target.value)} /></div>
    <button class="primary wide-button" disabled=${!typed.trim()}>${t("refund.find")}</button>
    <a class="button" href=${hrefOf("sales")}>${t("nav.sales")}</a>
  </form><//>`;
}

/** @param {{text: string}} props */
function Found({ text }) {
  const { said, problem, again } = useAnswer(() => get(`/api/refunds/find?text=${encodeURIComponent(text)}`), text);
  if (said) return html`<${Choose} found=${said} again=${again} />`;
  return html`<${Frame}><div class="narrow stack">
    <div class="due"><${BackLink} page="refund" /><h2 class="strong">${t("nav.refund")}</h2></div>
    ${problem ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />` : html`<${Skeleton} lines=${6} height="64px" label=${t("app.loading")} />`}
  </div><//>`;
}

/**
 * @typedef {{key: string, line?: number, sku?: string, name: string, left_milli: number, price: string}} Row
 * @param {{found: any, again: () => void}} props
 */
function Choose({ found, again }) {
  const own = found.kind === "own";
  const [refund_id] = useState(uuid7);
  const [taken, setTaken] = useState(/** @type {Record<string, number>} */ ({}));
  const [isVoid, setVoid] = useState(false);
  const [reason, setReason] = useState("");
  const [word, setWord] = useState("");
  const [toStock, setToStock] = useState(true);
  const [method, setMethod] = useState(found.on_card?.length ? "card" : found.methods.length === 1 && METHODS.includes(found.methods[0]) ? found.methods[0] : "cash");
  const [voucher, setVoucher] = useState("");
  const [quote, setQuote] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(/** @type {any} */ (null));
  const [approval, setApproval] = useState("");
  const [given, setGiven] = useState(/** @type {string[]} */ ((found.on_card ?? []).filter((/** @type {any} */ one) => !one.is_unclear).map((/** @type {any} */ one) => one.attempt_id)));
  const [asking, setAsking] = useState("");
  const [asks, setAsks] = useState(0);
  const [apart, setApart] = useState(false);

  const lines = Object.entries(taken).filter(([, milli]) => milli > 0).map(([key, quantity_milli]) =>
    own ? { line: Number(key), quantity_milli, to_stock: toStock } : { sku: key, quantity_milli, to_stock: toStock });
  const chosen = isVoid || lines.length > 0;
  const why = reason === "other" ? word.trim() : reason && t(`refund.reason.${reason}`);
  const body = { refund_id, original: found.original, lines: isVoid ? [{ line: 0, quantity_milli: 1, to_stock: toStock }] : lines,
    void: isVoid, reason: why || "–", method, voucher, approval, card_attempts: given };
  const asked = JSON.stringify([lines, isVoid, method, toStock, given, asks]);

  useEffect(() => {
    setQuote(null);
    if (!chosen) return;
    let current = true;
    heard(post("/api/refunds/quote", { ...body, voucher: "" })).then((said) => current && setQuote(said), (thrown) => current && sayProblem(thrown));
    return () => void (current = false);
  }, [asked]);

  async function give(card_attempts = given) {
    setBusy(true);
    notice.value = null;
    try {
      setDone(await heard(post("/api/refunds", { ...body, card_attempts, expected_total_minor: quote.total_minor })));
    } catch (thrown) {
      sayProblem(thrown);
      if (/** @type {any} */ (thrown).status === 409) again();
    } finally {
      setBusy(false);
    }
  }

  /** What the terminal has given back is of this refund; a sale undone may have been paid with more than one card. @param {string} id */
  async function onGiven(id) {
    const all = [...given, id];
    setGiven(all);
    setAsking("");
    const next = await heard(post("/api/refunds/quote", { ...body, card_attempts: all })).catch(() => null);
    if (next?.on_terminal.length) setAsking(uuid7());
    else await give(all);
  }

  /** What the terminal said may change what it is asked for next. @param {string} next */
  function leave(next) {
    setAsking(next);
    setAsks(asks + 1);
  }

  if (done) return html`<${Done} refund=${done} />`;
  const { currency } = found;
  const due = apart ? null : quote?.on_terminal?.[0];
  if (asking) return html`<${Frame}><div class="narrow stack"><h2>${t("nav.refund")}</h2>
    <${Later} key=${asking} bare load=${loadCardBack} props=${{ id: asking, body: { ...body, expected_total_minor: quote?.total_minor ?? null }, how: due?.how, onGiven,
      onAgain: () => leave(uuid7()), onApart: () => { setApart(true); leave(""); }, onBack: () => leave("") }} />
  </div><//>`;
  const give_it = quote && due ? t("refund.do.terminal", { amount: money(due.amount_minor, currency) }) : quote && given.length ? t("refund.do.booked", { amount: money(quote.paid_minor, currency) }) : quote ? t(`refund.do.${isVoid ? "void" : method}`, { amount: money(quote.paid_minor, currency) }) : t("refund.choose");
  const main = html`<button class="primary wide-button" disabled=${busy || !quote || (!!why && quote.approval && !approval)} onClick=${() => (!why ? showReasons() : due ? setAsking(uuid7()) : give())}>${quote && !why ? t("refund.why-first") : give_it}</button>`;
  return html`<${Frame} foot=${main}><div class="two-sides">
    <section class="stack">
      <${Head} found=${found} />
      ${own ? html`<${Sold} found=${found} taken=${taken} isVoid=${isVoid} onTake=${setTaken} onVoid=${setVoid} />` : html`<${Typed} taken=${taken} onTake=${setTaken} />`}
    </section>
    <section class="stack side">
      ${chosen && html`
        <div class="row reasons" role="group" aria-label=${t("refund.why")}>${REASONS.map((one) => html`<button key=${one} class="pill" aria-pressed=${reason === one}
          onClick=${() => { setReason(one); setToStock(one !== "broken"); }}>${t(`refund.reason.${one}`)}</button>`)}</div>
        ${reason === "other" && html`<div><label for="word">${t("refund.word")}</label><input id="word" maxlength="200" autocomplete="off" value=${word} onInput=${(/** @type {any} */ e) => setWord(e.target.value)} /></div>`}
        ${!isVoid && html`<div class="row" role="group" aria-label=${t("refund.how")}>${METHODS.map((one) => html`<button key=${one} class="pill" aria-pressed=${method === one} onClick=${() => setMethod(one)}>${t(`method.${one}`)}</button>`)}</div>`}
        ${method === "voucher" && !isVoid && html`<div><label for="voucher">${t("refund.voucher")}</label><input id="voucher" autocomplete="off" value=${voucher} placeholder=${t("refund.voucher.new")} onInput=${(/** @type {any} */ e) => setVoucher(e.target.value)} /></div>`}
        ${quote?.on_terminal?.length > 0 && html`<p class="quiet small">${t(due ? `refund.terminal.${due.how}` : "refund.apart.hint")}</p>
          <button class="pill" aria-pressed=${apart} onClick=${() => setApart(!apart)}>${t("refund.apart")}</button>`}
        <label class="check card locker"><input type="checkbox" checked=${toStock} onChange=${(/** @type {any} */ e) => setToStock(e.target.checked)} /><span>${t("refund.sell-again")}</span></label>
        ${quote?.approval && !approval && html`<${Later} key="approval" bare load=${loadApproval} props=${{ act: "refund", onApproved: setApproval,
          says: t("refund.approval", { limit: money(quote.approval.limit_minor, currency) }) }} />`}`}
      <div class="roomy">${main}</div>
    </section>
  </div><//>`;
}

/** They may stand below what came back, out of sight on a phone. */
function showReasons() {
  const first = /** @type {HTMLElement | null} */ (document.querySelector(".reasons [aria-pressed='true'], .reasons button"));
  first?.scrollIntoView({ block: "center" });
  first?.focus();
}

/** @param {{found: any}} props */
const Head = ({ found }) => html`<header class="stack">
  <div class="due"><${BackLink} page="refund" /><h2 class="strong">${found.original.number || t("refund.other-till")}</h2></div>
  ${found.kind === "own"
    ? html`<p class="quiet">${longDate(found.at)}, ${timeOfDay(found.at)} · ${found.cashier} · ${money(found.total_minor, found.currency)}</p>`
    : html`<p class="note"><span>${t("refund.other-till.hint")}</span></p>`}
  ${found.given_minor > 0 && html`<p class="note"><span>${t(found.is_void ? "refund.is-void" : "refund.given", { amount: money(found.given_minor, found.currency) })}</span></p>`}
  ${found.has_parcel && html`<p class="note"><span>${t("refund.parcel")}</span></p>`}
  ${(found.on_card ?? []).map((/** @type {any} */ one) => html`<p key=${one.attempt_id} class="note warn"><span>${t(one.is_unclear ? "refund.on-card.unclear" : "refund.on-card", { amount: money(one.amount_minor, found.currency), time: timeOfDay(one.at) })}
    ${one.is_unclear && html` <a href=${hrefOf("cards")}>${t("nav.cards")}</a>`}</span></p>`)}
</header>`;

/** @param {{found: any, taken: Record<string, number>, isVoid: boolean, onTake: (taken: Record<string, number>) => void, onVoid: (is: boolean) => void}} props */
function Sold({ found, taken, isVoid, onTake, onVoid }) {
  const left = found.lines.filter((/** @type {any} */ line) => line.left_milli > 0);
  if (left.length === 0) return html`<${EmptyState} title=${t("refund.nothing-left")}>${t("refund.nothing-left.hint")}<//>`;
  const everything = Object.fromEntries(left.map((/** @type {any} */ line) => [String(line.line), line.left_milli]));
  const all = left.every((/** @type {any} */ line) => taken[line.line] === line.left_milli);
  return html`<div class="row">
      <button class="pill" aria-pressed=${all && !isVoid} onClick=${() => { onVoid(false); onTake(all && !isVoid ? {} : everything); }}>${t("refund.everything")}</button>
      ${found.can_void && html`<button class="pill" aria-pressed=${isVoid} onClick=${() => { onVoid(!isVoid); onTake({}); }}>${t("refund.void")}</button>`}
    </div>
    ${isVoid ? html`<p>${t("refund.void.hint")}</p>` : html`<ul class="cart-lines">${left.map((/** @type {any} */ line) => html`<${Line} key=${line.line} name=${line.name} left=${line.left_milli}
      says=${t("refund.left", { n: quantity(line.left_milli), amount: amount(line.left_minor, found.currency) })}
      milli=${taken[line.line] ?? 0} onChange=${(/** @type {number} */ milli) => onTake({ ...taken, [line.line]: milli })} />`)}</ul>`}`;
}

/** Another till's receipt: what came back is named from the catalogue. @param {{taken: Record<string, number>, onTake: (taken: Record<string, number>) => void}} props */
function Typed({ taken, onTake }) {
  const [sought, setSought] = useState("");
  const wanted = sought.trim().toLowerCase();
  const list = (products.value ?? []).filter((p) => (taken[p.sku] ?? 0) > 0 || (wanted && p.name.toLowerCase().includes(wanted))).slice(0, SHOWN);
  return html`<div><label for="sought">${t("refund.product")}</label><input id="sought" autocomplete="off" value=${sought} onInput=${(/** @type {any} */ e) => setSought(e.target.value)} /></div>
    <ul class="cart-lines">${list.map((p) => html`<${Line} key=${p.sku} name=${p.name} left=${1000 * ONE_MILLI} says=${amount(p.price_minor, shop.value.currency)}
      milli=${taken[p.sku] ?? 0} onChange=${(/** @type {number} */ milli) => onTake({ ...taken, [p.sku]: milli })} />`)}</ul>`;
}

/** @param {{name: string, says: string, left: number, milli: number, onChange: (milli: number) => void}} props */
function Line({ name, says, left, milli, onChange }) {
  const step = left < ONE_MILLI ? left : ONE_MILLI;
  return html`<li>
    <span class="name">${name}</span><span class="sum"><span class="quiet small">${says}</span></span>
    <span class="stepper">
      <button aria-label=${t("cart.less", { name })} disabled=${milli === 0} onClick=${() => onChange(Math.max(0, milli - step))}>−</button>
      <b>${quantity(milli)}</b>
      <button aria-label=${t("cart.more", { name })} disabled=${milli >= left} onClick=${() => onChange(Math.min(left, milli + step))}>+</button>
    </span>
  </li>`;
}

/** A refund that is in the ledger. @param {{refund: any}} props */
function Done({ refund }) {
  useEffect(() => scrollTo(0, 0), []); // the button that was tapped lay further down
  const next = html`<a class="button primary wide-button" href=${hrefOf("sell")}>${t("nav.sell")}</a>`;
  const paid = refund.payments.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.amount_minor, 0);
  return html`<${Frame} foot=${next}><div class="receipt">
    <section class="receipt-now">
      <div class="paid" role="status"><p class="paid-mark good"><b>${t(refund.void ? "refund.done.void" : "refund.done")}</b></p>
        <p class="quiet">${t(`refund.gets.${refund.payments[0]?.method ?? "cash"}`)}</p><p class="big">${money(paid, refund.currency)}</p></div>
      <div class="roomy">${next}</div>
      <${ReceiptOut} path=${`/api/refunds/${encodeURIComponent(refund.refund_id)}`} />
    </section>
    <${RefundPaper} refund=${refund} />
  </div><//>`;
}

/** One from today's list. @param {{id: string}} props */
export function Refunded({ id }) {
  const { said, problem, again } = useAnswer(() => get(`/api/refunds/${encodeURIComponent(id)}`), id);
  const back = html`<a class="button wide-button" href=${hrefOf("sales")}>${t("app.back")}</a>`;
  return html`<${Frame} foot=${back}><div class="receipt">
    ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${8} label=${t("app.loading")} />`}
    ${said && html`<section class="receipt-now"><div class="roomy">${back}</div><${ReceiptOut} path=${`/api/refunds/${encodeURIComponent(id)}`} /></section><${RefundPaper} refund=${said} />`}
  </div><//>`;
}
