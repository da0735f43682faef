// The till's page: opens, listens for scans, draws the screen that the address names.
import { html, render, useEffect } from "/shared/vendor/ui.js";
import { Skeleton } from "/shared/components/states.js";
import { startDelivery } from "./delivery.js";
import { Frame } from "./parts/frame.js";
import { go, route } from "./router.js";
import { loadSoon, SCREENS } from "./screens.js";
import { answers, locked, notice, openTill, session, shop } from "./till.js";
import { t } from "./words.js";

/** What stays open on a locked page while the till does not answer: nobody can check a PIN then, and a stall must be able to sell. */
const SELLING = new Set(["sell", "cart", "pay", "receipt", "choose", "measure"]);

function App() {
  const [name, argument] = route.value;
  const screen = SCREENS[name];
  useEffect(() => {
    if (!screen) go("sell");
  }, [screen]);
  useEffect(() => {
    document.title = shop.value.stall ? `${shop.value.stall} · ${t(`nav.${name}`).replace(/^nav\..*/, "Stallholder")}` : "Stallholder";
  });
  const isShut = locked.value && !answers.value && !SELLING.has(name);
  useEffect(() => {
    if (isShut) notice.value = { tone: "bad", text: t("lock.only-selling") };
  }, [isShut, name]);
  if (session.value === undefined) return html`<${Frame}><${Skeleton} lines=${6} height="64px" label=${t("app.loading")} /><//>`;
  if (session.value === null || (locked.value && answers.value)) return SCREENS.switch();
  return (isShut ? SCREENS.sell : screen)?.(argument) ?? null;
}

/** What a first tap does not need, but the next one does. */
const loadTheRest = () =>
  Promise.all([import("./scanned.js"), import("./scanner.js"), import("./worker_link.js"), import("./auto_lock.js"), loadSoon()]);

/** @param {Awaited<ReturnType<typeof loadTheRest>>} loaded */
function startTheRest([{ scanned }, { listenForScans }, { keepPageUpToDate }, { lockWhenIdle }]) {
  lockWhenIdle();
  listenForScans(scanned);
  keepPageUpToDate();
}

/** @returns {void} */
const sayIncomplete = () => void (notice.value = { tone: "bad", text: t("app.unexpected"), remedy: t("app.unexpected.remedy") });

render(html`<${App} />`, document.body);
const rest = loadTheRest().catch(sayIncomplete);
await openTill();
startDelivery();
const loaded = await rest;
if (loaded) startTheRest(loaded);
