// What has to be said of a product before it is sold: what it weighs, or what it costs.
import { minorDigits } from "/shared/money.js";
import { Keypad } from "/shared/components/keypad.js";
import { EmptyState } from "/shared/components/states.js";
import { html, useState } from "/shared/vendor/ui.js";
import { lineTotalMinor, priceIn } from "../cart.js";
import { BackLink, Frame } from "../parts/frame.js";
import { go } from "../router.js";
import { addAtPrice, addToCart, deal, products, shop } from "../till.js";
import { amount, locale, money, t } from "../words.js";

const LONGEST_WEIGHT = 6; // digits: 999.999 of the unit
const LONGEST_PRICE = 7;

/** @param {{sku?: string}} props */
export function Measure({ sku }) {
  const product = products.value?.find((one) => one.sku === sku);
  if (!product) return html`<${Frame}><div class="narrow"><${EmptyState} title=${t("choose.gone")} /></div><//>`;
  return product.weighed ? html`<${Weigh} product=${product} />` : html`<${Price} product=${product} />`;
}

/** Digits fill up from the right, as on a scale: 3 5 0 is 0.350. @param {{product: import("../till.js").Product}} props */
function Weigh({ product }) {
  const [typed, setTyped] = useState("");
  const { currency } = shop.value;
  const milli = Number(typed || 0);
  const unit_price_minor = priceIn(product, deal.value.price_list);
  const sum = lineTotalMinor({ sku: "", name: "", vat_bp: 0, unit_price_minor, quantity_milli: milli });
  const take = () => {
    if (milli === 0) return;
    addToCart(product, milli);
    go("sell");
  };
  return html`<${Asked} name=${product.name} hint=${t("measure.per", { amount: money(unit_price_minor, currency), unit: product.unit })}
    big=${`${onScale(milli)} ${product.unit}`} ready=${milli > 0} action=${t("measure.take", { amount: money(sum, currency) })} onTake=${take}
    typed=${typed} longest=${LONGEST_WEIGHT} onType=${setTyped} label=${t("measure.weight")} />`;
}

/** With all its noughts, so that it is seen where the next digit goes. @param {number} milli */
const onScale = (milli) => (milli / 1000).toLocaleString(locale.value, { minimumFractionDigits: 3 });

/** @param {{product: import("../till.js").Product}} props */
function Price({ product }) {
  const [typed, setTyped] = useState("");
  const { currency } = shop.value;
  const minor = Number(typed || 0);
  const take = () => {
    if (minor === 0) return;
    addAtPrice(product, minor);
    go("sell");
  };
  return html`<${Asked} name=${product.name} hint=${t("measure.price.hint")} big=${amount(minor, currency)} ready=${minor > 0}
    action=${t("measure.take", { amount: money(minor, currency) })} onTake=${take}
    typed=${typed} longest=${LONGEST_PRICE} onType=${setTyped} label=${t("measure.price")} noughts=${minorDigits(currency)} />`;
}

/**
 * @param {{name: string, hint: string, big: string, ready: boolean, action: string, onTake: () => void, typed: string, longest: number,
 *   onType: (next: string) => void, label: string, noughts?: number}} props
 */
function Asked({ name, hint, big, ready, action, onTake, typed, longest, onType, label, noughts = 2 }) {
  const main = html`<button class="primary wide-button" disabled=${!ready} onClick=${onTake}>${action}</button>`;
  const more = () => typed && typed.length + noughts <= longest && onType(typed + "0".repeat(noughts));
  return html`<${Frame} foot=${main}><div class="pay">
    <section class="pay-due"><div class="due"><${BackLink} page="sell" /><h2 class="strong">${name}</h2></div>
      <p class="big measured" aria-live="polite">${big}</p><p class="quiet">${hint}</p></section>
    <section class="pay-keys">
      <${Keypad} label=${label} value=${typed} maxLength=${longest} eraseLabel=${t("keypad.erase")}
        onChange=${(/** @type {string} */ next) => onType(next.replace(/^0+/, ""))} onEnter=${onTake}
        corner=${html`<button type="button" onClick=${more}>${"0".repeat(Math.max(noughts, 1))}</button>`} />
      <div class="roomy">${main}</div>
    </section>
  </div><//>`;
}
