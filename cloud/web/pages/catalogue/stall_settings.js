// What a stall is called, what stands below its receipts, and on which weekdays it has a market.
import { html } from "/shared/vendor/ui.js";
import { post } from "/shared/http.js";
import { locale, t } from "../../words.js";
import { useAsking } from "./asking.js";

/** @typedef {import("../../cloud.js").TillSupplies} TillSupplies */

const MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 24 * 3600 * 1000;

/** @param {{given: TillSupplies, own: boolean}} props own: of one stall, which may have a name of its own */
export function Settings({ given, own }) {
  const asking = useAsking();
  const { stall, receipt_footer, market_weekdays, voucher_key } = given.settings;

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const days = form.getAll("day").map(Number);
    const body = { stall: textOr(form.get("stall")), receipt_footer: textOr(form.get("footer")), market_weekdays: days.length > 0 ? days : null, voucher_key };
    if (await asking.send(() => post(`/api/supplies/${given.scope}/settings`, body))) asking.say(t("stall.settings.saved"));
  }

  return html`<form class="card pad stack" onSubmit=${submit}><h3>${t("stall.settings")}</h3>
    <p class="quiet">${t(own ? "stall.settings.hint" : "stall.settings.everyone")}</p>
    ${own && html`<div><label for="stall-name">${t("field.stall")}</label><input id="stall-name" name="stall" maxlength="120" autocomplete="off" defaultValue=${stall ?? ""} /></div>`}
    <div><label for="stall-footer">${t("field.receipt_footer")}</label><input id="stall-footer" name="footer" maxlength="500" autocomplete="off" defaultValue=${receipt_footer ?? ""} /></div>
    <fieldset class="days"><legend>${t("field.market_weekdays")}</legend>
      ${Array.from({ length: 7 }, (_, day) => html`<label key=${day} class="check"><input type="checkbox" name="day" value=${day} defaultChecked=${market_weekdays?.includes(day) ?? false} />${weekday(day)}</label>`)}
    </fieldset>
    ${asking.note}
    <div><button class="primary" disabled=${asking.busy}>${t("product.save")}</button></div>
  </form>`;
}

/** @param {FormDataEntryValue | null} value */
const textOr = (value) => (typeof value === "string" && value.trim() ? value.trim() : null);

/** @param {number} day 0 is Monday */
const weekday = (day) => new Date(MONDAY + day * DAY_MS).toLocaleDateString(locale.value, { weekday: "long", timeZone: "UTC" });
