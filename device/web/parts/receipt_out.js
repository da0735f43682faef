// A receipt leaves the till: on paper as a copy, or on the customer's own phone by a QR code. Loaded when asked for.
import { get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";
import { printCopy } from "./print_copy.js";
import { svgUrl } from "./receipt_paper.js";

/** @param {{path: string}} props of the sale or the refund at the till */
export function ReceiptOut({ path }) {
  const [link, setLink] = useState(/** @type {{path: string, url: string | null, qr_svg: string | null} | null} */ (null));

  async function showLink() {
    try {
      setLink(await heard(get(`${path}/link`)));
    } catch {
      notice.value = { tone: "bad", text: t("sign-in.silent"), remedy: t("sign-in.silent.remedy") };
    }
  }

  return html`<div class="receipt-out stack no-print">
    <div class="printer-actions">
      <button onClick=${() => void printCopy(`${path}/print`)}>${t("out.print")}</button>
      <a class="button" href=${`${path}/receipt.pdf`} target="_blank" rel="noopener">${t("out.pdf")}</a>
      ${!link && html`<button onClick=${showLink}>${t("out.phone")}</button>`}
    </div>
    ${link && html`<div class="card pad stack" role="status">${link.qr_svg
      ? html`<p>${t("out.scan")}</p><img class="qr" src=${svgUrl(link.qr_svg)} alt=${t("out.alt")} />`
      : html`<p>${t("out.alone")}</p>`}</div>`}
  </div>`;
}
