// Printing something again at the till's printer; where it has none, this device may have one of its own.
import { post } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

/** @param {string} path of the paper at the till */
export async function printCopy(path) {
  try {
    await heard(post(path));
    notice.value = { tone: "good", text: t("out.printing") };
  } catch (thrown) {
    const { code, status } = /** @type {any} */ (thrown);
    if (code === "no-printer") sayNoPrinter();
    if (code === "no-printer" || status === 0) print();
    else sayProblem(thrown);
  }
}

/** Whether this device prints is for its own window to say; that the till cannot has to be said here. */
function sayNoPrinter() {
  const toPrinters = () => {
    notice.value = null;
    go("printers");
  };
  notice.value = { tone: "warn", text: t("out.no-printer"), remedy: t("out.no-printer.remedy"), action: t("nav.printers"), onAction: toPrinters };
}

/** @param {{path: string}} props */
export const PrintCopy = ({ path }) => html`<button class="no-print" onClick=${() => void printCopy(path)}>${t("out.print")}</button>`;
