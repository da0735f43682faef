// What the screens share: who is signed in, what is for sale, the cart, and where the sales are saved.
// Signals say what is so; functions change it. Nothing here draws.
import { ask, get, post, setCsrfToken } from "/shared/http.js";
import { listen } from "/shared/events.js";
import { batch, computed, signal } from "/shared/vendor/ui.js";
import { add, atPricesOf, priceIn, setQuantity } from "./cart.js";
import { KeptSales } from "./kept_sales.js";
import { asOrder, price } from "./pricing.js";
import { openShelf } from "./shelf.js";
import { uuid7 } from "./uuid7.js";
import { suggestLanguage } from "./words.js";

/**
 * @typedef {{till: string, tenant?: string, stall: string, currency: string, language: string, demo: boolean,
 *   trade?: {cash_step_minor: number, vat_added: boolean, tips: boolean, rates?: {currency: string, rate_micro: number}[]}, card_terminal?: string, pin_length?: number}} Shop
 * @typedef {{code: string, kind: "amount" | "percent", value: number, name: string, first_day: string | null, last_day: string | null,
 *   minimum_minor: number, once: boolean}} Coupon
 * @typedef {{customer_id: string, name: string, phone: string, consent_version: string, consent_at: string}} Customer
 * @typedef {{discounts: import("./pricing.js").Discount[], tip_minor: number, price_list?: string, customer?: Customer | null, coupon?: Coupon | null}} Deal
 * @typedef {{method: "cash" | "card" | "voucher", tendered_minor?: number, amount_minor?: number, reference?: string, attempt_id?: string,
 *   currency?: string, rate_micro?: number}} Paid
 * @typedef {{cashier: string, csrf: string, role?: "cashier" | "manager"}} Session
 * @typedef {{sku: string, name: string, category: string, price_minor: number, vat_rate_bp: number,
 *   barcode: string | null, stock_milli: number | null, colour: string | null, unit: string,
 *   share_left_milli?: number | null, photo?: string, weighed?: boolean, free_price?: boolean, favourite?: boolean,
 *   family?: string, options?: {name: string, value: string}[], prices?: {list_name: string, price_minor: number}[]}} Product
 * @typedef {{key: string, sku: string, field: string, kept_source: string, kept_value: string, dropped_source: string, dropped_value: string}} Settlement
 * @typedef {{key: string, waiting: number, running: {kind: string, own: boolean, version: number, since: string}[],
 *   refused: {kind: string, version: number, fault: string, reason: string}[], settled: Settlement[]}} Documents
 * @typedef {{behind: number, behind_since: string | null, connected: boolean, way_since: string, reason: string, since: string,
 *   for_s: number, alarm: boolean, words: string, remedy: string, at_hub: null | {reason: string, since: string, for_s: number}}} Leg
 * @typedef {{sales: {till: number, hub: number, cloud: number}, entries: {head: number}, hub: {connected: boolean},
 *   progress: null | {hub: Leg, cloud: Leg, alarm: boolean}, ledger: null | {words: string}}} Saved
 * @typedef {import("./kept_sales.js").KeptSale} KeptSale
 * @typedef {{tone: "" | "good" | "warn" | "bad", text: string, remedy?: string, action?: string, onAction?: () => void}} Notice
 */

/** @template T @typedef {import("/shared/vendor/ui.js").Signal<T>} Signal */

const SALE_TIMEOUT_MS = 10_000;

export const shop = signal(/** @type {Shop} */ ({ till: "", stall: "", currency: "EUR", language: "en", demo: false }));
/** undefined: not known yet; null: nobody is signed in. */
export const session = signal(/** @type {Session | null | undefined} */ (undefined));
/** Whether whoever comes next has to type their PIN first; a reload does not open what was locked. */
export const locked = signal(wasLocked());
export const products = signal(/** @type {Product[] | null} */ (null));
/** The coupons that this till knows. */
export const coupons = signal(/** @type {Coupon[]} */ ([]));
export const cart = signal(/** @type {import("./cart.js").Cart} */ ([]));
export const saved = signal(/** @type {Saved | null} */ (null));
/** What counts here of what the cloud sent, and what of it was settled or refused. */
export const documents = signal(/** @type {Documents | null} */ (null));
/** How many papers could not be printed and wait for somebody. */
export const printing = signal(0);
/** When that came, in this browser's milliseconds: durations in it grow from there. */
export const savedAtMs = signal(0);
export const kept = signal(/** @type {KeptSale[]} */ ([]));
export const notice = signal(/** @type {Notice | null} */ (null));
/** Whether the till answers: true until it once did not. */
export const answers = signal(true);
/** When the till was last heard, in this browser's milliseconds. */
export const heardAtMs = signal(0);
/** False where this browser gives no storage, so that nothing outlives the page. */
export const lasting = signal(true);
/** The sale just made: its receipt, to be shown with the change. */
export const justPaid = signal(/** @type {any} */ (null));

