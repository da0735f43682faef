// How this till trades: tips, coins, tax, limits, other currencies, coupons. Each group opens; one button keeps it all. Loaded
// when a manager goes there.
import { formatAmount, parseMoney } from "/shared/money.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { Problem, ask, get } from "/shared/http.js";
import { localDay } from "/shared/times.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { heard, notice, shop } from "../till.js";
import { amount, locale, percent, t } from "../words.js";

const COINS = [1, 5, 10, 20, 50, 100];
const TONGUES = ["en", "de"];
const LIMITS_BP = [0, 500, 1000, 2000, 3000, 5000, 10_000];
const ALL_BP = 10_000;
const MICRO = 1_000_000;

/**
 * @typedef {import("../till.js").Coupon} Coupon
 * @typedef {{currency: string, rate_micro: number, set_on: string}} Rate
 * @typedef {{cash_step_minor: number, rates: Rate[], vat_added: boolean, tips: boolean, coupons: Coupon[],
 *   voucher_elsewhere_max_minor: number, voucher_elsewhere_session_max_minor: number, discount_limit_bp: number, paper_language: string}} TradeRules
 */

export function Rules() {
  const { said, problem, again } = useAnswer(() => get("/api/trade-rules"), "");
  if (said) return html`<${Form} said=${said} />`;
  return html`<${Frame}><div class="narrow stack"><div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.rules")}</h2></div>${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
}

/** @param {{said: TradeRules}} props */
function Form({ said }) {
  const [rules, setRules] = useState(said);
  const [kept, setKept] = useState(said);
  const [wrong, setWrong] = useState("");
  /** @param {Partial<TradeRules>} some */
  const change = (some) => setRules({ ...rules, ...some });

  async function keep() {
    setWrong("");
    try {
      const now = await heard(ask("PUT", "/api/trade-rules", rules));
      setRules(now);
      setKept(now);
      notice.value = { tone: "good", text: t("rules.kept") };
    } catch (thrown) {
      setWrong(thrown instanceof Problem && !thrown.unreachable ? `${thrown.message} ${thrown.remedy}` : t("rules.not-kept"));
    }
  }

  const main = html`<button class="primary wide-button" disabled=${rules === kept} onClick=${keep}>${t("rules.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack rules">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.rules")}</h2></div>
    ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
    <label class="check card pad"><input type="checkbox" checked=${rules.tips} onChange=${(/** @type {any} */ e) => change({ tips: e.target.checked })} /><span><b>${t("rules.tips")}</b><br /><span class="quiet small">${t("rules.tips.hint")}</span></span></label>
    <${Choice} name="coin" value=${rules.cash_step_minor} onChoose=${(/** @type {number} */ cash_step_minor) => change({ cash_step_minor })}
      options=${[...new Set([...COINS, rules.cash_step_minor])].sort((a, b) => a - b).map((minor) => [minor, amount(minor, shop.value.currency)])} />
    <${Choice} name="vat" value=${Number(rules.vat_added)} onChoose=${(/** @type {number} */ added) => change({ vat_added: added === 1 })}
      options=${[[0, t("rules.vat.within")], [1, t("rules.vat.added")]]} />
    <${Choice} name="discount" value=${rules.discount_limit_bp} onChoose=${(/** @type {number} */ discount_limit_bp) => change({ discount_limit_bp })}
      options=${[...new Set([...LIMITS_BP, rules.discount_limit_bp])].sort((a, b) => a - b).map((bp) => [bp, bp === ALL_BP ? t("rules.discount.any") : bp === 0 ? t("rules.discount.none") : percent(bp)])} />
    <${Choice} name="papers" value=${TONGUES.indexOf(rules.paper_language || shop.value.language)} onChoose=${(/** @type {number} */ place) => change({ paper_language: TONGUES[place] })}
      options=${[[0, "English"], [1, "Deutsch"]]} />
    <${Rates} rates=${rules.rates} onChange=${(/** @type {Rate[]} */ rates) => change({ rates })} />
    <${Coupons} coupons=${rules.coupons} onChange=${(/** @type {Coupon[]} */ coupons) => change({ coupons })} />
    <${Vouchers} rules=${rules} onChange=${change} />
    <div class="roomy">${main}</div>
  </div><//>`;
}

/** @param {{name: string, value: number, options: [number, string][], onChoose: (value: number) => void}} props */
const Choice = ({ name, value, options, onChoose }) => html`<div class="card pad stack"><div><b>${t(`rules.${name}`)}</b><br /><span class="quiet small">${t(`rules.${name}.hint`)}</span></div>
  <div class="row" role="group" aria-label=${t(`rules.${name}`)}>${options.map(([option, words]) => html`<button type="button" key=${option} class="pill" aria-pressed=${option === value} onClick=${() => onChoose(option)}>${words}</button>`)}</div></div>`;

/** What one of another currency is worth today. @param {{rates: Rate[], onChange: (rates: Rate[]) => void}} props */
function Rates({ rates, onChange }) {
  const [currency, setCurrency] = useState("");
  const add = () => {
    onChange([...rates, { currency: currency.trim().toUpperCase(), rate_micro: MICRO, set_on: localDay(Date.now()) }]);
    setCurrency("");
  };
  return html`<details class="card pad rules-group"><summary><b>${t("rules.rates")}</b> <span class="quiet">${rates.map((rate) => rate.currency).join(", ")}</span></summary>
    <div class="stack"><p class="quiet small">${t("rules.rates.hint", { own: shop.value.currency })}</p>
    ${rates.map((rate) => html`<div key=${rate.currency} class="row">
      <label class="grow" for=${`rate-${rate.currency}`}>${t("rules.rates.one", { currency: rate.currency, own: shop.value.currency })}</label>
      <${RateInput} rate=${rate} onChange=${(/** @type {number} */ rate_micro) => onChange(rates.map((one) => (one === rate ? { ...rate, rate_micro, set_on: localDay(Date.now()) } : one)))} />
      <button type="button" class="plain" onClick=${() => onChange(rates.filter((one) => one !== rate))}>${t("rules.remove")}</button></div>`)}
    <div class="row"><label class="grow" for="new-currency">${t("rules.rates.new")}</label><input id="new-currency" class="short" value=${currency} maxlength="3" autocapitalize="characters" onInput=${(/** @type {any} */ e) => setCurrency(e.target.value)} />
      <button type="button" disabled=${!/^[a-z]{3}$/i.test(currency.trim()) || rates.some((rate) => rate.currency === currency.trim().toUpperCase())} onClick=${add}>${t("rules.add")}</button></div>
  </div></details>`;
}

/** @param {{rate: Rate, onChange: (micro: number) => void}} props */
function RateInput({ rate, onChange }) {
  const [typed, setTyped] = useState((rate.rate_micro / MICRO).toLocaleString(locale.value, { maximumFractionDigits: 6, useGrouping: false }));
  /** @param {string} text */
  function type(text) {
    setTyped(text);
    const micro = Math.round(Number(text.trim().replace(",", ".")) * MICRO);
    if (micro > 0) onChange(micro);
  }
  return html`<input id=${`rate-${rate.currency}`} class="short" inputmode="decimal" value=${typed} autocomplete="off" onInput=${(/** @type {any} */ e) => type(e.target.value)} />`;
}

/** @param {{coupons: Coupon[], onChange: (coupons: Coupon[]) => void}} props */
function Coupons({ coupons, onChange }) {
  const empty = { code: "", kind: /** @type {"percent" | "amount"} */ ("percent"), value: "", name: "", last_day: "", once: false };
  const [typed, setTyped] = useState(empty);
  const { currency } = shop.value;
  const value = typed.kind === "percent" ? Math.round(Number(typed.value.replace(",", ".")) * 100) : parseMoney(typed.value, currency) ?? 0;
  const ready = typed.code.trim() !== "" && value > 0 && (typed.kind === "amount" || value <= ALL_BP) && !coupons.some(({ code }) => code.toLowerCase() === typed.code.trim().toLowerCase());
  /** @param {string} name */
  const type = (name) => (/** @type {any} */ e) => setTyped({ ...typed, [name]: e.target.value });

  function add() {
    onChange([...coupons, { code: typed.code.trim(), kind: typed.kind, value, name: typed.name.trim(), first_day: null, last_day: typed.last_day || null, minimum_minor: 0, once: typed.once }]);
    setTyped(empty);
  }

  return html`<details class="card pad rules-group"><summary><b>${t("rules.coupons")}</b> <span class="quiet">${coupons.map(({ code }) => code).slice(0, 4).join(", ")}</span></summary>
    <div class="stack"><p class="quiet small">${t("rules.coupons.hint")}</p>
    ${coupons.map((one) => html`<div key=${one.code} class="row"><span class="grow"><b>${one.code}</b> · ${one.kind === "percent" ? percent(one.value) : formatAmount(one.value, currency, locale.value)}${one.last_day ? ` · ${t("rules.coupons.until", { day: one.last_day })}` : ""}${one.once ? ` · ${t("rules.coupons.once")}` : ""}</span>
      <button type="button" class="plain" onClick=${() => onChange(coupons.filter((other) => other !== one))}>${t("rules.remove")}</button></div>`)}
    <div class="pair">
      <div><label for="coupon-code">${t("coupon.code")}</label><input id="coupon-code" value=${typed.code} maxlength="40" autocapitalize="characters" onInput=${type("code")} /></div>
      <div><label for="coupon-value">${t(`rules.coupons.${typed.kind}`)}</label><input id="coupon-value" value=${typed.value} inputmode="decimal" onInput=${type("value")} /></div>
    </div>
    <div class="row" role="group" aria-label=${t("rules.coupons.kind")}>${/** @type {const} */ (["percent", "amount"]).map((kind) => html`<button type="button" key=${kind} class="pill" aria-pressed=${kind === typed.kind} onClick=${() => setTyped({ ...typed, kind })}>${t(`rules.coupons.${kind}`)}</button>`)}</div>
    <div class="pair">
      <div><label for="coupon-name">${t("rules.coupons.name")}</label><input id="coupon-name" value=${typed.name} maxlength="40" onInput=${type("name")} /></div>
      <div><label for="coupon-last">${t("rules.coupons.last")}</label><input id="coupon-last" type="date" value=${typed.last_day} onInput=${type("last_day")} /></div>
    </div>
    <label class="check"><input type="checkbox" checked=${typed.once} onChange=${(/** @type {any} */ e) => setTyped({ ...typed, once: e.target.checked })} /><span>${t("rules.coupons.once.hint")}</span></label>
    <button type="button" disabled=${!ready} onClick=${add}>${t("rules.coupons.add")}</button>
  </div></details>`;
}

/** @param {{rules: TradeRules, onChange: (some: Partial<TradeRules>) => void}} props */
const Vouchers = ({ rules, onChange }) => html`<details class="card pad rules-group"><summary><b>${t("rules.vouchers")}</b></summary>
  <div class="stack"><p class="quiet small">${t("rules.vouchers.hint")}</p>
    <${Sum} name="each" minor=${rules.voucher_elsewhere_max_minor} onChange=${(/** @type {number} */ voucher_elsewhere_max_minor) => onChange({ voucher_elsewhere_max_minor })} />
    <${Sum} name="session" minor=${rules.voucher_elsewhere_session_max_minor} onChange=${(/** @type {number} */ voucher_elsewhere_session_max_minor) => onChange({ voucher_elsewhere_session_max_minor })} /></div></details>`;

/** @param {{name: string, minor: number, onChange: (minor: number) => void}} props */
function Sum({ name, minor, onChange }) {
  const [typed, setTyped] = useState(amount(minor, shop.value.currency));
  /** @param {string} text */
  function type(text) {
    setTyped(text);
    const read = parseMoney(text, shop.value.currency);
    if (read !== null) onChange(read);
  }
  return html`<div class="row"><label class="grow" for=${`voucher-${name}`}>${t(`rules.vouchers.${name}`)}</label><input id=${`voucher-${name}`} class="short" inputmode="decimal" value=${typed} onInput=${(/** @type {any} */ e) => type(e.target.value)} /></div>`;
}
