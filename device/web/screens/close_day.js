// The end of the day: count the drawer, type it, see whether it fits.
import { Keypad } from "/shared/components/keypad.js";
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { Frame } from "../parts/frame.js";
import { hrefOf } from "../router.js";
import { heard, notice, saved, shop } from "../till.js";
import { money, t } from "../words.js";

const LONGEST_AMOUNT = 8;
const FIGURES = ["sales_count", "total_minor", "cash_expected_minor", "cash_counted_minor", "difference_minor"];

export function CloseDay() {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [closing, setClosing] = useState(/** @type {any} */ (null));
  const counted = Number(typed);

  async function close() {
    setBusy(true);
    notice.value = null;
    try {
      setClosing(await heard(post("/api/close-day", { cash_counted_minor: counted })));
    } catch (thrown) {
      const problem = /** @type {any} */ (thrown);
      const silent = problem.status === 0;
      notice.value = { tone: "bad", text: silent ? t("sign-in.silent") : problem.message, remedy: silent ? t("sign-in.silent.remedy") : problem.remedy };
    } finally {
      setBusy(false);
    }
  }

  if (closing) {
    const next = html`<a class="button primary wide-button" href=${hrefOf("sell")}>${t("nav.sell")}</a>`;
    return html`<${Frame} foot=${next}><div class="narrow stack"><${Figures} closing=${closing} /><div class="roomy">${next}</div></div><//>`;
  }
  const main = html`<button class="primary wide-button" disabled=${busy || typed === ""} onClick=${close}>${t("close.do", { amount: money(counted, shop.value.currency) })}</button>`;
  return html`<${Frame} foot=${main}>
    <div class="pay">
      <section class="pay-due">
        <h2>${t("close.title")}</h2>
        <p>${t("close.hint")}</p>
        <p class="quiet">${t("saved.till", { n: saved.value?.sales.till ?? 0 })}</p>
        <p class="big" aria-live="polite">${money(counted, shop.value.currency)}</p>
      </section>
      <section class="pay-keys">
        <${Keypad} label=${t("close.keypad")} value=${typed} maxLength=${LONGEST_AMOUNT} disabled=${busy} onChange=${setTyped} eraseLabel=${t("keypad.erase")} />
        <div class="roomy">${main}</div>
      </section>
    </div>
  <//>`;
}

/** @param {{closing: Record<string, any>}} props */
const Figures = ({ closing }) => html`<div class="note good"><h2>${t("close.done")}</h2></div>
  <dl class="sums card pad">${FIGURES.filter((name) => typeof closing[name] === "number").map((name) => html`<div key=${name}>
    <dt>${t(`close.figure.${name}`)}</dt><dd>${name.endsWith("_minor") ? money(closing[name], shop.value.currency) : closing[name]}</dd>
  </div>`)}</dl>`;
