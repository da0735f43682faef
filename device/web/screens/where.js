// Where the sales are: this till, the hub, the cloud, one below the other; how many are missing, since when, and why.
import { Chip, EmptyState, Skeleton } from "/shared/components/states.js";
import { html } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Stale } from "../parts/stale.js";
import { whyOf } from "../parts/why.js";
import { heardAtMs, saved, shop } from "../till.js";
import { t, timeOfDay } from "../words.js";

export function Where() {
  const now = saved.value;
  return html`<${Frame}>
    <div class="narrow stack">
      <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.where")}</h2></div>
      <${Stale} atMs=${heardAtMs.value} />
      ${now ? html`<${Journey} now=${now} />` : html`<${Skeleton} lines=${4} height="64px" label=${t("app.loading")} />`}
    </div>
  <//>`;
}

/** @param {{now: import("../till.js").Saved}} props */
function Journey({ now: { sales, progress } }) {
  if (!progress) return html`<${EmptyState} title=${t("where.alone")}>${t("where.alone.hint", { till: shop.value.till, tenant: shop.value.tenant ?? "" })}<//>`;
  const { hub, cloud } = progress;
  const all = hub.behind === 0 && cloud.behind === 0 && !progress.alarm;
  return html`<p class="say">${t(progress.alarm ? "where.say.alarm" : all ? "where.say.all" : "where.say.safe")}</p>
    <ol class="journey stack">
      <li class="card pad"><h3>${t("where.till")}</h3><b class="count">${sales.till}</b>
        <p>${t("where.till.hint")}</p></li>
      <${Place} place="hub" sales=${sales} leg=${hub} /><${Place} place="cloud" sales=${sales} leg=${cloud} />
    </ol>`;
}

/** @param {{place: "hub" | "cloud", sales: import("../till.js").Saved["sales"], leg: import("../till.js").Leg}} props */
function Place({ place, sales, leg }) {
  const why = whyOf(place, leg);
  const oldest = leg.behind_since ? timeOfDay(leg.behind_since) : "";
  const tone = why.alarm ? "bad" : leg.behind > 0 ? "warn" : "good";
  return html`<li class="card pad">
    <h3>${t(`where.${place}`)} <${Chip} tone=${tone}>${t(standing(sales.till - sales[place], leg.behind, why.alarm), { n: sales.till - sales[place] })}<//></h3>
    <b class="count">${sales[place]}</b>
    <p role=${why.alarm ? "alert" : undefined}><b class=${why.alarm ? "bad" : ""}>${why.words}</b> ${why.remedy}</p>
    ${oldest && !why.words.includes(oldest) && html`<p class="quiet small">${t("where.oldest", { time: oldest })}</p>`}
    ${why.told && html`<p class="quiet small">${t("where.told", { words: why.told })}</p>`}
  </li>`;
}

/**
 * How much is missing, counted in what a seller counts: today's sales; older ones and what is no sale have no number.
 * @param {number} missing today's sales
 * @param {number} behind everything
 * @param {boolean} alarm
 */
function standing(missing, behind, alarm) {
  if (behind === 0) return alarm ? "where.stopped" : "where.all";
  return missing > 0 ? "where.behind" : "where.rest";
}
