// Server-sent events with a back-off of our own (EventSource waits the same few seconds for ever), and a
// signal that says whether the figures on screen are fresh.
import { signal } from "./vendor/ui.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SILENCE_MS = 60_000; // figures older than a minute say so

/** @typedef {"connecting" | "live" | "stale"} Freshness */

/**
 * @param {number} attempt from 0
 * @param {number} chance from 0 to 1
 */
export function waitMs(attempt, chance) {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return ceiling * (0.5 + chance / 2);
}

/**
 * Listens to a stream until stopped.
 * @param {string} url
 * @param {Record<string, (data: any) => void>} handlers by event name ("message" for unnamed ones)
 */
export function listen(url, handlers) {
  /** @type {import("./vendor/ui.js").Signal<Freshness>} */
  const freshness = signal("connecting");
  /** When the last event came, in this browser's milliseconds; 0 before the first. */
  const heardAtMs = signal(0);
  /** @type {EventSource | null} */
  let source = null;
  let attempt = 0;
  let retry = 0;
  let silence = 0;

  function heard() {
    attempt = 0;
    heardAtMs.value = Date.now();
    freshness.value = "live";
    clearTimeout(silence);
    silence = setTimeout(() => (freshness.value = "stale"), SILENCE_MS);
  }

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(url);
    source.onopen = heard;
    source.addEventListener("ping", heard);
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        heard();
        handle(JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      source?.close();
      freshness.value = "stale";
      clearTimeout(silence);
      retry = setTimeout(open, waitMs(attempt++, Math.random()));
    };
  }

  function stop() {
    clearTimeout(retry);
    clearTimeout(silence);
    removeEventListener("online", open);
    source?.close();
  }

  addEventListener("online", open);
  open();
  return { freshness, heardAtMs, stop };
}
