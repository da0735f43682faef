// The fleet: tills, hubs and boards, when each was last heard and how far behind it is, and what was kept aside.
import { html } from "/shared/vendor/ui.js";
import { DeadLetters } from "/shared/components/dead_letters.js";
import { Chip, EmptyState } from "/shared/components/states.js";
import { nowMs } from "/shared/now.js";
import { ago, clockTime, duration } from "/shared/times.js";
import { fleet, LETTERS, letters } from "../cloud.js";
import { Shown, usePortion } from "../shown.js";
import { count, locale, t } from "../words.js";
import { fleetSentence } from "./fleet_sentence.js";
import { alarmsOf, whyOf } from "./why.js";

/** @typedef {import("../cloud.js").Fleet} Fleet */
/** @typedef {import("../cloud.js").Source} Source */

const ROLES = /** @type {const} */ (["till", "hub", "board"]);
const FIRST = 20;
const STEP = 100;

export const FleetPage = () => html`<${Shown} of=${fleet}>
  ${(/** @type {Fleet} */ now) => html`<div class="stack">
    ${now.sources.length === 0
      ? html`<${EmptyState} title=${t("fleet.none")}>${t("fleet.none.hint")}</${EmptyState}>`
      : html`<${Alarms} now=${now} /><p class="say">${fleetSentence(now)}</p>`}
    <${HeldBack} now=${now} /><${Letters} />
    ${ROLES.map((role) => html`<${RoleTable} key=${role} role=${role} list=${now.sources.filter((source) => source.role === role)} />`)}
  </div>`}
</${Shown}>`;

/** @param {{role: string, list: Source[]}} props */
function RoleTable({ role, list }) {
  const silentFirst = [...list].sort((a, b) => Number(b.alarm) - Number(a.alarm) || Number(a.online) - Number(b.online) || b.behind - a.behind || a.name.localeCompare(b.name));
  const { portion, more } = usePortion(silentFirst, FIRST, STEP);
  if (list.length === 0) return null;
  const chained = role !== "board"; // a board keeps no ledger
  return html`<section class="card pad stack">
    <h2>${t(`fleet.role.${role}`)} <span class="quiet">${count(list.length)}</span></h2>
    <table>
      <thead><tr><th scope="col">${t("fleet.name")}</th><th scope="col">${t("fleet.seen")}</th>
        ${chained && html`<th scope="col" class="held">${t("fleet.held")}</th><th scope="col">${t("fleet.behind")}</th>`}</tr></thead>
      <tbody>${portion.map((source) => html`<${Row} key=${source.source} source=${source} chained=${chained} />`)}</tbody>
    </table>${more}
  </section>`;
}

/** @param {{source: Source, chained: boolean}} props */
function Row({ source: row, chained }) {
  const { source, name, online, last_seen, seq, behind, behind_s, alarm, told } = row;
  const why = whyOf(row);
  const seen = online ? nowMs.value : last_seen && Date.parse(last_seen); // online means: heard within its hub's last report
  return html`<tr>
    <th scope="row"><span class="named">${name} <${Chip} tone=${alarm ? "bad" : online ? "good" : "warn"}>${t(alarm ? "fleet.look" : online ? "fleet.online" : "fleet.offline")}</${Chip}></span><span class="standing">${source}</span>
      ${why && html`<span class=${`standing why ${alarm ? "bad" : ""}`}>${why} ${alarm && told}</span>`}</th>
    <td class="nowrap">${seen ? ago(seen, nowMs.value, locale.value) : t("fleet.never")}</td>
    ${chained && html`<td class="held">${count(seq)}</td><td class=${behind > 0 ? "warn" : ""}>${behind > 0 ? t("fleet.behind.n", { n: behind }) : t("fleet.behind.none")}
      ${behind > 0 && html`<span class="standing">${t("fleet.behind.since", { span: duration(behind_s, locale.value) })}</span>`}</td>`}
  </tr>`;
}

/** What needs a person comes before everything else. @param {{now: Fleet}} props */
const Alarms = ({ now }) =>
  html`${alarmsOf(now.sources).map((words) => html`<p key=${words} class="say bad" role="alert">${words}</p>`)}`;

/** @param {{now: Fleet}} props */
function HeldBack({ now: { quarantined } }) {
  if (quarantined.length === 0) return null;
  return html`<section class="card pad stack">
    <h2>${t("fleet.quarantined")}</h2>
    <p>${t("fleet.quarantined.hint")}</p>
    <ul class="stack">${quarantined.slice(0, STEP).map(({ source, epoch, seq, reason }) => html`<li key=${`${source} ${epoch}`} class="note bad"><span>
      <b>${source}</b> ${seq ? t("fleet.quarantined.at", { seq }) : ""} · ${reason}</span></li>`)}</ul>
  </section>`;
}

function Letters() {
  const now = letters.value.value;
  if (!now) return null;
  const list = now.letters.map((letter) => ({ ...letter, sinceMs: letter.since_ms }));
  return html`<${DeadLetters} letters=${list} dropped=${now.dropped} path=${LETTERS} t=${t} refresh=${letters.refresh}
    timeOf=${(/** @type {number} */ ms) => clockTime(ms, nowMs.value, locale.value)} />`;
}
