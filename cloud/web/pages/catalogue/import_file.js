// A catalogue file: read, shown what it would change and which rows are broken and why, and only then taken over. And the way out.
import { html, useState } from "/shared/vendor/ui.js";
import { post } from "/shared/http.js";
import { count, t } from "../../words.js";
import { useAsking } from "./asking.js";

/** @typedef {import("../../cloud.js").CatalogueNow} CatalogueNow */
/** @typedef {{added: number, changed: number, same: number, refused: number, refused_rows: {row: number, text: string, reason: string}[]}} Plan */

/** @param {{now: CatalogueNow}} props */
export function ImportFile({ now }) {
  const asking = useAsking();
  const [text, setText] = useState("");
  const [plan, setPlan] = useState(/** @type {Plan | null} */ (null));

  /** @param {Event} event */
  async function choose(event) {
    const [file] = /** @type {HTMLInputElement} */ (event.currentTarget).files ?? [];
    setPlan(null);
    if (!file) return;
    const read = textOf(await file.arrayBuffer());
    if (read === null) return asking.refuse(t("file.not-utf8"));
    if (await asking.send(async () => setPlan(await post("/api/catalogue/import/preview", { text: read })))) setText(read);
  }

  async function take() {
    if (await asking.send(() => post("/api/catalogue/import", { text }))) {
      setPlan(null);
      asking.say(t("file.taken"));
    }
  }

  return html`<section class="card pad stack">
    <h2>${t("file.title")}</h2>
    <p>${t("file.hint")}</p>
    <div><label for="catalogue-file">${t("file.choose")}</label>
      <input id="catalogue-file" class="file" type="file" accept=".csv,.txt,text/csv" onChange=${choose} disabled=${asking.busy} /></div>
    ${asking.note}
    ${plan && html`<${Preview} plan=${plan} />
      <div><button class="primary" disabled=${asking.busy || plan.added + plan.changed === 0} onClick=${take}>${t("file.take", { n: plan.added + plan.changed })}</button></div>`}
    ${now.products.length > 0 && html`<p><a class="button" href="/api/catalogue/export" download="catalogue.csv">${t("file.export")}</a></p>`}
  </section>`;
}

/** The file's text, or null if it is not UTF-8. @param {ArrayBuffer} bytes */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** @param {{plan: Plan}} props */
function Preview({ plan }) {
  return html`<p class="say">${t("file.plan", { added: plan.added, changed: plan.changed, same: plan.same })}</p>
    ${plan.refused > 0 && html`<div class="stack"><p class="note warn"><span>${t("file.refused", { n: plan.refused })}</span></p>
      <table class="refused"><thead><tr><th scope="col">${t("file.row")}</th><th scope="col">${t("file.why")}</th></tr></thead>
        <tbody>${plan.refused_rows.map(({ row, text, reason }) => html`<tr key=${row}><th scope="row">${count(row)}</th>
          <td>${reason}<span class="standing">${text}</span></td></tr>`)}</tbody></table>
      ${plan.refused > plan.refused_rows.length && html`<p class="quiet small">${t("file.refused.more", { n: plan.refused - plan.refused_rows.length })}</p>`}</div>`}`;
}
