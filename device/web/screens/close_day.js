// The end of the day: count, see in words whether it fits, close; then the report.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { parseMoney } from "/shared/money.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { coinsOf, Count, countedMinor, useCount } from "../parts/count.js";
import { DayReport, difference } from "../parts/day_report.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { heard, kept, notice, saved } from "../till.js";
import { amount, money, t } from "../words.js";

export function CloseDay() {
  const { said, problem, again } = useAnswer(() => get("/api/cash"), saved.value?.sales.till);
  const [report, setReport] = useState(/** @type {any} */ (null));
  if (report) return html`<${Closed} report=${report} />`;
  if (said?.session) return html`<${Counting} drawer=${said} onClosed=${setReport} />`;
  return html`<${Frame}>
    ${problem && !said && html`<div class="narrow"><${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} /></div>`}
    ${!said && !problem && html`<div class="narrow"><${Skeleton} lines=${6} height="56px" label=${t("app.loading")} /></div>`}
    ${said && html`<div class="narrow stack"><div class="product-title"><${BackLink} page="menu" /><h2>${t("close.title")}</h2></div><p class="say">${t("close.nothing")}</p>
      <div class="row"><a class="button" href=${hrefOf("closings")}>${t("nav.closings")}</a><a class="button" href=${hrefOf("cash")}>${t("nav.cash")}</a></div></div>`}
  <//>`;
}

/** @param {{drawer: any, onClosed: (report: any) => void}} props */
function Counting({ drawer, onClosed }) {
  const { session, currency } = drawer;
  const [counted, setCounted] = useCount();
  const [card, setCard] = useState("");
  const [foreign, setForeign] = useState(/** @type {Record<string, string>} */ ({}));
  const [left, setLeft] = useState(session.float_minor > 0 ? amount(session.float_minor, currency) : "");
  const [busy, setBusy] = useState(false);
  const cash = countedMinor(counted, drawer);
  const cardMinor = card.trim() === "" ? null : parseMoney(card, currency);
  const leftMinor = Math.min(left.trim() === "" ? 0 : (parseMoney(left, currency) ?? 0), cash ?? 0);

  async function close() {
    setBusy(true);
    notice.value = null;
    const coins = coinsOf(counted, drawer);
    try {
      onClosed(await heard(post("/api/closings", {
        ...(coins.length > 0 ? { counted: coins } : { cash_counted_minor: cash }),
        left_minor: leftMinor,
        methods: cardMinor === null ? {} : { card: cardMinor },
        foreign: Object.fromEntries(Object.entries(foreign).flatMap(([code, text]) => (text.trim() === "" ? [] : [[code, parseMoney(text, code) ?? 0]]))),
      })));
    } catch (thrown) {
      sayProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  const main = html`<button class="primary wide-button" disabled=${busy || cash === null || cash < 0} onClick=${close}>
    ${cash === null ? t("close.count-first") : t("close.do", { amount: money(cash, currency) })}</button>`;
  return html`<${Frame} foot=${main}><div class="two-sides">
    <section class="stack">
      <div class="product-title"><${BackLink} page="menu" /><h2>${t("close.title")}</h2></div>
      <p>${t("close.hint")}</p>
      <${Count} drawer=${drawer} counted=${counted} onChange=${setCounted} label=${t("close.keypad")} />
      ${session.methods.card !== undefined && html`<${Typed} id="card" label=${t("close.card", { amount: money(session.methods.card, currency) })} value=${card} onChange=${setCard} />`}
      ${session.foreign.map((/** @type {any} */ one) => html`<${Typed} key=${one.currency} id=${`in-${one.currency}`}
        label=${t("close.foreign", { currency: one.currency, amount: money(one.expected_minor, one.currency) })}
        value=${foreign[one.currency] ?? ""} onChange=${(/** @type {string} */ text) => setForeign({ ...foreign, [one.currency]: text })} />`)}
    </section>
    <section class="stack side">
      <${Compared} drawer=${drawer} cash=${cash} card=${cardMinor} />
      <${Typed} id="left" label=${t("close.left")} value=${left} onChange=${setLeft} />
      ${kept.value.length > 0 && html`<p class="note"><span>${t("close.kept", { n: kept.value.length })}</span></p>`}
      <div class="roomy">${main}</div>
    </section>
  </div><//>`;
}

/** What should be there against what was counted, in words. @param {{drawer: any, cash: number | null, card: number | null}} props */
function Compared({ drawer: { session, currency }, cash, card }) {
  const missing = cash === null ? 0 : cash - session.drawer_minor;
  return html`<div class="card pad stack" aria-live="polite">
    <dl class="sums">
      <div><dt>${t("report.cash_expected_minor")}</dt><dd>${money(session.drawer_minor, currency)}</dd></div>
      <div><dt>${t("report.cash_counted_minor")}</dt><dd><b>${cash === null ? "–" : money(cash, currency)}</b></dd></div>
    </dl>
    ${cash !== null && html`<p class=${missing === 0 ? "good" : "warn"}><b>${difference(missing, currency)}</b></p>`}
    ${card !== null && session.methods.card !== undefined && html`<p>${t("method.card")}: ${difference(card - session.methods.card, currency)}</p>`}
  </div>`;
}

/** @param {{id: string, label: string, value: string, onChange: (text: string) => void}} props */
const Typed = ({ id, label, value, onChange }) => html`<div><label for=${id}>${label}</label>
  <input id=${id} inputmode="decimal" autocomplete="off" value=${value} onInput=${(/** @type {any} */ e) => onChange(e.target.value)} /></div>`;

/** @param {{report: any}} props */
function Closed({ report }) {
  const next = html`<a class="button primary wide-button" href=${hrefOf("sell")}>${t("nav.sell")}</a>`;
  return html`<${Frame} foot=${next}><div class="receipt">
    <section class="receipt-now">
      <div class="note good"><div><h2>${t("close.done")}</h2><p>${difference(report.difference_minor, report.currency)}</p></div></div>
      <div class="roomy">${next}</div>
      <button class="no-print" onClick=${() => print()}>${t("paid.print")}</button>
      <a class="button no-print" href=${hrefOf("closings")}>${t("nav.closings")}</a>
    </section>
    <${DayReport} report=${report} />
  </div><//>`;
}