export const unsent = computed(() => kept.value.filter((sale) => !sale.refusal));
export const refused = computed(() => kept.value.filter((sale) => sale.refusal));
/** What was agreed on besides the products: discounts and a tip. */
export const deal = signal(/** @type {Deal} */ ({ discounts: [], tip_minor: 0 }));
/** The coupon comes last, as at the till; in a cart that has become too small for it, it takes nothing off. */
const discounts = computed(() => {
  const { discounts, coupon } = deal.value;
  const goods = () => price(cart.value, discounts).lines.reduce((sum, { line, total_minor }) => (line.kind ? sum : sum + total_minor), 0);
  return coupon && goods() >= coupon.minimum_minor ? [...discounts, couponDiscount(coupon)] : discounts;
});
export const priced = computed(() => price(cart.value, discounts.value, shop.value.trade?.vat_added));
export const cartTotal = computed(() => priced.value.total_minor);

function wasLocked() {
  try {
    return localStorage.getItem("locked") === "yes";
  } catch {
    return false;
  }
}

/** @type {import("./shelf.js").PhoneShelf} */
let shelf;
/** @type {KeptSales} */
let keptSales;
/** @type {ReturnType<typeof listen> | null} */
let stream = null;
/** Which catalogue the products are of. */
let productsKey = "";

// -- Opening ------------------------------------------------------------------------------------------------

/** Shows what this browser remembers at once, then asks the till. */
export async function openTill() {
  shelf = await openShelf();
  lasting.value = shelf.lasting;
  keptSales = new KeptSales(shelf, sendSale);
  const [shopThen, sessionThen, productsThen, cartThen, dealThen, couponsThen] = await Promise.all(
    ["shop", "session", "products", "cart", "deal", "coupons"].map((key) => shelf.recall(key)),
  );
  batch(() => {
    if (shopThen) showShop(shopThen);
    if (sessionThen) enter(sessionThen);
    if (productsThen) products.value = productsThen;
    cart.value = cartThen ?? [];
    coupons.value = couponsThen ?? [];
    if (dealThen) deal.value = dealThen;
  });
  await readKept();
  await Promise.allSettled([loadShop(), loadSession()]);
}

async function loadShop() {
  const found = await heard(get("/api/shop"));
  showShop(found);
  await shelf.remember("shop", found);
}

/** @param {Shop} found */
function showShop(found) {
  shop.value = found;
  // a phone speaks its owner's language; the till's own screen that of the stall
  if (/^(localhost|127\.)/.test(location.hostname)) suggestLanguage(found.language);
}

/** Asks who is signed in. Without an answer, the person who was signed in here goes on. */
export async function loadSession() {
  try {
    const isLocked = locked.value;
    await signedIn(await heard(get("/api/session")));
    locked.value = isLocked; // being known to the till is not typing a PIN
  } catch {
    if (session.value === undefined) session.value = null;
  }
}

export async function loadProducts() {
  const found = await heard(get("/api/catalogue"));
  productsKey = found.key;
  products.value = found.products;
  coupons.value = found.coupons ?? [];
  await Promise.all([shelf.remember("products", found.products), shelf.remember("coupons", coupons.value)]);
}

/**
 * Notes whether the till answered, whatever it said, and whether it still knows who is signed in.
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T>}
 */
export async function heard(answer) {
  try {
    const said = await answer;
    noteAnswer(true);
    return said;
  } catch (problem) {
    const { status, code } = /** @type {any} */ (problem);
    noteAnswer(status !== 0);
    if (status === 401 && code !== "wrong-pin") await leave();
    throw problem;
  }
}

/** @param {boolean} answered */
function noteAnswer(answered) {
  if (answered) heardAtMs.value = Date.now();
  answers.value = answered;
}

// -- People -------------------------------------------------------------------------------------------------

/** @param {string} pin */
export async function signIn(pin) {
  await signedIn(await heard(post("/api/sign-in", { pin })));
  navigator.storage?.persist?.(); // asks that kept sales are not cleared away when space is short
}

/** @param {Session} found */
async function signedIn(found) {
  enter(found);
  locked.value = false;
  await shelf.remember("session", found);
  await Promise.allSettled([loadProducts(), deliverKept()]);
}

/** @param {Session} found */
function enter(found) {
  setCsrfToken(found.csrf);
  session.value = found;
  stream ??= listenToTill();
}

