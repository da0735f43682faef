// The cash drawer: open the day with a count, put money in, take it out, look at the day so far.
import { Keypad } from "/shared/components/keypad.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { coinsOf, Count, countedMinor, useCount } from "../parts/count.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { heard, notice, saved, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { amount, money, t, timeOfDay } from "../words.js";

const LONGEST_AMOUNT = 8;
const loadApproval = () => import("../parts/approval.js").then((loaded) => loaded.Approval);
const REASONS = ["change", "safe", "expense", "private", "other"];
const WITH_A_WORD = new Set(["expense", "other"]);

/** @param {{way?: string}} props "in" or "out" to move money, none for the drawer itself */
export const Cash = ({ way }) => (way === "in" || way === "out" ? html`<${Move} key=${way} way=${way} />` : html`<${Drawer} />`);

function Drawer() {
  const [changed, setChanged] = useState(0);
  const { said, problem, again } = useAnswer(() => get("/api/cash"), `${saved.value?.entries.head} ${changed}`);
  if (said) return said.session ? html`<${Open} drawer=${said} />` : html`<${Opening} drawer=${said} onOpened=${() => setChanged(changed + 1)} />`;
  return html`<${Frame}>
    ${problem && html`<div class="narrow"><${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} /></div>`}
    ${!problem && html`<div class="narrow"><${Skeleton} lines=${6} height="56px" label=${t("app.loading")} /></div>`}
  <//>`;
}

/** @param {{drawer: any, onOpened: () => void}} props */
function Opening({ drawer, onOpened }) {
  const { currency, left_minor } = drawer;
  const [counted, setCounted] = useCount(amount(left_minor, currency));
  const [busy, setBusy] = useState(false);
  const float = countedMinor(counted, drawer);

  async function open() {
    setBusy(true);
    try {
      const coins = coinsOf(counted, drawer);
      await heard(post("/api/cash/open", coins.length > 0 ? { counted: coins } : { float_minor: float }));
      notice.value = { tone: "good", text: t("cash.opened", { amount: money(float ?? 0, currency) }) };
      onOpened();
    } catch (thrown) {
      sayProblem(thrown);
      setBusy(false);
    }
  }

  const main = html`<button class="primary wide-button" disabled=${busy || float === null || float < 0} onClick=${open}>${t("cash.open.do", { amount: money(float ?? 0, currency) })}</button>`;
  return html`<${Frame} foot=${main}><div class="two-sides">
    <section class="stack"><div class="product-title"><${BackLink} page="menu" /><h2>${t("cash.open")}</h2></div>
      <p>${left_minor > 0 ? t("cash.left", { amount: money(left_minor, currency) }) : t("cash.open.hint")}</p>
      <${Count} drawer=${drawer} counted=${counted} onChange=${setCounted} label=${t("cash.float")} /></section>
    <section class="stack side">
      <div class="roomy">${main}</div>
      <p class="quiet">${t("cash.open.or-sell")}</p>
      <a class="button" href=${hrefOf("closings")}>${t("nav.closings")}</a>
    </section>
  </div><//>`;
}

/** @param {{drawer: any}} props */
function Open({ drawer: { session, currency } }) {
  const taken = session.drawer_minor - session.float_minor - session.moved_minor;
  const main = html`<a class="button primary wide-button" href=${hrefOf("close")}>${t("nav.close")}</a>`;
  return html`<${Frame} foot=${main}><div class="two-sides">
    <section class="stack"><div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.cash")}</h2></div>
      <p class="say">${t("cash.say", { amount: money(session.drawer_minor, currency) })}</p>
      <dl class="sums card pad">
        <div><dt>${t("cash.float-at", { time: timeOfDay(session.opened_at) })}</dt><dd>${amount(session.float_minor, currency)}</dd></div>
        <div><dt>${t("cash.taken")}</dt><dd>${amount(taken, currency)}</dd></div>
        ${session.moved_minor !== 0 && html`<div><dt>${t("report.moved_minor")}</dt><dd>${amount(session.moved_minor, currency)}</dd></div>`}
        ${session.foreign.map((/** @type {any} */ one) => html`<div key=${one.currency}><dt>${one.currency}</dt><dd>${amount(one.expected_minor, one.currency)}</dd></div>`)}
      </dl>
      ${session.moves.length > 0 && html`<ul class="card moves" aria-label=${t("cash.moves")}>${session.moves.map((/** @type {any} */ move) => html`<li key=${move.move_id}>
        <span class="grow">${t(`reason.${move.reason}`)}${move.note && ` · ${move.note}`}<br /><span class="quiet small">${timeOfDay(move.at)}</span></span>
        <b>${amount(move.change_minor, currency)}</b></li>`)}</ul>`}
    </section>
    <section class="stack side">
      <a class="button" href=${hrefOf("cash", "in")}>${t("cash.in")}</a>
      <a class="button" href=${hrefOf("cash", "out")}>${t("cash.out")}</a>
      <a class="button" href=${hrefOf("closings", "now")}>${t("report.so-far")}</a>
      <a class="button" href=${hrefOf("closings")}>${t("nav.closings")}</a>
      <div class="roomy">${main}</div>
    </section>
  </div><//>`;
}

/** @param {{way: "in" | "out"}} props */
function Move({ way }) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState(way === "in" ? "change" : "safe");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [move_id] = useState(uuid7);
  const [approval, setApproval] = useState("");
  const [needed, setNeeded] = useState(/** @type {any} */ (null));
  const { currency } = shop.value;
  const minor = Number(typed);

  async function move() {
    setBusy(true);
    notice.value = null;
    try {
      const said = await heard(post("/api/cash/moves", { move_id, change_minor: way === "in" ? minor : -minor, reason, note, approval }));
      notice.value = { tone: "good", text: t("cash.moved", { amount: money(said.drawer_minor, currency) }) };
      go("cash");
    } catch (thrown) {
      if (/** @type {any} */ (thrown).code === "approval-needed") setNeeded(thrown);
      else sayProblem(thrown);
      setBusy(false);
    }
  }

  const main = html`<button class="primary wide-button" disabled=${busy || minor === 0 || (reason === "other" && !note.trim())} onClick=${move}>
    ${t(`cash.${way}.do`, { amount: money(minor, currency) })}</button>`;
  return html`<${Frame} foot=${main}><div class="pay">
    <section class="pay-due">
      <div class="due"><${BackLink} page="cash" /><h2 class="strong">${t(`cash.${way}`)}</h2></div>
      <p class="big" aria-live="polite">${money(minor, currency)}</p>
      <div class="row" role="group" aria-label=${t("cash.why")}>${REASONS.map((one) => html`<button key=${one} class="pill" aria-pressed=${reason === one} onClick=${() => setReason(one)}>${t(`reason.${one}`)}</button>`)}</div>
      ${WITH_A_WORD.has(reason) && html`<div><label for="note">${t("cash.note")}</label><input id="note" maxlength="200" autocomplete="off" value=${note} onInput=${(/** @type {any} */ e) => setNote(e.target.value)} /></div>`}
    </section>
    <section class="pay-keys">
      ${needed && !approval && html`<${Later} key="approval" bare load=${loadApproval} props=${{ act: "cash-out", says: needed.message, onApproved: setApproval }} />`}
      ${(!needed || approval) && html`<${Keypad} label=${t("cash.amount")} value=${typed} maxLength=${LONGEST_AMOUNT} disabled=${busy} eraseLabel=${t("keypad.erase")}
        onChange=${(/** @type {string} */ next) => setTyped(next.replace(/^0+/, ""))} />`}
      <div class="roomy">${main}</div>
    </section>
  </div><//>`;
}
