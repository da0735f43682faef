// What a scanned code means: a product for the cart, or clear words why not.
import { pick } from "./picked.js";
import { go, route } from "./router.js";
import { isMisread } from "./scanner.js";
import { locked, notice, productOf, session } from "./till.js";
import { t } from "./words.js";

const OPEN_TO_SCANS = ["sell", "cart", "receipt", "kept", ""]; // elsewhere a code could change what is being done

const GIVING_BACK = ["refund", "refunded", "sales"]; // where a receipt's code opens that receipt, too

/** @type {((product: import("./till.js").Product) => void) | null} */
let taker = null;

/**
 * Gives what is scanned to a screen that wants it, for as long as it is there.
 * @param {(product: import("./till.js").Product) => void} take
 * @returns {() => void} ends it
 */
export function takeScans(take) {
  taker = take;
  return () => void (taker = null);
}

/** @param {string} code */
export function scanned(code) {
  if (!session.value || locked.value) return;
  const product = productOf(code);
  if (code.startsWith("STALLHOLDER1:") && [...OPEN_TO_SCANS, ...GIVING_BACK].includes(route.value[0])) return go("refund", code);
  if (taker) return product ? taker(product) : say(whyNot(code));
  if (!OPEN_TO_SCANS.includes(route.value[0])) say({ text: t("scan.not-here") });
  else if (product) {
    notice.value = null;
    if (route.value[0] !== "cart") go("sell"); // the next customer's first product, scanned over the last receipt
    pick(product);
  } else say(whyNot(code));
}

const ACTIONS = ["click", "input", "hashchange"];

/** Says why nothing was added, until the seller does the next thing. @param {{text: string, remedy?: string}} words */
function say(words) {
  const said = /** @type {const} */ ({ tone: "warn", ...words });
  notice.value = said;
  const done = new AbortController();
  const letGo = () => {
    if (notice.value === said) notice.value = null;
    done.abort();
  };
  for (const action of ACTIONS) addEventListener(action, letGo, { signal: done.signal });
}

/** @param {string} code */
function whyNot(code) {
  if (isMisread(code)) return { text: t("scan.misread", { code }), remedy: t("scan.misread.remedy") };
  return { text: t("scan.unknown", { code }), remedy: t("scan.unknown.remedy") };
}
