// Which columns a catalogue file has, with two rows to begin from: to read here, or to save and fill in.
import { html } from "/shared/vendor/ui.js";
import { t } from "../words.js";

const BOM = "\ufeff"; // so that a spreadsheet reads the letters right

export function CatalogueSample() {
  const sample = t("import.sample.file");
  return html`<section class="stack tight">
    <p class="quiet">${t("import.columns")}</p>
    <pre class="card pad small sample" tabindex="0" aria-label=${t("import.sample")}>${sample}</pre>
    <a class="button" href=${`data:text/csv;charset=utf-8,${encodeURIComponent(`${BOM}${sample}\n`)}`} download="products.csv">${t("import.sample.save")}</a>
  </section>`;
}
