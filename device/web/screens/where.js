// Where the sales are: this till, the hub, the cloud, one below the other; how many are missing, since when, and why.
import { Chip, EmptyState, Skeleton } from "/shared/components/states.js";
import { html } from "/shared/vendor/ui.js";
import { Frame } from "../parts/frame.js";
import { Stale } from "../parts/stale.js";
import { whyOf } from "../parts/why.js";
import { heardAtMs, saved } from "../till.js";
import { t, timeOfDay } from "../words.js";

export function Where() {
  const now = saved.value;
  return html`<${Frame}>
    <div class="narrow stack">
      <h2>${t("nav.where")}</h2>
      <${Stale} atMs=${heardAtMs.value} />
      ${now ? html`<${Journey} now=${now} />` : html`<${Skeleton} lines=${4} height="64px" label=${t("app.loading")} />`}
    </div>
  <//>`;
}

/** @param {{now: import("../till.js").Saved}} props */
function Journey({ now: { sales, entries, progress } }) {
  if (!progress) return html`<${EmptyState} title=${t("where.alone")}>${t("where.alone.hint")}<//>`;
  const { hub, cloud } = progress;
  const all = hub.behind === 0 && cloud.behind === 0 && !progress.alarm;
  return html`<p class="say">${t(progress.alarm ? "where.say.alarm" : all ? "where.say.all" : "where.say.safe")}</p>
    <ol class="journey stack">
      <li class="card pad"><h3>${t("where.till")}</h3><b class="count">${sales.till}</b>
        <p>${t("where.till.hint", { n: entries.head })}</p></li>
      <${Place} place="hub" count=${sales.hub} leg=${hub} /><${Place} place="cloud" count=${sales.cloud} leg=${cloud} />
    </ol>`;
}

/** @param {{place: "hub" | "cloud", count: number, leg: import("../till.js").Leg}} props */
function Place({ place, count, leg }) {
  const why = whyOf(place, leg);
  const tone = why.alarm ? "bad" : leg.behind > 0 ? "warn" : "good";
  return html`<li class="card pad">
    <h3>${t(`where.${place}`)} <${Chip} tone=${tone}>${leg.behind > 0 ? t("where.behind", { n: leg.behind }) : t(why.alarm ? "where.stopped" : "where.all")}<//></h3>
    <b class="count">${count}</b>
    <p class=${why.alarm ? "bad" : ""} role=${why.alarm ? "alert" : undefined}><b>${why.words}</b> ${why.remedy}</p>
    ${leg.behind_since && html`<p class="quiet small">${t("where.oldest", { time: timeOfDay(leg.behind_since) })}</p>`}
    ${why.told && html`<p class="quiet small">${t("where.told", { words: why.told })}</p>`}
  </li>`;
}
