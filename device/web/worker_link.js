// The page's side of the service worker: a new version of the page is fetched in the background and takes over
// only while the cart is empty and nobody is in the middle of a payment.
import { effect } from "/shared/vendor/ui.js";
import { get } from "/shared/http.js";
import { route } from "./router.js";
import { cart, products } from "./till.js";

const LOOK_EVERY_MS = 10 * 60_000;
const CALM_SCREENS = ["sell", "sales", "stock", "make", "menu"];

export function keepPageUpToDate() {
  if (!("serviceWorker" in navigator)) return; // no secure context: the page works while the till answers
  const wasControlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => wasControlled && location.reload());
  void look();
  effect(tellPhotos);
  setInterval(look, LOOK_EVERY_MS);
}

let photosTold = "";

/** Tells the worker which photos the tiles show, so that it keeps them for when the till is away. */
function tellPhotos() {
  if (!products.value) return;
  const photos = [...new Set(products.value.map((product) => product.photo ?? "").filter(Boolean))];
  if (photos.join() === photosTold) return;
  photosTold = photos.join();
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ photos }));
}

/** The worker's address carries the version, so that a new version is a new worker. */
async function look() {
  try {
    const { version } = await get("/precache.json");
    const registration = await navigator.serviceWorker.register(`/sw.js?version=${version}`, { updateViaCache: "none" });
    registration.addEventListener("updatefound", () => watch(registration));
    watch(registration);
  } catch {
    // The till is away: the version at hand goes on.
  }
}

/** @param {ServiceWorkerRegistration} registration */
function watch(registration) {
  const worker = registration.waiting ?? registration.installing;
  if (!worker) return;
  const tryTakeOver = () => {
    const calm = cart.value.length === 0 && CALM_SCREENS.includes(route.value[0]);
    if (worker.state === "installed" && registration.active && calm) worker.postMessage("take-over");
  };
  worker.addEventListener("statechange", tryTakeOver);
  effect(tryTakeOver);
}
