// The till's page: opens, listens for scans, draws the screen that the address names.
import { html, render, useEffect } from "/shared/vendor/ui.js";
import { startDelivery } from "./delivery.js";
import { go, route } from "./router.js";
import { scanned } from "./scanned.js";
import { listenForScans } from "./scanner.js";
import { Cart } from "./screens/cart.js";
import { Kept } from "./screens/kept.js";
import { MakeNext } from "./screens/make_next.js";
import { Menu } from "./screens/menu.js";
import { Pay } from "./screens/pay.js";
import { Receipt } from "./screens/receipt.js";
import { Sales } from "./screens/sales.js";
import { Sell } from "./screens/sell.js";
import { SignIn } from "./screens/sign_in.js";
import { Stock, StockChange } from "./screens/stock.js";
import { Where } from "./screens/where.js";
import { openTill, session, shop } from "./till.js";
import { Frame } from "./parts/frame.js";
import { Later } from "./parts/later.js";
import { keepPageUpToDate } from "./worker_link.js";
import { Skeleton } from "/shared/components/states.js";
import { t } from "./words.js";

const loadFirstProducts = () => import("./screens/first_products.js").then((loaded) => loaded.FirstProducts);
const loadPeople = () => import("./screens/people.js").then((loaded) => loaded.People);
const loadDiscount = () => import("./screens/discount.js").then((loaded) => loaded.DiscountScreen);
const loadVoucher = () => import("./screens/voucher.js").then((loaded) => loaded.VoucherScreen);
const loadProductsScreen = () => import("./screens/products.js").then((loaded) => loaded.Products);
const loadDisplayLink = () => import("./screens/display.js").then((loaded) => loaded.DisplayLink);
const loadPrintersScreen = () => import("./screens/printers.js").then((loaded) => loaded.Printers);

const loadCloseDay = () => import("./screens/close_day.js").then((loaded) => loaded.CloseDay);
const loadCash = () => import("./screens/cash.js").then((loaded) => loaded.Cash);
const loadClosings = () => import("./screens/closings.js").then((loaded) => loaded.Closings);
const loadRefund = () => import("./screens/refund.js").then((loaded) => loaded.Refund);
const loadRefunded = () => import("./screens/refund.js").then((loaded) => loaded.Refunded);

/** @type {Record<string, (argument?: string) => unknown>} */
const SCREENS = {
  sell: () => html`<${Sell} />`,
  cart: () => html`<${Cart} />`,
  pay: () => html`<${Pay} />`,
  receipt: (id) => html`<${Receipt} key=${id} id=${id} />`,
  kept: (id) => html`<${Kept} id=${id} />`,
  sales: () => html`<${Sales} />`,
  stock: (sku) => (sku ? html`<${StockChange} key=${sku} sku=${sku} />` : html`<${Stock} />`),
  products: (sku) => html`<${Later} key="products" load=${loadProductsScreen} props=${{ sku }} />`,
  display: () => html`<${Later} key="display" load=${loadDisplayLink} />`,
  printers: (name) => html`<${Later} key="printers" load=${loadPrintersScreen} props=${{ name }} />`,
  people: (name) => html`<${Later} key=${`people ${name}`} load=${loadPeople} props=${{ name }} />`,
  first: () => html`<${Later} key="first" load=${loadFirstProducts} />`,
  switch: () => html`<${SignIn} />`,
  discount: (sku) => html`<${Later} key=${`discount ${sku}`} load=${loadDiscount} props=${{ sku }} />`,
  voucher: () => html`<${Later} key="voucher" load=${loadVoucher} />`,
  make: () => html`<${MakeNext} />`,
  where: () => html`<${Where} />`,
  menu: () => html`<${Menu} />`,
  close: () => html`<${Later} key="close" load=${loadCloseDay} />`,
  cash: (way) => html`<${Later} key="cash" load=${loadCash} props=${{ way }} />`,
  closings: (number) => html`<${Later} key="closings" load=${loadClosings} props=${{ number }} />`,
  refund: (text) => html`<${Later} key="refund" load=${loadRefund} props=${{ text }} />`,
  refunded: (id) => html`<${Later} key="refunded" load=${loadRefunded} props=${{ id }} />`,
};

function App() {
  const [name, argument] = route.value;
  const screen = SCREENS[name];
  useEffect(() => {
    if (!screen) go("sell");
  }, [screen]);
  useEffect(() => {
    document.title = shop.value.stall ? `${shop.value.stall} · ${t(`nav.${name}`).replace(/^nav\..*/, "Stallholder")}` : "Stallholder";
  });
  if (session.value === undefined) return html`<${Frame}><${Skeleton} lines=${6} height="64px" label=${t("app.loading")} /><//>`;
  if (session.value === null) return html`<${SignIn} />`;
  return screen?.(argument) ?? null;
}

render(html`<${App} />`, document.body);
await openTill();
listenForScans(scanned);
startDelivery();
keepPageUpToDate();
