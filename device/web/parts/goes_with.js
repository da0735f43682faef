// Which products the maker says are wanted together with one: a tap adds or takes away.
import { ask, get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { sayProblem } from "../problem_notice.js";
import { matching } from "../search.js";
import { heard, products } from "../till.js";
import { t } from "../words.js";

const FOUND_SHOWN = 6;

/** @param {{sku: string}} props */
export function GoesWith({ sku }) {
  const [text, setText] = useState("");
  const address = `/api/signals/links/${encodeURIComponent(sku)}`;
  const { said, again } = useAnswer(() => get(address), sku);
  /** @type {string[]} */
  const linked = said?.relatives ?? [];
  const all = products.value ?? [];
  const others = text ? matching(all, text, "").filter((one) => one.sku !== sku && !linked.includes(one.sku)).slice(0, FOUND_SHOWN) : [];

  /** @param {string} other */
  async function toggle(other) {
    const relatives = linked.includes(other) ? linked.filter((one) => one !== other) : [...linked, other];
    await heard(ask("PUT", address, { relatives })).catch(sayProblem);
    again();
  }
  /** @param {string} one */
  const nameOf = (one) => all.find((product) => product.sku === one)?.name ?? one;

  return html`<details class="card pad rules-group"><summary><b>${t("goes-with.title")}</b> <span class="quiet">${linked.map(nameOf).join(", ")}</span></summary>
    <div class="stack tight"><p class="quiet small">${t("goes-with.hint")}</p>
      <input type="search" autocomplete="off" placeholder=${t("products.search")} aria-label=${t("goes-with.search")} value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)} />
      <div class="row" role="group" aria-label=${t("goes-with.title")}>${[...linked, ...others.map((one) => one.sku)].map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${linked.includes(one)} onClick=${() => toggle(one)}>${nameOf(one)}</button>`)}</div></div></details>`;
}