/**
 * Signing out is refused while something is unsent: it could be lost with the browser.
 * @returns {Promise<boolean>} whether it was done
 */
export async function signOut() {
  await readKept();
  if (kept.value.length > 0) return false;
  await heard(post("/api/sign-out"));
  await leave();
  return true;
}

async function leave() {
  stream?.stop();
  stream = null;
  setCsrfToken("");
  session.value = null;
  await shelf.remember("session", undefined);
}

// -- What the till tells by itself ----------------------------------------------------------------------------

function listenToTill() {
  const tell = { state: showSaved, stock: showStock, documents: showDocuments, printing: showPrinting, display: tellDisplay };
  const listening = listen("/api/events", tell, () => void loadSession());
  listening.freshness.subscribe((freshness) => {
    if (freshness === "connecting") return;
    noteAnswer(freshness === "live");
    if (freshness === "live") void deliverKept();
  });
  return listening;
}

/** @param {Saved} now */
function showSaved(now) {
  batch(() => {
    saved.value = now;
    savedAtMs.value = Date.now();
  });
}

/** A new catalogue is taken over while the page is open; the cart stays as it is. @param {Documents} now */
function showDocuments(now) {
  documents.value = now;
  if (now.key !== productsKey) void Promise.allSettled([loadProducts(), loadShop()]);
}

/** @param {{need_somebody: number}} now */
const showPrinting = (now) => void (printing.value = now.need_somebody);

let endFeed = () => {};

/** The code that tells a customer display is loaded when one looks at this till. @param {{watched: boolean}} now */
async function tellDisplay({ watched }) {
  endFeed();
  endFeed = watched ? await import("./display_feed.js").then((feed) => feed.feedDisplay(), () => () => {}) : () => {};
}

/** @param {{sku: string, stock_milli: number, share_left_milli: number | null}} changed */
const showStock = ({ sku, ...changed }) => setStock(sku, changed);

/**
 * @param {string} sku
 * @param {Partial<Product>} changed
 */
function setStock(sku, changed) {
  products.value = products.value?.map((p) => (p.sku === sku ? { ...p, ...changed } : p)) ?? null;
}

// -- The cart -------------------------------------------------------------------------------------------------

/** @param {import("./cart.js").Cart} next */
export function setCart(next) {
  cart.value = next;
  void shelf.remember("cart", next);
  const stands = deal.value.discounts.filter(({ sku }) => (sku ? next.some((line) => line.sku === sku) : next.length > 0));
  if (next.length === 0) setDeal({ discounts: [], tip_minor: 0 });
  else if (stands.length < deal.value.discounts.length) setDeal({ ...deal.value, discounts: stands });
}

/** @param {Deal} next */
export function setDeal(next) {
  deal.value = next;
  void shelf.remember("deal", next);
}

/**
 * @param {number} worthMinor
 * @param {string} name
 */
export const addVoucher = (worthMinor, name) =>
  setCart(add(cart.value, { sku: `voucher-${worthMinor}`, name, unit_price_minor: worthMinor, vat_bp: 0, kind: "voucher" }));

/**
 * @param {Product} product
 * @param {number} [quantityMilli] one, or what it weighs
 */
export function addToCart(product, quantityMilli) {
  const { sku, name, vat_rate_bp, weighed, unit } = product;
  const unit_price_minor = priceIn(product, deal.value.price_list);
  setCart(add(cart.value, { sku, name, unit_price_minor, vat_bp: vat_rate_bp, ...(weighed && { weighed, unit }) }, quantityMilli));
}

/**
 * Each price that somebody typed is a line of its own.
 * @param {Product} product
 * @param {number} priceMinor
 */
export function addAtPrice({ sku, name, vat_rate_bp }, priceMinor) {
  setCart(add(cart.value, { sku: `${sku}@${priceMinor}`, of: sku, name, unit_price_minor: priceMinor, vat_bp: vat_rate_bp }));
}

/** The whole cart at the prices of a list. @param {string} list "" is the usual one */
export function choosePrices(list) {
  setDeal({ ...deal.value, price_list: list });
  setCart(atPricesOf(cart.value, products.value ?? [], list));
}

/** The price lists that some product has a price in. */
export const priceLists = computed(() => [...new Set((products.value ?? []).flatMap(({ prices = [] }) => prices.map(({ list_name }) => list_name)))]);

/** The seller takes the new prices over into the cart, as the till has them now. */
export async function takeOverPrices() {
  await loadProducts().catch(() => {});
  setCart(atPricesOf(cart.value, products.value ?? [], deal.value.price_list));
}

