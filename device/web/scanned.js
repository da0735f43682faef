// What a scanned code means: a product for the cart, or clear words why not.
import { go, route } from "./router.js";
import { isMisread } from "./scanner.js";
import { addToCart, notice, productOf, session } from "./till.js";
import { t } from "./words.js";

const OPEN_TO_SCANS = ["sell", "cart", "receipt", "kept", ""]; // elsewhere a code could change what is being done

/** @param {string} code */
export function scanned(code) {
  if (!session.value) return;
  const product = productOf(code);
  if (!OPEN_TO_SCANS.includes(route.value[0])) notice.value = { tone: "warn", text: t("scan.not-here") };
  else if (product) {
    notice.value = null;
    addToCart(product);
    if (route.value[0] !== "cart") go("sell"); // the next customer's first product, scanned over the last receipt
  } else notice.value = { tone: "warn", ...whyNot(code) };
}

/** @param {string} code */
function whyNot(code) {
  if (code.startsWith("STALLHOLDER1:")) return { text: t("scan.proof") };
  if (isMisread(code)) return { text: t("scan.misread", { code }), remedy: t("scan.misread.remedy") };
  return { text: t("scan.unknown", { code }), remedy: t("scan.unknown.remedy") };
}
