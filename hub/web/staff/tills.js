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

/** @typedef {import("./hub.js").Sources} Sources */
/** @typedef {import("./hub.js").Source} Source */

export function Tills() {
  const now = sources.value.value;
  const problem = sources.problem.value;
  if (!now && problem) {
    const { title, remedy } = problemWords(t, problem);
    return html`<${ErrorCard} title=${title} remedy=${remedy} action=${t("again")} onAction=${sources.refresh} />`;
  }
  if (!now) return html`<${Skeleton} lines=${6} height="3rem" label=${t("loading")} />`;
  return html`<div class="stack">
    <p class="say">${sentence(now)}</p>
    <div class="two">
      <section class="card pad"><h2>${t("tills.title")}</h2><${SourceTable} list=${now.sources} /></section>
      <section class="card pad stack"><h2 class="row">${t("cloud.title")}
        <${Chip} tone=${now.cloud.reachable ? "good" : "warn"}>${t(now.cloud.reachable ? "cloud.reachable" : "cloud.unreachable")}</${Chip}></h2>
        <p>${t(now.cloud.reachable ? "cloud.reachable.hint" : "cloud.unreachable.hint")}</p>
      </section>
    </div>
    <${Letters} />
  </div>`;
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
  return html`<div class="table-scroll" tabindex="0" role="group" aria-label=${t("tills.title")}><table>
    <thead><tr><th scope="col">${t("tills.name")}</th><th scope="col">${t("tills.seen")}</th><th scope="col">${t("tills.cloud")}</th></tr></thead>
    <tbody>${list.map((source) => html`<${SourceRow} key=${`${source.source} ${source.epoch}`} source=${source}
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
    <th scope="row">${name}<br /><${Chip} tone=${source.online ? "good" : "warn"}>${t(standing(source))}</${Chip}></th>
    <td>${seen}</td>
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
