// What is going on around the stall: what was noted, what it is thought to do, and until when it counts.
import { Chip, EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { Stale } from "../parts/stale.js";
import { sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { aboutWords, dateRange, dayFromToday, shortDate, signedPercent, strengthWords } from "../signal_texts.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

/** @typedef {import("../signal_texts.js").Signal & {noted_at: string, steps_milli: number, percent: number, seen_days: number, is_over: boolean}} TellSignal */

const NEW = "+";
const FILE = "file";

/** @param {{way?: string}} props */
export function Signals({ way }) {
  if (way === NEW) return html`<${Later} load=${() => import("./note_signal.js").then((loaded) => loaded.NoteSignal)} />`;
  if (way === FILE) return html`<${Later} load=${() => import("./signals_file.js").then((loaded) => loaded.SignalsFile)} />`;
  return html`<${List} />`;
}

function List() {
  const { said, atMs, problem, again } = useAnswer(() => get("/api/signals"), "");
  /** @type {TellSignal[]} */
  const signals = said?.signals ?? [];
  const live = signals.filter((one) => !one.is_over);
  const over = signals.filter((one) => one.is_over);
  const main = html`<a class="button primary wide-button" href=${hrefOf("signals", NEW)}>${t("signals.add")}</a>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.signals")}</h2></div>
    <p class="quiet">${t("signals.hint")}</p>
    ${said && html`<${Stale} atMs=${atMs} />`}
    ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${6} height="88px" label=${t("app.loading")} />`}
    ${said && live.length === 0 && html`<${EmptyState} title=${t("signals.none")}>${t("signals.none.hint")}<//>`}
    ${live.length > 0 && html`<ul class="signals card">${live.map((one) => html`<${Row} key=${one.signal_id} signal=${one} onGone=${again} />`)}</ul>`}
    <div class="roomy">${main}</div>
    <a class="button" href=${hrefOf("signals", FILE)}>${t("signals.file")}</a>
    ${over.length > 0 && html`<details class="card pad rules-group"><summary><b>${t("signals.over")}</b> <span class="quiet">${over.length}</span></summary>
      <ul class="signals">${over.map((one) => html`<${Row} key=${one.signal_id} signal=${one} onGone=${again} />`)}</ul></details>`}
  </div><//>`;
}

/** @param {{signal: TellSignal, onGone: () => void}} props */
function Row({ signal, onGone }) {
  async function takeAway() {
    try {
      await heard(ask("DELETE", `/api/signals/${encodeURIComponent(signal.signal_id)}`));
      notice.value = { tone: "good", text: t("signals.gone") };
    } catch (thrown) {
      sayProblem(thrown);
    }
    onGone();
  }
  const figure = signal.value > 0 ? signal.value.toLocaleString() : "";
  return html`<li>
    <p><b>${t(`signal.${signal.kind}`)}</b> · ${figure || strengthWords(signal.kind, signal.strength_milli)} <${Chip} tone=${signal.percent === 0 ? "" : signal.percent > 0 ? "good" : "warn"}>${effect(signal)}<//></p>
    <p class="quiet small">${[dateRange(signal.first, signal.last), aboutWords(signal), signal.source, t("signals.by", { name: signal.cashier, day: shortDate(signal.noted_at) })].filter(Boolean).join(" · ")}</p>
    <p class="small">${learned(signal)}${expiry(signal)}</p>
    <button class="plain" aria-label=${t("signals.remove.which", { what: `${t(`signal.${signal.kind}`)}, ${dateRange(signal.first, signal.last)}` })} onClick=${takeAway}>${t("signals.remove")}</button>
  </li>`;
}

/** @param {TellSignal} signal */
const effect = ({ percent, steps_milli }) => (steps_milli === 0 ? t("signals.no-usual") : signedPercent(percent));

/** @param {TellSignal} signal */
const learned = ({ seen_days }) => (seen_days > 0 ? t("signals.learned", { n: seen_days }) : t("signals.guess"));

/** @param {TellSignal} signal */
function expiry({ expires, last, is_over }) {
  if (is_over) return "";
  const day = expires < last ? expires : last;
  return ` ${day === dayFromToday() ? t("signals.until-today") : t("signals.until", { day: shortDate(day) })}`;
}
