// What the customer sees: goods and total as they are rung up, then the change and thanks. The address carries its key.
import { listen } from "/shared/events.js";
import { html, render, signal, useEffect } from "/shared/vendor/ui.js";
import { amount, learnMore, money, quantity, suggestLanguage, t } from "./words.js";

/**
 * @typedef {{state: "idle" | "cart" | "paid", lines: {name: string, quantity_milli: number, total_minor: number}[],
 *   total_minor: number, change_minor: number, stall: string, currency: string, language: string}} Shown
 */

const LINES_SEEN = 6;
const THANKS_MS = 12_000;
const ONE_MILLI = 1000;

const shown = signal(/** @type {Shown | null} */ (null));
const token = location.pathname.split("/").pop() ?? "";
const { freshness } = listen(`/api/display/${encodeURIComponent(token)}/events`, { shown: take });

/** @param {Shown} now */
function take(now) {
  suggestLanguage(now.language);
  document.title = now.stall;
  shown.value = now;
}

function Display() {
  const now = shown.value;
  useEffect(() => {
    if (now?.state !== "paid") return;
    const timer = setTimeout(() => (shown.value = { ...now, state: "idle", lines: [] }), THANKS_MS);
    return () => clearTimeout(timer);
  }, [now]);
  if (!now) return html`<div class="display"><div class="awning"></div><main><div class="words"><p class="quiet">${t("app.loading")}</p></div></main></div>`;
  return html`<div class="display"><div class="awning"></div>
    <header>${now.stall}</header>
    <main aria-live="polite">${now.state === "cart" ? html`<${Goods} now=${now} />` : now.state === "paid" ? html`<${Thanks} now=${now} />` : html`<${Welcome} />`}</main>
    ${now.state === "cart" && html`<footer><span>${t("receipt.total")}</span>${money(now.total_minor, now.currency)}</footer>`}
  </div>`;
}

/** The newest goods stand last and boldest; those before them may have gone out of sight. @param {{now: Shown}} props */
function Goods({ now }) {
  const hidden = Math.max(0, now.lines.length - LINES_SEEN);
  return html`<ul class="goods">
    ${hidden > 0 && html`<li class="earlier">${t("display.earlier", { n: hidden })}</li>`}
    ${now.lines.slice(hidden).map((line, place) => html`<li key=${hidden + place}>
      <span>${line.quantity_milli === ONE_MILLI ? "" : `${quantity(line.quantity_milli)}\u00a0×\u00a0`}${line.name}</span><b>${amount(line.total_minor, now.currency)}</b></li>`)}
  </ul>`;
}

/** @param {{now: Shown}} props */
const Thanks = ({ now }) => html`<div class="words">
  ${now.change_minor > 0 && html`<p class="quiet">${t("paid.change")}</p><p>${money(now.change_minor, now.currency)}</p>`}
  <p class="good">${t("display.thanks")}</p>
</div>`;

const Welcome = () => html`<div class="words"><p>${t(freshness.value === "stale" ? "display.silent" : "display.welcome")}</p></div>`;

await learnMore();
render(html`<${Display} />`, document.body);
