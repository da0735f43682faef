// Locks the page of a till that nobody touches, where somebody wants that: whoever comes next types their PIN. The cart waits.
// While the till does not answer nobody could check a PIN: only selling is open then (see app.js), the rest waits for a PIN.
import { locked, session } from "./till.js";

const KEY = "lock-minutes";
const LOOK_EVERY_MS = 5_000;
const TOUCHES = ["pointerdown", "keydown"];
let touchedAtMs = Date.now();

/** After how many minutes this browser locks; 0 is never. */
export function lockMinutes() {
  try {
    return Number(localStorage.getItem(KEY)) || 0;
  } catch {
    return 0;
  }
}

/** @param {number} minutes */
export function setLockMinutes(minutes) {
  try {
    localStorage.setItem(KEY, String(minutes));
  } catch {
    // A browser without storage does not lock by itself.
  }
}

export function lockNow() {
  if (session.value) locked.value = true;
}

/** Looks from now on whether anybody touches the page, and remembers whether it is locked. */
export function lockWhenIdle() {
  locked.subscribe((is) => {
    try {
      localStorage.setItem("locked", is ? "yes" : "no");
    } catch {
      // Then a reload asks for no PIN, as it does not without a lock.
    }
  });
  for (const touch of TOUCHES) addEventListener(touch, () => (touchedAtMs = Date.now()), { capture: true, passive: true });
  setInterval(() => {
    const minutes = lockMinutes();
    if (minutes > 0 && Date.now() - touchedAtMs > minutes * 60_000) lockNow();
  }, LOOK_EVERY_MS);
}
