// The till's service worker: the page opens with the till switched off. One page of routes.
// Its address carries the version (/sw.js?version=…), so each version is a worker and a cache of its own.
const VERSION = new URL(location.href).searchParams.get("version");
const CACHE = `till-${VERSION}`;
const PHOTOS = "photos"; // of all versions: a photo's address is the hash of its bytes
const PHOTO = /^\/api\/photos\/[0-9a-f]{64}$/;
const PHOTOS_MAX = 500; // of 40 kB at most

addEventListener("install", (event) => event.waitUntil(precache()));
addEventListener("activate", (event) => event.waitUntil(dropOtherVersions().then(() => clients.claim())));
addEventListener("message", (event) => {
  if (event.data === "take-over") skipWaiting();
  if (event.data?.photos) event.waitUntil(keepPhotos(event.data.photos.slice(0, PHOTOS_MAX)));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return; // the network's business
  if (PHOTO.test(url.pathname)) return event.respondWith(photo(url.pathname));
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

/** @param {string} path */
async function photo(path) {
  return (await (await caches.open(PHOTOS)).match(path)) ?? fetch(path);
}

/**
 * Keeps the photos that products show now, and no others, so that tiles show them without the till. One after the other:
 * a sale is never kept waiting.
 * @param {string[]} names
 */
async function keepPhotos(names) {
  const cache = await caches.open(PHOTOS);
  const wanted = new Set(names.map((name) => `/api/photos/${name}`));
  for (const { url } of await cache.keys()) {
    const path = new URL(url).pathname;
    if (!wanted.delete(path)) await cache.delete(path);
  }
  for (const path of wanted) {
    const answer = await fetch(path).catch(() => null);
    if (!answer) return; // the till is away: next time
    if (answer.ok) await cache.put(path, answer);
  }
}

async function dropOtherVersions() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("till-") && name !== CACHE).map((name) => caches.delete(name)));
}
