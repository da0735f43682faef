// Tells the customer display what is in the cart; loaded only while a display looks at this till. Nothing waits for it.
import { post } from "/shared/http.js";
import { effect } from "/shared/vendor/ui.js";
import { justPaid, priced, session } from "./till.js";

const QUIET_MS = 250;

let timer = 0;
let wasEmpty = true;
/** @type {string | undefined} the sale before the one that is rung up */
let earlier;

/** Begins to tell; returns what ends it. */
export function feedDisplay() {
  earlier = justPaid.value?.sale_id;
  const stop = effect(() => {
    const shown = whatIsShown();
    clearTimeout(timer);
    if (session.value) timer = setTimeout(() => post("/api/display", shown).catch(() => {}), QUIET_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function whatIsShown() {
  const { lines, total_minor } = priced.value;
  const paid = justPaid.value;
  if (lines.length > 0) {
    if (wasEmpty) earlier = paid?.sale_id;
    wasEmpty = false;
    return { state: "cart", total_minor, lines: lines.map(({ line, total_minor }) => ({ name: line.name, quantity_milli: line.quantity_milli, total_minor })) };
  }
  wasEmpty = true;
  if (!paid || paid.sale_id === earlier) return { state: "idle" };
  const change_minor = paid.payments.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.change_minor, 0);
  return { state: "paid", total_minor: paid.total_minor, change_minor };
}
