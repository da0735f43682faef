// The till's service worker: the page opens with the till switched off. One page of routes.
// Its address carries the version (/sw.js?version=…), so each version is a worker and a cache of its own.
const VERSION = new URL(location.href).searchParams.get("version");
const CACHE = `till-${VERSION}`;

addEventListener("install", (event) => event.waitUntil(precache()));
addEventListener("activate", (event) => event.waitUntil(dropOtherVersions().then(() => clients.claim())));
addEventListener("message", (event) => event.data === "take-over" && skipWaiting());

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return; // the network's business
  if (url.pathname.startsWith("/api/")) return; // always the till itself, never a memory of it
  if (["/precache.json", "/healthz", "/sw.js"].includes(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(url.pathname === "/" ? fromCache("/") : fetch(request));
  else event.respondWith(fromCache(url.pathname));
});

/** Takes every file of this version; if one is missing or of another version, the install fails and is tried again. */
async function precache() {
  const manifest = await (await fetch("/precache.json", { cache: "no-store" })).json();
  if (manifest.version !== VERSION) throw new Error(`the till serves ${manifest.version} by now, not ${VERSION}`);
  const cache = await caches.open(CACHE);
  await Promise.all(manifest.files.map((file) => keep(cache, file)));
  await cache.put("/", (await cache.match("/index.html")) ?? (await fetch("/", { cache: "no-store" })));
}

async function keep(cache, { url, hash }) {
  const answer = await fetch(url, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer()));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) throw new Error(`${url} is not the file that the manifest names`);
  await cache.put(url, answer);
}

async function fromCache(path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(path);
}

async function dropOtherVersions() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("till-") && name !== CACHE).map((name) => caches.delete(name)));
}
