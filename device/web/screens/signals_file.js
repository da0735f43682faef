// Signals from a file: shown with its broken rows and why, and only then taken over.
import { html } from "/shared/vendor/ui.js";
import { BrokenRows, useFilePreview } from "../parts/file_preview.js";
import { BackLink, Frame } from "../parts/frame.js";
import { go } from "../router.js";
import { aboutWords, dateRange, strengthWords } from "../signal_texts.js";
import { notice } from "../till.js";
import { t } from "../words.js";

/**
 * @typedef {import("../signal_texts.js").Signal} Signal
 */

export function SignalsFile() {
  const { plan, busy, look, take } = useFilePreview("/api/signals/import", ({ count }) => {
    notice.value = { tone: "good", text: t("signals.taken", { n: count }) };
    go("signals");
  });
  const main = plan && plan.count > 0 && html`<button class="primary wide-button" disabled=${busy} onClick=${take}>${t("signals.take", { n: plan.count })}</button>`;
  return html`<${Frame} foot=${main || null}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="signals" /><h2>${t("signals.file")}</h2></div>
    <p class="quiet">${t("signals.file.hint")}</p>
    <pre class="card pad small sample" tabindex="0" aria-label=${t("signals.file.sample")}>kind,from,to,strength,value,about,source
social,2026-11-27,2026-11-29,2,,product: bowl-1,Reel
attendance,2026-11-28,,,4200,,Night market</pre>
    <div><label for="signals-file">${t("signals.file.choose")}</label>
      <input id="signals-file" type="file" accept=".csv,.txt,text/csv" disabled=${busy} onChange=${(/** @type {any} */ e) => look(e.target.files[0])} /></div>
    ${plan && html`<p class="say" role="status"><b>${t("signals.file.good", { n: plan.count })}</b></p>
      ${plan.refused_count > 0 && html`<${BrokenRows} plan=${plan} />`}
      ${plan.count > 0 && html`<ul class="plain-list card pad">${plan.signals.map((/** @type {Signal} */ one) => html`<li key=${one.signal_id}><b>${t(`signal.${one.kind}`)}</b> · ${one.value > 0 ? one.value.toLocaleString() : strengthWords(one.kind, one.strength_milli)}<br />
        <span class="quiet small">${[dateRange(one.first, one.last), aboutWords(one), one.source].filter(Boolean).join(" · ")}</span></li>`)}</ul>
        <div class="roomy">${main}</div>`}`}
  </div><//>`;
}
