// Which version each till runs: "Harbour Market runs version 12, 3 behind, last heard 14 min ago."
import { html } from "/shared/vendor/ui.js";
import { nowMs } from "/shared/now.js";
import { ago } from "/shared/times.js";
import { supplies } from "../../cloud.js";
import { usePortion } from "../../shown.js";
import { locale, t } from "../../words.js";

/** @typedef {import("../../cloud.js").StallRow} StallRow */

const FIRST = 5;
const STEP = 50;
const ADDRESS = "catalogue/everyone";

export function Running() {
  const now = supplies.value.value;
  const list = now?.stalls ?? [];
  const newest = now?.newest[ADDRESS] ?? 0;
  const behindFirst = [...list].sort((a, b) => runningOf(a) - runningOf(b) || a.name.localeCompare(b.name));
  const { portion, more } = usePortion(behindFirst, FIRST, STEP);
  if (list.length === 0 || newest === 0) return null;
  return html`<section class="card pad stack"><h2>${t("running.title")}</h2>
    <ul class="running">${portion.map((stall) => html`<li key=${stall.source} class=${runningOf(stall) < newest ? "warn" : "good"}>${runningWords(stall, newest, nowMs.value)}</li>`)}</ul>${more}
  </section>`;
}

/** @param {StallRow} stall */
const runningOf = ({ documents }) => documents[ADDRESS] ?? documents.catalogue ?? 0;

/** @param {StallRow} stall @param {number} newest @param {number} atMs */
export function runningWords(stall, newest, atMs) {
  const version = runningOf(stall);
  const behind = newest - version;
  const seen = stall.online ? atMs : stall.last_seen && Date.parse(stall.last_seen);
  const heard = seen ? t("running.heard", { ago: ago(seen, atMs, locale.value) }) : t("running.never");
  if (version === 0) return t("running.none", { name: stall.name, heard });
  if (behind <= 0) return t("running.newest", { name: stall.name, version: String(version), heard });
  return t("running.behind", { name: stall.name, version: String(version), n: behind, heard });
}
