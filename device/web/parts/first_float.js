// The first sale of a day opened it with an empty drawer: whoever has put change into it says so, or sells on.
import { get } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { hrefOf } from "../router.js";
import { t } from "../words.js";

/** @param {{id: string}} props of the sale just made */
export function FirstFloat({ id }) {
  const { said } = useAnswer(() => get("/api/cash"), id);
  const session = said?.session;
  if (session?.sales_count !== 1 || session.float_minor !== 0 || session.moves.length > 0) return null;
  return html`<div class="card pad stack tight no-print">
    <p>${t("cash.float.ask")}</p>
    <a class="button" href=${hrefOf("cash", "in")}>${t("cash.float.in")}</a>
  </div>`;
}
