// Server-sent events with a back-off of our own (EventSource waits the same few seconds for ever), and a
// signal that says whether the figures on screen are fresh.
import { signal } from "./vendor/ui.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SILENCE_MS = 20_000; // a stream that says nothing for so long is asked about: its comments are hidden from pages
const PROBE_TIMEOUT_MS = 5_000;

/** @typedef {"connecting" | "live" | "stale"} Freshness */

/**
 * How long to wait before opening again: doubles up to half a minute, spread by chance.
 * @param {number} attempt from 0
 * @param {number} chance from 0 to 1
 */
export function waitMs(attempt, chance) {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return ceiling * (0.5 + chance / 2);
}

/** Every part of Stallholder answers here, signed in or not. */
async function askHealth() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PROBE_TIMEOUT_MS);
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: stop.signal });
    if (!answer.ok) throw new Error(`the server is not well: ${answer.status}`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Listens to a stream until stopped.
 * @param {string} url
 * @param {Record<string, (data: any) => void>} handlers by event name ("message" for unnamed ones)
 * @param {() => void} [onLost] called after each attempt that failed; EventSource hides why (a session may have ended)
 */
export function listen(url, handlers, onLost = () => {}) {
  /** @type {import("./vendor/ui.js").Signal<Freshness>} */
  const freshness = signal("connecting");
  /** When the server was last heard, in this browser's milliseconds; 0 before the first time. */
  const heardAtMs = signal(0);
  /** @type {EventSource | null} */
  let source = null;
  let attempt = 0;
  let retry = 0;

  function heard() {
    attempt = 0;
    heardAtMs.value = Date.now();
    freshness.value = "live";
  }

  function lost() {
    source?.close();
    clearTimeout(retry);
    freshness.value = "stale";
    retry = setTimeout(open, waitMs(attempt++, Math.random()));
    onLost();
  }

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(url);
    source.onopen = heard;
    source.onerror = lost;
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        heard();
        handle(JSON.parse(event.data));
      });
    }
  }

  const watch = setInterval(() => {
    if (freshness.value === "live" && Date.now() - heardAtMs.value > SILENCE_MS) askHealth().then(heard, lost);
  }, SILENCE_MS / 2);

  function stop() {
    clearTimeout(retry);
    clearInterval(watch);
    removeEventListener("online", open);
    source?.close();
  }

  addEventListener("online", open);
  open();
  return { freshness, heardAtMs, stop };
}
