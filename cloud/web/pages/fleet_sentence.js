// What matters about the fleet, in words.
import { listed, t } from "../words.js";

const NAMED = 3;

/** @param {import("../cloud.js").Fleet} fleet */
export function fleetSentence({ sources }) {
  const away = sources.filter(({ online }) => !online);
  const behind = sources.reduce((sum, source) => sum + source.behind, 0);
  const parts = [];
  if (away.length > 0) parts.push(t("fleet.say.away", { n: away.length, names: namesOf(away) }));
  if (behind > 0) parts.push(t("fleet.say.behind", { n: behind }));
  return parts.length > 0 ? parts.join(" ") : t("fleet.say.all", { n: sources.length });
}

/** The first few by name, the others by number. @param {import("../cloud.js").Source[]} sources */
function namesOf(sources) {
  const names = sources.slice(0, NAMED).map(({ name }) => name);
  const others = sources.length - names.length;
  return listed(others > 0 ? [...names, `+${others}`] : names);
}
