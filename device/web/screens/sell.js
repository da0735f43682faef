// The counter: products to tap, and what is in the cart.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { html, useComputed, useEffect, useRef, useSignal } from "/shared/vendor/ui.js";
import { CartList, TakePayment, clearCart } from "../parts/cart_list.js";
import { Frame } from "../parts/frame.js";
import { Tile, tileSize } from "../parts/tile.js";
import { pick } from "../picked.js";
import { hrefOf } from "../router.js";
import { categoriesOf, matching } from "../search.js";
import { FAVOURITES, keyOf, shelfItems } from "../shelf_items.js";
import { answers, cart, cartTotal, loadProducts, priced, products, shop } from "../till.js";
import { Windowed } from "../windowed.js";
import { amount, money, t } from "../words.js";

export function Sell() {
  return html`<${Frame} class="counter" foot=${html`<${TakePayment} />`}>
    <div class="counter-columns"><${Shelf} /><${CartAside} /></div>
  <//>`;
}

/** Tabs, search and the grid. */
function Shelf() {
  const text = useSignal("");
  const category = useSignal("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const shown = useComputed(() => shelfItems(matching(products.value ?? [], text.value, category.value), text.value !== ""));
  useSlashToSearch(field);

  /** @param {KeyboardEvent} event Enter takes the first match, as fingers expect of a search. */
  function onKeyDown(event) {
    if (event.key !== "Enter" || !text.value || shown.value.length === 0) return;
    pick(shown.value[0]);
    text.value = "";
  }

  return html`<section class="shelf">
    <div class="find">
      <input ref=${field} type="search" inputmode="search" autocomplete="off" enterkeyhint="go" placeholder=${t("sell.search")}
        aria-label=${t("sell.search")} value=${text.value} onInput=${(/** @type {any} */ e) => (text.value = e.target.value)} onKeyDown=${onKeyDown} />
      <${Tabs} category=${category} />
    </div>
    <${Grid} shown=${shown.value} text=${text.value} restartOn=${`${category.value} ${text.value}`} />
  </section>`;
}

/** @param {{current: HTMLInputElement | null}} field */
function useSlashToSearch(field) {
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** @param {{category: import("/shared/vendor/ui.js").Signal<string>}} props */
function Tabs({ category }) {
  const names = useComputed(() => ["", ...(products.value?.some(({ favourite }) => favourite) ? [FAVOURITES] : []), ...categoriesOf(products.value ?? [])]);
  const row = useRef(/** @type {HTMLElement | null} */ (null));
  useFadedEdges(row, names.value);
  if (names.value.length < 3) return null; // one category needs no tabs
  return html`<div ref=${row} class="tabs" role="group" aria-label=${t("sell.categories")}>
    ${names.value.map((name) => html`<button key=${name} class="pill" aria-pressed=${name === category.value} onClick=${() => (category.value = name)}>${name === FAVOURITES ? html`<span aria-hidden="true">★ </span>${t("sell.favourites")}` : name || t("sell.all")}</button>`)}
  </div>`;
}

/**
 * Fades the edge of a sideways list behind which there is more.
 * @param {{current: HTMLElement | null}} list
 * @param {unknown} drawnFor measures anew when this changes
 */
function useFadedEdges(list, drawnFor) {
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      element.toggleAttribute("data-more-before", scrollLeft > 1);
      element.toggleAttribute("data-more-after", scrollLeft + clientWidth < scrollWidth - 1);
    };
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [drawnFor]);
}

/** @param {{shown: import("../shelf_items.js").Item[], text: string, restartOn: string}} props */
function Grid({ shown, text, restartOn }) {
  const { height, minWidth, gap } = tileSize();
  if (products.value === null) {
    return answers.value
      ? html`<div class="shelf-state"><${Skeleton} lines=${5} height="88px" label=${t("app.loading")} /></div>`
      : html`<div class="shelf-state"><${ErrorCard} title=${t("sell.no-catalogue")} remedy=${t("sell.no-catalogue.remedy")} action=${t("app.again")} onAction=${() => loadProducts().catch(() => {})} /></div>`;
  }
  if (products.value.length === 0) return html`<${EmptyState} title=${t("sell.none")}>${t("sell.none.hint")}<//>`;
  if (shown.length === 0) return html`<${EmptyState} title=${t("sell.no-match", { text })}>${t("sell.no-match.hint")}<//>`;
  return html`<${Windowed} class="tiles" items=${shown} rowHeight=${height} minWidth=${minWidth} gap=${gap} label=${t("sell.products")}
    restartOn=${restartOn} keyOf=${keyOf} draw=${(/** @type {any} */ item) => html`<${Tile} item=${item} />`} />`;
}

/** The cart beside the shelf, where there is room for it. */
function CartAside() {
  const { currency } = shop.value;
  const empty = cart.value.length === 0;
  return html`<aside class="cart-aside card" aria-label=${t("cart.title")}>
    <div class="aside-list"><${CartList} /></div>
    <div class="aside-sum">
      ${!empty && html`<button class="plain small" onClick=${clearCart}>${t("cart.clear")}</button>`}
      <span class="end"><span class="quiet small">${t("cart.vat-included", { amount: amount(priced.value.vat_minor, currency) })}</span>
      <b>${money(cartTotal.value, currency)}</b></span>
    </div>
    <div class="aside-take"><a class="button" href=${hrefOf("cart")}>${t("cart.more-ways")}</a>
      ${empty
        ? html`<button class="primary wide-button" disabled>${t("sell.take")}</button>`
        : html`<a class="button primary wide-button" href=${hrefOf("pay")}>${t("sell.take")}</a>`}
    </div>
  </aside>`;
}
