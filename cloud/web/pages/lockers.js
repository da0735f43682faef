// Parcels of all hubs: how many in which state, and each one.
import { html } from "/shared/vendor/ui.js";
import { Chip, EmptyState } from "/shared/components/states.js";
import { hrefOf, route } from "/shared/route.js";
import { nowMs } from "/shared/now.js";
import { clockTime } from "/shared/times.js";
import { parcels, STATES, STATE_TONES } from "../cloud.js";
import { Shown, usePortion } from "../shown.js";
import { count, locale, t } from "../words.js";

/** @typedef {import("../cloud.js").Parcels} Parcels */
/** @typedef {import("../cloud.js").Parcel} Parcel */

const FIRST = 30;
const STEP = 100;

export const LockersPage = () => html`<${Shown} of=${parcels}>
  ${(/** @type {Parcels} */ now) => html`<${Board} now=${now} />`}
</${Shown}>`;

/** @param {{now: Parcels}} props */
function Board({ now }) {
  const all = Object.values(now.by_state).reduce((sum, n) => sum + n, 0);
  if (all === 0) return html`<${EmptyState} title=${t("lockers.none.title")}>${t("lockers.none.hint")}</${EmptyState}>`;
  const wanted = STATES.find((state) => state === route.value[1]);
  const list = wanted ? now.parcels.filter((parcel) => parcel.state === wanted) : [...now.parcels].sort(byUrgency);
  return html`<div class="stack">
    <p class="say">${sentence(now)}</p>
    <nav class="row filters" aria-label=${t("lockers.states")}>
      <a class="button pill" href=${hrefOf("lockers")} aria-current=${wanted ? undefined : "true"}>${t("lockers.all")} ${count(all)}</a>
      ${STATES.filter((state) => now.by_state[state]).map((state) => html`<a key=${state} class="button pill" href=${hrefOf("lockers", state)}
        aria-current=${wanted === state ? "true" : undefined}>${t(`state.${state}`)} ${count(now.by_state[state] ?? 0)}</a>`)}
    </nav>
    ${all > now.parcels.length && html`<p class="quiet small">${t("lockers.limit", { n: now.parcels.length })}</p>`}
    ${list.length === 0 ? html`<p class="quiet">${t("lockers.none", { state: t(`state.${wanted}`) })}</p>` : html`<${ParcelTable} key=${wanted ?? "all"} list=${list} />`}
  </div>`;
}

/** What somebody has to do something about stands first; the server's order within a state stays. @param {Parcel} a @param {Parcel} b */
const byUrgency = (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state);

/** @param {Parcels} now */
function sentence({ by_state, parcels: list }) {
  const lying = by_state.deposited ?? 0;
  const todo = (by_state.reserved ?? 0) + (by_state.waiting ?? 0);
  const unclear = by_state.opening ?? 0;
  const oldest = Math.min(...list.filter(({ state }) => state === "deposited").map(({ since }) => Date.parse(since)));
  const since = Number.isFinite(oldest) ? clockTime(oldest, nowMs.value, locale.value) : "–";
  const parts = [t("lockers.say.deposited", { n: lying, since })];
  if (todo > 0) parts.push(t("lockers.say.todo", { n: todo }));
  if (unclear > 0) parts.push(t("lockers.say.unclear", { n: unclear }));
  return parts.join(" ");
}

/** @param {{list: Parcel[]}} props */
function ParcelTable({ list }) {
  const { portion, more } = usePortion(list, FIRST, STEP);
  return html`<section class="card pad stack"><table class="parcels">
    <thead><tr><th scope="col">${t("lockers.number")}</th><th scope="col">${t("lockers.state")}</th><th scope="col">${t("lockers.where")}</th>
      <th scope="col">${t("lockers.from")}</th><th scope="col">${t("lockers.since")}</th></tr></thead>
    <tbody>${portion.map((parcel) => html`<${Row} key=${parcel.parcel_id} parcel=${parcel} />`)}</tbody>
  </table>${more}</section>`;
}

/** @param {{parcel: Parcel}} props */
function Row({ parcel: { number, state, hub, compartment, till, since } }) {
  const inside = compartment !== null && state !== "collected";
  return html`<tr>
    <th scope="row"><b>${number ?? "–"}</b></th>
    <td><${Chip} tone=${STATE_TONES[state]}>${t(`state.${state}`)}</${Chip}></td>
    <td>${inside ? t("lockers.door", { hub, door: compartment }) : hub}</td>
    <td class="quiet">${till}</td>
    <td class="nowrap">${clockTime(Date.parse(since), nowMs.value, locale.value)}</td>
  </tr>`;
}
