// Which version of the catalogue is sold from, and what this till has changed that is still on its way.
import { clockTime } from "/shared/times.js";
import { html } from "/shared/vendor/ui.js";
import { documents, saved } from "../till.js";
import { locale, t } from "../words.js";

export function CatalogueSays() {
  const now = documents.value;
  if (!now || !saved.value?.progress) return null; // a till of its own has its products from nobody
  const running = now.running.filter((one) => one.kind === "catalogue").at(-1);
  const since = running && clockTime(Date.parse(running.since), Date.now(), locale.value);
  const version = running ? t("documents.catalogue", { version: running.version, since: since ?? "" }) : t("documents.none");
  return html`<p class="quiet small" aria-live="polite">${version} ${now.waiting > 0 && t("documents.waiting", { n: now.waiting })}</p>`;
}
