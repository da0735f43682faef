// The till's page: opens, listens for scans, draws the screen that the address names.
import { html, render, useEffect } from "/shared/vendor/ui.js";
import { Skeleton } from "/shared/components/states.js";
import { startDelivery } from "./delivery.js";
import { Frame } from "./parts/frame.js";
import { go, route } from "./router.js";
import { scanned } from "./scanned.js";
import { listenForScans } from "./scanner.js";
import { SCREENS } from "./screens.js";
import { SignIn } from "./screens/sign_in.js";
import { openTill, session, shop } from "./till.js";
import { keepPageUpToDate } from "./worker_link.js";
import { t } from "./words.js";

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
