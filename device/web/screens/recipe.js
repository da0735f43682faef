// What a product is made of: how many pieces a run gives, and how much of which material goes into it.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { unitWords } from "../material_texts.js";
import { BackLink, Frame } from "../parts/frame.js";
import { NumberField } from "../parts/number_field.js";
import { sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { fieldText, milliOf } from "../stock_sheet.js";
import { heard, notice, products, shop } from "../till.js";
import { money, t } from "../words.js";

/**
 * @typedef {{sku: string, makes: number, parts: {material_id: string, quantity_milli: number}[], cost_minor: number | null, can_make: number | null,
 *   first_out: string | null}} RecipeSaid
 * @typedef {import("./materials.js").Needed} Material
 */

const MINUS = "−";

/** @param {{sku: string}} props */
export function Recipe({ sku }) {
  const { said, problem, again } = useAnswer(() => Promise.all([get(`/api/recipes/${encodeURIComponent(sku)}`), get("/api/materials")]), sku);
  if (said) return html`<${Form} key=${sku} recipe=${said[0]} materials=${said[1].materials} />`;
  return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
}

/** @param {{recipe: RecipeSaid, materials: Material[]}} props */
function Form({ recipe, materials }) {
  const [kept, setKept] = useState(recipe);
  const [makes, setMakes] = useState(recipe.makes);
  const [texts, setTexts] = useState(() => Object.fromEntries(recipe.parts.map((part) => [part.material_id, fieldText(part.quantity_milli)])));
  const name = products.value?.find((one) => one.sku === recipe.sku)?.name ?? recipe.sku;
  const used = materials.filter(({ material_id }) => material_id in texts);
  const others = materials.filter(({ material_id }) => !(material_id in texts));
  const wrong = makes < 1 || used.some(({ material_id }) => !((milliOf(texts[material_id]) ?? 0) > 0));

  async function save() {
    const parts = used.map(({ material_id }) => ({ material_id, quantity_milli: milliOf(texts[material_id]) }));
    try {
      setKept(await heard(ask("PUT", `/api/recipes/${encodeURIComponent(recipe.sku)}`, { makes, parts })));
      notice.value = { tone: "good", text: t("recipe.saved", { name }) };
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  const main = html`<button class="primary wide-button" disabled=${wrong} onClick=${save}>${t("recipe.save")}</button>`;
  return html`<${Frame} foot=${materials.length > 0 && main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="materials" /><h2>${t("recipe.title", { name })}</h2></div>
    ${materials.length === 0 ? html`<${EmptyState} title=${t("materials.none")}>${t("materials.none.hint")}<//><a class="button primary" href=${hrefOf("materials", "+")}>${t("materials.add")}</a>` : html`
    <p>${saidWords(kept)}</p>
    <div class="card pad stack"><${NumberField} name="makes" label=${t("recipe.makes")} hint=${t("recipe.makes.hint")} value=${makes} onChange=${setMakes} />
      ${used.map((one) => html`<div key=${one.material_id} class="recipe-part"><label for=${`part-${one.material_id}`}>${one.name} (${unitWords(one.unit)})</label>
        <input id=${`part-${one.material_id}`} inputmode="decimal" autocomplete="off" value=${texts[one.material_id]} onInput=${(/** @type {any} */ e) => setTexts({ ...texts, [one.material_id]: e.target.value })} />
        <button type="button" aria-label=${t("recipe.remove", { name: one.name })} onClick=${() => setTexts(without(texts, one.material_id))}>${MINUS}</button></div>`)}
    </div>
    ${others.length > 0 && html`<section class="stack tight"><h3>${t("recipe.add")}</h3><div class="row">${others.map((one) => html`<button type="button" key=${one.material_id} class="pill" onClick=${() => setTexts({ ...texts, [one.material_id]: "" })}>${one.name}</button>`)}</div></section>`}
    <div class="roomy">${main}</div>`}
  </div><//>`;
}

/** @param {Record<string, string>} texts @param {string} gone */
const without = (texts, gone) => Object.fromEntries(Object.entries(texts).filter(([id]) => id !== gone));

/** What a piece costs, and how many the materials allow. @param {RecipeSaid} recipe */
function saidWords({ cost_minor, can_make, first_out, parts }) {
  if (parts.length === 0) return t("recipe.none");
  const words = [cost_minor === null ? t("recipe.no-cost") : t("recipe.cost", { cost: money(cost_minor, shop.value.currency) })];
  if (can_make !== null) words.push(t("recipe.can-make", { n: can_make, name: first_out ?? "" }));
  return words.join(" ");
}