/**
 * @param {string} sku
 * @param {number} quantityMilli
 */
export const changeQuantity = (sku, quantityMilli) => setCart(setQuantity(cart.value, sku, quantityMilli));

/** @param {string} code a barcode or our own product number */
export const productOf = (code) => products.value?.find((p) => p.barcode === code || p.sku === code) ?? null;

// -- Selling --------------------------------------------------------------------------------------------------

/**
 * Sells what is in the cart. The sale lies on this browser's disk before it is sent.
 * @param {{payments: Paid[], collectAtLocker: boolean, approval?: string}} how
 * @returns {Promise<import("./kept_sales.js").Outcome & {sale: KeptSale}>}
 */
export async function sell({ payments, collectAtLocker, approval = "" }) {
  const sale = newSale(cart.value, payments, collectAtLocker, approval);
  const outcome = await keptSales.sell(sale);
  noteAnswer(outcome.kind !== "kept" || outcome.problem.status !== 0);
  if (outcome.kind === "delivered") justPaid.value = outcome.receipt;
  else await readKept();
  if (outcome.kind === "kept") takeFromStock(cart.value);
  if (outcome.kind === "refused") void loadProducts().catch(() => {}); // prices or products changed
  else setCart([]);
  return { ...outcome, sale };
}

/**
 * @param {import("./cart.js").Cart} lines
 * @param {Paid[]} payments
 * @param {boolean} collectAtLocker
 * @param {string} approval a manager's word for a discount
 * @returns {KeptSale}
 */
function newSale(lines, payments, collectAtLocker, approval) {
  const id = uuid7();
  const total_minor = cartTotal.value;
  const { discounts, tip_minor, price_list, customer, coupon } = deal.value;
  const request = {
    sale_id: id,
    ...asOrder(lines, discounts),
    payments,
    ...(tip_minor > 0 && { tip_minor }),
    ...(price_list && { price_list }),
    ...(coupon && { coupon: coupon.code, coupon_discount: couponDiscount(coupon) }),
    ...(customer && { customer }),
    ...(approval && { approval }),
    collect_at_locker: collectAtLocker,
    expected_total_minor: total_minor,
  };
  return { id, at_ms: Date.now(), request, total_minor, currency: shop.value.currency };
}

/**
 * A sale that lay on this phone is taken at the prices the customer saw; one made just now at the till's own.
 * @param {any} request
 */
function sendSale(request) {
  const isWaiting = kept.value.some((sale) => sale.id === request.sale_id);
  const lines = request.lines.map((/** @type {any} */ { name, unit_price_minor, said, ...line }) =>
    isWaiting || said || line.kind === "voucher" ? { ...line, unit_price_minor } : line,
  );
  const { coupon, coupon_discount, payments, discounts, ...rest } = request;
  // What was kept says by which rates and coupons it was made; what is sold now goes by the till's own.
  const body = isWaiting
    ? { ...rest, lines, payments, discounts: coupon_discount ? [...discounts, coupon_discount] : discounts, kept: true }
    : { ...rest, lines, payments: payments.map((/** @type {Paid} */ { rate_micro, ...paid }) => paid), discounts, ...(coupon && { coupon }) };
  return heard(ask("POST", "/api/sales", body, { timeoutMs: SALE_TIMEOUT_MS }));
}

/** @param {Coupon} coupon @returns {import("./pricing.js").Discount} */
const couponDiscount = ({ kind, value, name, code }) => ({ kind, value, reason: name, code });

/** @param {import("./cart.js").Cart} sold */
function takeFromStock(sold) {
  for (const { sku: key, of, quantity_milli } of sold) {
    const sku = of ?? key;
    const stock = products.value?.find((p) => p.sku === sku)?.stock_milli;
    if (stock != null) setStock(sku, { stock_milli: stock - quantity_milli });
  }
}

// -- Kept sales -----------------------------------------------------------------------------------------------

async function readKept() {
  kept.value = await keptSales.all();
}

/** Sends what waits. @returns {Promise<number>} how many still wait */
export async function deliverKept() {
  const left = await keptSales.deliver();
  await readKept();
  return left;
}

/**
 * The customer takes the goods at the stall, because the till has no pick-up number to give.
 * @param {KeptSale} sale refused for want of a number
 */
export async function deliverWithoutLocker(sale) {
  const { refusal, ...unrefused } = sale;
  await shelf.put({ ...unrefused, request: { ...sale.request, collect_at_locker: false } });
  await readKept();
  await deliverKept();
}

/** @param {string} id of a sale that the till refused, after a person has seen why */
export async function dismissKept(id) {
  await keptSales.dismiss(id);
  await readKept();
}
