// Delivers kept sales without anybody thinking of it: when the page opens, when the network comes back, and on a
// timer that backs off. (Background Sync would do it with the page closed, but Safari and Firefox lack it.)
import { effect } from "/shared/vendor/ui.js";
import { waitMs } from "./kept_sales.js";
import { deliverKept, kept, notice, unsent } from "./till.js";
import { t } from "./words.js";

/** Starts for as long as the page is open. */
export function startDelivery() {
  let attempt = 0;
  let timer = 0;

  async function attemptNow() {
    clearTimeout(timer);
    const before = unsent.value.length;
    const left = before === 0 ? 0 : await deliverKept();
    if (left < before) attempt = 0;
    if (left > 0) timer = setTimeout(attemptNow, waitMs(attempt++, Math.random()));
  }

  addEventListener("online", attemptNow);
  effect(() => {
    if (unsent.value.length === 0) attempt = 0;
    else if (attempt === 0) void attemptNow();
  });
  tellWhenDelivered();
}

/** Says so when the last kept sale has reached the till, whichever way it got there. */
function tellWhenDelivered() {
  let waited = 0;
  effect(() => {
    const waiting = unsent.value.length;
    const refusedNow = kept.value.length - waiting;
    if (waited > 0 && waiting === 0 && refusedNow === 0) {
      notice.value = { tone: "good", text: t("kept.delivered", { n: waited }) };
    }
    waited = waiting === 0 ? 0 : Math.max(waited, waiting);
  });
}
