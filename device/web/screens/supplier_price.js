// What one thing costs at a supplier, typed by hand. Loaded when somebody types one.
import { parseMoney } from "/shared/money.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { unitWords } from "../material_texts.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { milliOf } from "../stock_sheet.js";
import { heard, notice, products, shop } from "../till.js";
import { t } from "../words.js";

/** @typedef {{key: string, item: string, is_material: boolean, name: string, unit: string, pack_milli: number}} Thing */

/** @param {{id: string}} props */
export function SupplierPrice({ id }) {
  const { said, problem, again } = useAnswer(() => Promise.all([get(`/api/purchasing/suppliers/${encodeURIComponent(id)}`), get("/api/materials")]), id);
  if (!said) return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${4} height="56px" label=${t("app.loading")} />`}</div><//>`;
  const [supplier, { materials }] = said;
  return html`<${Form} supplier=${supplier} materials=${materials.map(materialThing)} products=${(products.value ?? []).map(productThing)} />`;
}

/** @param {any} one @returns {Thing} */
const materialThing = ({ material_id, name, unit, pack_milli }) => ({ key: `material ${material_id}`, item: material_id, is_material: true, name, unit, pack_milli });

/** @param {any} one @returns {Thing} */
const productThing = ({ sku, name }) => ({ key: `product ${sku}`, item: sku, is_material: false, name, unit: "piece", pack_milli: 0 });

/** @param {{supplier: any, materials: Thing[], products: Thing[]}} props */
function Form({ supplier, materials, products: goods }) {
  const { currency } = shop.value;
  const [key, setKey] = useState("");
  const [typed, setTyped] = useState({ pack: "", price: "", article: "" });
  const [busy, setBusy] = useState(false);
  const thing = [...materials, ...goods].find((one) => one.key === key);
  const pack = typed.pack.trim() === "" ? 1000 : milliOf(typed.pack);
  const price = parseMoney(typed.price, currency);
  const wrong = !thing || price === null || pack === null || pack <= 0;

  /** @param {any} event */
  function choose({ target }) {
    setKey(target.value);
    const chosen = materials.find((one) => one.key === target.value);
    if (chosen && chosen.pack_milli > 0 && typed.pack === "") setTyped({ ...typed, pack: String(chosen.pack_milli / 1000) });
  }

  async function save() {
    if (!thing) return;
    setBusy(true);
    try {
      await heard(post(`/api/purchasing/suppliers/${encodeURIComponent(supplier.supplier_id)}/price`, { item: thing.item, is_material: thing.is_material, pack_milli: pack, price_minor: price, article: typed.article }));
      notice.value = { tone: "good", text: t("suppliers.price.kept", { name: thing.name }) };
      go("suppliers", supplier.supplier_id);
    } catch (thrown) {
      sayProblem(thrown);
      setBusy(false);
    }
  }

  /** @param {keyof typeof typed} name @param {string} label @param {string} mode */
  const input = (name, label, mode) => html`<div><label for=${`price-${name}`}>${label}</label>
    <input id=${`price-${name}`} inputmode=${mode} autocomplete="off" maxlength="60" value=${typed[name]} onInput=${(/** @type {any} */ e) => setTyped({ ...typed, [name]: e.target.value })} /></div>`;
  /** @param {Thing[]} things @param {string} label */
  const group = (things, label) => things.length > 0 && html`<optgroup label=${label}>${things.map((one) => html`<option key=${one.key} value=${one.key}>${one.name}</option>`)}</optgroup>`;
  const main = html`<button class="primary wide-button" disabled=${wrong || busy} onClick=${save}>${t("suppliers.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="suppliers" /><h2>${supplier.name}</h2></div>
    <div class="card pad stack"><div><label for="price-item">${t("suppliers.price.item")}</label>
      <select id="price-item" value=${key} onChange=${choose}><option value="">${t("suppliers.price.choose")}</option>${group(materials, t("nav.materials"))}${group(goods, t("nav.products"))}</select></div>
      <div class="pair">${input("pack", `${t("suppliers.price.pack")}${thing ? ` (${unitWords(thing.unit)})` : ""}`, "decimal")}${input("price", t("suppliers.price.of-pack"), "decimal")}</div>
      ${input("article", t("suppliers.price.article"), "text")}</div>
    <div class="roomy">${main}</div>
  </div><//>`;
}
