// Today: the sentence, the hours, stalls and products, and in short the parcels and the fleet.
import { html, useEffect } from "/shared/vendor/ui.js";
import { Chip, EmptyState, Skeleton } from "/shared/components/states.js";
import { hrefOf, route } from "/shared/route.js";
import { dayName } from "/shared/times.js";
import { fleet, parcels, STATES, STATE_TONES, today } from "../cloud.js";
import { Shown } from "../shown.js";
import { count, locale, t } from "../words.js";
import { CouponFindings } from "./coupons.js";
import { fleetSentence } from "./fleet_sentence.js";
import { Hours } from "./hours.js";
import { Market } from "./market.js";
import { RefundFindings } from "./refunds.js";
import { alarm, Sentence } from "./sentence.js";
import { Products, Stalls } from "./tables.js";
import { Transfers } from "./transfers.js";
import { VoucherFindings } from "./vouchers.js";

export const TodayPage = () => html`<${Shown} of=${today} skeleton=${html`<${Waiting} />`}>
  ${(/** @type {import("../cloud.js").Today} */ now) => html`<${Figures} now=${now} />`}
</${Shown}>`;

/** @param {{now: import("../cloud.js").Today}} props */
function Figures({ now }) {
  const [, section] = route.value;
  useEffect(() => {
    const target = section ? document.getElementById(section) : null;
    target?.scrollIntoView({ behavior: "smooth", block: "start" });
    target?.focus({ preventScroll: true });
  }, [section]);

  const nothing = now.stalls_table.length === 0 && now.hours.length === 0;
  return html`<div class="today">
    <p class="quiet full">${dayName(now.date, locale.value, { day: "numeric", month: "long", year: "numeric" })}</p>
    ${nothing
      ? html`<div class="full">${alarm() && html`<p class="say">${alarm()}</p>`}<${EmptyState} title=${t("today.none")}>${t("today.none.hint")}</${EmptyState}></div><${Transfers} />`
      : html`<div class="full"><${Sentence} now=${now} /></div><${RefundFindings} /><${VoucherFindings} /><${CouponFindings} /><${Transfers} />
        <div class="column main"><${Hours} now=${now} /><${Products} now=${now} /></div>`}
    <div class=${nothing ? "full pair" : "column aside"}>
      ${!nothing && html`<${Stalls} now=${now} />`}<${Market} /><${ParcelsInShort} /><${FleetInShort} />
    </div>
  </div>`;
}

const ParcelsInShort = () => html`<section class="card pad stack">
  <h2>${t("parcels.title")}</h2>
  <${Shown} of=${parcels}>${(/** @type {import("../cloud.js").Parcels} */ { by_state }) => html`
    ${STATES.some((state) => by_state[state]) ? html`<ul class="states">${STATES.filter((state) => by_state[state]).map((state) => html`<li key=${state}>
      <a href=${hrefOf("lockers", state)}><b>${count(by_state[state] ?? 0)}</b> <${Chip} tone=${STATE_TONES[state]}>${t(`state.${state}`)}</${Chip}></a></li>`)}</ul>`
      : html`<p class="quiet">${t("parcels.none")}</p>`}
    <a class="go" href=${hrefOf("lockers")}>${t("parcels.all")}</a>`}
  </${Shown}>
</section>`;

const FleetInShort = () => html`<section class="card pad stack">
  <h2>${t("fleet.title")}</h2>
  <${Shown} of=${fleet}>${(/** @type {import("../cloud.js").Fleet} */ now) => html`
    <p>${now.sources.length === 0 ? t("fleet.none.hint") : fleetSentence(now)}</p>
    <a class="go" href=${hrefOf("fleet")}>${t("fleet.all")}</a>`}
  </${Shown}>
</section>`;

const Waiting = () => html`<div class="today">
  <div class="full"><${Skeleton} lines=${2} height="2rem" label=${t("loading")} /></div>
  <span class="skeleton tall" aria-hidden="true"></span><span class="skeleton tall" aria-hidden="true"></span>
</div>`;
