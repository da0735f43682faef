// This browser's time as a signal that moves every few seconds, so that "3 minutes ago" grows by itself.
import { signal } from "./vendor/ui.js";

const TICK_MS = 5_000;

/** In milliseconds. */
export const nowMs = signal(Date.now());
setInterval(() => (nowMs.value = Date.now()), TICK_MS);
