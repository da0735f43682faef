// Which screen an address names. What is tapped first is here from the start; what a sale needs next comes right after the
// page stands, and is there from then on whatever the network does; the rest is loaded when somebody goes there.
import { html, signal } from "/shared/vendor/ui.js";
import { Later } from "./parts/later.js";
import { Sell } from "./screens/sell.js";
import { learnPaying } from "./words.js";

/** @typedef {(argument?: string) => unknown} Draw */

/**
 * @param {() => Promise<any>} load
 * @param {string} name of what the file draws
 * @param {string} [prop] what the address's argument is to it; each argument is a screen of its own
 * @returns {Draw}
 */
const later = (load, name, prop) => (argument) =>
  html`<${Later} key=${`${name} ${argument ?? ""}`} load=${() => load().then((loaded) => loaded[name])} props=${prop ? { [prop]: argument } : {}} />`;

/** @type {(() => Promise<void>)[]} */
const loads = [];

/**
 * @param {() => Promise<any>} load
 * @param {string} name
 * @param {string} [prop]
 * @returns {Draw}
 */
function soon(load, name, prop) {
  const loaded = signal(/** @type {any} */ (null));
  const otherwise = later(load, name, prop);
  loads.push(async () => {
    const [found] = await Promise.all([load(), learnPaying()]);
    loaded.value = found[name];
  });
  return (argument) =>
    loaded.value ? html`<${loaded.value} key=${`${name} ${argument ?? ""}`} ...${prop ? { [prop]: argument } : {}} />` : otherwise(argument);
}

/** Loads what a sale needs next. What fails now is tried again when somebody goes there. */
export const loadSoon = () => Promise.allSettled(loads.map((load) => load()));

/** @type {Record<string, Draw>} */
export const SCREENS = {
  sell: () => html`<${Sell} />`,
  cart: soon(() => import("./screens/cart.js"), "Cart"),
  pay: soon(() => import("./screens/pay.js"), "Pay"),
  receipt: soon(() => import("./screens/receipt.js"), "Receipt", "id"),
  choose: soon(() => import("./screens/choose.js"), "Choose", "family"),
  measure: soon(() => import("./screens/measure.js"), "Measure", "sku"),
  switch: soon(() => import("./screens/sign_in.js"), "SignIn"),
  menu: later(() => import("./screens/menu.js"), "Menu"),
  sales: later(() => import("./screens/sales.js"), "Sales"),
  kept: soon(() => import("./screens/kept.js"), "Kept", "id"), // shown where nothing more can be loaded
  where: later(() => import("./screens/where.js"), "Where"),
  stock: later(() => import("./screens/stock.js"), "StockPages", "sku"),
  products: later(() => import("./screens/products.js"), "Products", "sku"),
  tidy: later(() => import("./screens/tidy.js"), "Tidy"),
  import: later(() => import("./screens/import.js"), "ImportFile"),
  receive: later(() => import("./screens/sheet.js"), "Receive"),
  count: later(() => import("./screens/sheet.js"), "Count"),
  waste: later(() => import("./screens/sheet.js"), "Waste"),
  send: later(() => import("./screens/sheet.js"), "Send"),
  arrive: later(() => import("./screens/sheet.js"), "Arrive"),
  diary: later(() => import("./screens/diary.js"), "Diary"),
  make: later(() => import("./screens/make_next.js"), "MakeNext"),
  making: later(() => import("./screens/making.js"), "Making", "sku"),
  buy: later(() => import("./screens/buy.js"), "Buy", "way"),
  suppliers: later(() => import("./screens/suppliers.js"), "Suppliers", "way"),
  workshop: later(() => import("./screens/workshop.js"), "Workshop"),
  materials: later(() => import("./screens/materials.js"), "Materials", "id"),
  recipe: later(() => import("./screens/recipe.js"), "Recipe", "sku"),
  market: later(() => import("./screens/market_days.js"), "MarketDays", "day"),
  signals: later(() => import("./screens/signals.js"), "Signals", "way"),
  forecast: later(() => import("./screens/forecast.js"), "Forecast", "sku"),
  discount: later(() => import("./screens/discount.js"), "DiscountScreen", "sku"),
  customer: later(() => import("./screens/customer.js"), "CustomerScreen"),
  voucher: later(() => import("./screens/voucher.js"), "VoucherScreen"),
  parked: later(() => import("./screens/parked.js"), "Parked"),
  orders: later(() => import("./screens/orders.js"), "Orders", "id"),
  refund: later(() => import("./screens/refund.js"), "Refund", "text"),
  refunded: later(() => import("./screens/refund.js"), "Refunded", "id"),
  cards: later(() => import("./screens/cards.js"), "Cards"),
  cash: later(() => import("./screens/cash.js"), "Cash", "way"),
  close: later(() => import("./screens/close_day.js"), "CloseDay"),
  closings: later(() => import("./screens/closings.js"), "Closings", "number"),
  first: later(() => import("./screens/first_products.js"), "FirstProducts"),
  rules: later(() => import("./screens/rules.js"), "Rules"),
  "own-pin": later(() => import("./screens/own_pin.js"), "OwnPin"),
  people: later(() => import("./screens/people.js"), "People", "name"),
  phones: later(() => import("./screens/phones.js"), "Phones"),
  labels: later(() => import("./screens/labels.js"), "Labels"),
  printers: later(() => import("./screens/printers.js"), "Printers", "name"),
  display: later(() => import("./screens/display.js"), "DisplayLink"),
};
