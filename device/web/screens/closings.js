// Past closings, one of them, and the day so far.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { DayReport, difference } from "../parts/day_report.js";
import { BackLink, Frame } from "../parts/frame.js";
import { PrintCopy } from "../parts/print_copy.js";
import { hrefOf } from "../router.js";
import { saved, shop } from "../till.js";
import { longDate, money, t } from "../words.js";

const PAGE = 50;

/** @param {{number?: string}} props a closing's number, "now" for the day so far, or none for the list */
export const Closings = ({ number }) => (number ? html`<${One} key=${number} number=${number} />` : html`<${List} />`);

/** @param {{number: string}} props */
function One({ number }) {
  const isNow = number === "now";
  const { said, problem, again } = useAnswer(() => get(isNow ? "/api/cash/report" : `/api/closings/${encodeURIComponent(number)}`), isNow ? saved.value?.sales.till : number);
  const back = html`<a class="button wide-button" href=${hrefOf(isNow ? "cash" : "closings")}>${t("app.back")}</a>`;
  if (!said) return html`<${Frame} foot=${back}><div class="narrow stack">
    <div class="due"><${BackLink} page=${isNow ? "cash" : "closings"} /><h2 class="strong">${t(isNow ? "report.so-far" : "nav.closings")}</h2></div>
    ${problem ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />` : html`<${Skeleton} lines=${8} label=${t("app.loading")} />`}
  </div><//>`;
  return html`<${Frame} foot=${back}><div class="receipt">
    <section class="receipt-now">
        <div class="roomy">${back}</div><${PrintCopy} path=${isNow ? "/api/closing/print" : `/api/closings/${encodeURIComponent(number)}/print`} />
        ${isNow && html`<a class="button no-print" href=${hrefOf("close")}>${t("nav.close")}</a>`}
      </section><${DayReport} report=${said} />
  </div><//>`;
}

function List() {
  const { said, problem, again } = useAnswer(() => get(`/api/closings?limit=${PAGE}`), null);
  const [earlier, setEarlier] = useState(/** @type {any[]} */ ([]));
  const rows = [...(said?.closings ?? []), ...earlier];

  async function more() {
    const page = await get(`/api/closings?limit=${PAGE}&before=${rows.at(-1).number}`);
    setEarlier([...earlier, ...page.closings]);
  }

  return html`<${Frame}><div class="narrow stack">
    <div class="due"><${BackLink} page="cash" /><h2 class="strong">${t("nav.closings")}</h2></div>
    ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${6} height="64px" label=${t("app.loading")} />`}
    ${said && rows.length === 0 && html`<${EmptyState} title=${t("closings.none")}>${t("closings.none.hint")}<//>`}
    ${rows.length > 0 && html`<ul class="menu card">${rows.map((row) => html`<li key=${row.number}><a class="closing" href=${hrefOf("closings", String(row.number))}>
      <span class="grow">${t("report.title", { n: String(row.number) })}<br /><span class="quiet small">${longDate(row.business_date)}${row.difference_minor !== 0 && ` · ${difference(row.difference_minor, shop.value.currency)}`}</span></span>
      <b>${money(row.turnover_minor, shop.value.currency)}</b></a></li>`)}</ul>`}
    ${said && rows.length < said.count && html`<button onClick=${() => more().catch(() => {})}>${t("closings.more")}</button>`}
  </div><//>`;
}
