// A material described: its name and unit, what it costs, how it is bought. Loaded when somebody adds or changes one.
import { parseMoney } from "/shared/money.js";
import { ask } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { unitWords } from "../material_texts.js";
import { BackLink, Frame } from "../parts/frame.js";
import { NumberField } from "../parts/number_field.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { fieldText, milliOf } from "../stock_sheet.js";
import { heard, notice, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { amount, t } from "../words.js";

/** @typedef {import("./materials.js").Needed} Material */

const UNITS = ["kg", "g", "l", "m", "piece"];
const QUANTITIES = /** @type {const} */ (["pack", "minimum", "keep"]);

/** @returns {Material} */
const blank = () => /** @type {Material} */ (/** @type {unknown} */ ({ material_id: uuid7(), name: "", unit: UNITS[0], cost_minor: null, pack_milli: 0, minimum_milli: 0, keep_milli: 0, lead_days: 0, retired: false }));

export function NewMaterial() {
  const [material] = useState(blank);
  return html`<${Form} material=${material} isNew=${true} onDone=${() => go("materials", material.material_id)} />`;
}

/** @param {{material: Material, onDone: () => void}} props */
export const EditMaterial = ({ material, onDone }) => html`<${Form} material=${material} isNew=${false} onDone=${onDone} />`;

/** @param {{material: Material, isNew: boolean, onDone: () => void}} props */
function Form({ material, isNew, onDone }) {
  const { currency } = shop.value;
  const shown = (/** @type {number} */ milli) => (milli > 0 ? fieldText(milli) : "");
  const [typed, setTyped] = useState({
    name: material.name, cost: material.cost_minor === null ? "" : amount(material.cost_minor, currency), pack: shown(material.pack_milli), minimum: shown(material.minimum_milli), keep: shown(material.keep_milli),
  });
  const [unit, setUnit] = useState(material.unit);
  const [days, setDays] = useState(material.lead_days);
  /** @param {string} text */
  const read = (text) => (text.trim() === "" ? 0 : milliOf(text));
  const cost = typed.cost.trim() === "" ? null : parseMoney(typed.cost, currency);
  const costIsWrong = typed.cost.trim() !== "" && cost === null;
  const wrong = typed.name.trim() === "" || costIsWrong || QUANTITIES.some((key) => read(typed[key]) === null);

  /** @param {boolean} retired */
  async function save(retired) {
    const body = { name: typed.name, unit, cost_minor: cost, lead_days: days, retired, pack_milli: read(typed.pack), minimum_milli: read(typed.minimum), keep_milli: read(typed.keep) };
    try {
      await heard(ask("PUT", `/api/materials/${encodeURIComponent(material.material_id)}`, body));
      notice.value = { tone: "good", text: t(retired ? "materials.retired" : "materials.saved", { name: typed.name }) };
      if (retired) go("materials");
      else onDone();
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  /** @param {keyof typeof typed} key @param {string} label @param {string} mode @param {string} [hint] */
  const input = (key, label, mode, hint) => html`<div><label for=${`material-${key}`}>${label}</label>
    <input id=${`material-${key}`} inputmode=${mode} autocomplete="off" maxlength="60" value=${typed[key]} onInput=${(/** @type {any} */ e) => setTyped({ ...typed, [key]: e.target.value })} />
    ${hint && html`<p class="quiet small">${hint}</p>`}</div>`;
  const main = html`<button class="primary wide-button" disabled=${wrong} onClick=${() => save(false)}>${t("materials.save")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="materials" /><h2>${isNew ? t("materials.add") : material.name}</h2></div>
    <div class="card pad stack">${input("name", t("materials.name"), "text")}
      <div class="row" role="group" aria-label=${t("materials.unit")}>${[...new Set([...UNITS, material.unit])].map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === unit} onClick=${() => setUnit(one)}>${unitWords(one)}</button>`)}</div>
      ${input("cost", t("materials.cost", { unit: unitWords(unit) }), "decimal", t("materials.cost.hint"))}</div>
    <div class="card pad stack"><div class="pair">${input("pack", t("materials.pack", { unit: unitWords(unit) }), "decimal")}${input("minimum", t("materials.minimum", { unit: unitWords(unit) }), "decimal")}</div>
      <div class="pair">${input("keep", t("materials.keep", { unit: unitWords(unit) }), "decimal")}
        <${NumberField} name="lead" label=${t("making.lead.bought")} value=${days} onChange=${setDays} /></div></div>
    <div class="roomy">${main}</div>
    ${!isNew && html`<button type="button" class="plain" onClick=${() => save(true)}>${t("materials.retire")}</button>`}
  </div><//>`;
}
