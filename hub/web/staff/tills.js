// Where everything stands: tills and this hub, the cloud, and what could not be taken.
import { html } from "/shared/vendor/ui.js";
import { Chip, EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { DeadLetters } from "/shared/components/dead_letters.js";
import { problemWords } from "/shared/problem_words.js";
import { nowMs } from "/shared/now.js";
import { ago, clockTime } from "/shared/times.js";
import { locale, t } from "../words.js";
import { LETTERS, letters, sources } from "./hub.js";
import { lockerName } from "./locker_name.js";
import { whysOf } from "./why.js";

/** @typedef {import("./hub.js").Sources} Sources */
/** @typedef {import("./hub.js").Source} Source */

const ALARMS_SHOWN = 3;
const ROLES = /** @type {Source["role"][]} */ (["till", "hub", "board", null]);

export function Tills() {
  const now = sources.value.value;
  const problem = sources.problem.value;
  if (!now && problem) {
    const { title, remedy } = problemWords(t, problem);
    return html`<${ErrorCard} title=${title} remedy=${remedy} action=${t("again")} onAction=${sources.refresh} />`;
  }
  if (!now) return html`<${Skeleton} lines=${6} height="3rem" label=${t("loading")} />`;
  return html`<div class="stack">
    ${alarms(now).map((words) => html`<p key=${words} class="say bad" role="alert">${words}</p>`)}
    <p class="say">${sentence(now)}</p>
    <div class="two">
      <section class="card pad"><h2>${t("tills.title")}</h2><${SourceTable} list=${now.sources} /></section>
      <section class="card pad stack"><h2 class="row">${t("cloud.title")}
        <${Chip} tone=${now.cloud.reachable ? "good" : "warn"}>${t(now.cloud.reachable ? "cloud.reachable" : "cloud.unreachable")}</${Chip}></h2>
        <p>${t(now.cloud.reachable ? "cloud.reachable.hint" : "cloud.unreachable.hint")}</p>
        ${now.cloud.since && html`<p class="quiet small">${t(now.cloud.reachable ? "cloud.since" : "cloud.away-since", { time: at(now.cloud.since) })}</p>`}
        ${now.cloud.behind_since && html`<p class="quiet small">${t("cloud.oldest", { time: at(now.cloud.behind_since) })}</p>`}
        <h2 class="row">${t("broker.title")} <${Chip} tone=${now.broker.connected ? "good" : "bad"}>${t(now.broker.connected ? "broker.connected" : "broker.away")}</${Chip}></h2>
        <p>${t(now.broker.connected ? "broker.connected.hint" : "broker.away.hint")}</p>
        <p class="quiet small">${t("broker.since", { time: at(now.broker.since) })}</p>
      </section>
    </div>
    <${Letters} />
  </div>`;
}

/** @param {string} iso */
const at = (iso) => clockTime(Date.parse(iso), nowMs.value, locale.value);

/** What needs a person comes before everything else. @param {Sources} now */
function alarms({ sources: list, broker, full }) {
  const told = list.flatMap((source) => whysOf(source).filter(({ alarm }) => alarm).map(({ words }) => words));
  const shown = told.slice(0, ALARMS_SHOWN);
  if (told.length > shown.length) shown.push(t("tills.say.more", { n: told.length - shown.length }));
  if (full) shown.unshift(t("tills.say.full"));
  if (!broker.connected) shown.unshift(t("tills.say.broker", { time: at(broker.since) }));
  return shown;
}

/** @param {Sources} now */
function sentence({ sources: list, cloud }) {
  const behind = Math.max(cloud.behind, list.reduce((sum, source) => sum + source.behind, 0));
  const away = list.filter(({ online, role, removed }) => !online && !removed && role === "till").length;
  const first = behind === 0 ? t("tills.say.all") : t("tills.say.behind", { n: behind });
  return away === 0 ? first : `${first} ${t("tills.say.offline", { n: away })}`;
}

/** @param {{list: Source[]}} props */
function SourceTable({ list }) {
  if (list.length === 0) return html`<${EmptyState} title=${t("tills.none")}>${t("tills.none.hint")}</${EmptyState}>`;
  const boards = list.filter(({ role }) => role === "board").map(({ source }) => source);
  const inOrder = [...list].sort((a, b) => Number(b.alarm) - Number(a.alarm) || ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  return html`<div class="table-scroll" tabindex="0" role="group" aria-label=${t("tills.title")}><table>
    <thead><tr><th scope="col">${t("tills.name")}</th><th scope="col">${t("tills.seen")}</th><th scope="col">${t("tills.cloud")}</th></tr></thead>
    <tbody>${inOrder.map((source) => html`<${SourceRow} key=${`${source.source} ${source.epoch}`} source=${source}
      name=${source.role === "board" ? t("doors.board", { name: lockerName(source.source, boards) }) : source.source} />`)}</tbody>
  </table></div>`;
}

/** Whether a source is there, in a word. @param {Source} source */
function standing({ online, role, removed }) {
  if (removed) return "tills.removed";
  if (online) return "tills.online";
  return role === "till" ? "tills.offline" : "tills.silent";
}

/** @param {{source: Source, name: string}} props */
function SourceRow({ source, name }) {
  const { behind } = source;
  const chained = source.role !== "board"; // a board keeps no ledger
  const seen = source.last_seen ? ago(Date.parse(source.last_seen), nowMs.value, locale.value) : source.online ? ago(0, 0, locale.value) : "–";
  return html`<tr>
    <th scope="row">${name}<br /><${Chip} tone=${source.alarm ? "bad" : source.online ? "good" : "warn"}>${t(source.alarm ? "tills.alarm" : standing(source))}</${Chip}>
      ${whysOf(source).map(({ words, told, alarm }) => html`<p key=${words} class=${`why small ${alarm ? "bad" : "quiet"}`}>${words} ${told}</p>`)}</th>
    <td class="nowrap">${seen}</td>
    <td class=${behind > 0 ? "warn" : "good"}>${chained && (behind > 0 ? t("tills.behind", { n: behind }) : t("tills.all"))}</td>
  </tr>`;
}

/** What could not be read, with the time as this page shows it. */
function Letters() {
  const now = letters.value.value;
  if (!now) return null;
  const list = now.letters.map((letter) => ({ ...letter, sinceMs: letter.since ? Date.parse(letter.since) : null }));
  return html`<${DeadLetters} letters=${list} dropped=${now.dropped} path=${LETTERS} t=${t} refresh=${letters.refresh}
    timeOf=${(/** @type {number} */ ms) => clockTime(ms, nowMs.value, locale.value)} />`;
}
