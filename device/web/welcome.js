// The first start: three short steps, then the till opens. What was typed survives a reload; the PIN is kept nowhere.
import { Awning } from "/shared/components/shell.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get, post } from "/shared/http.js";
import { html, render, useEffect, useState } from "/shared/vendor/ui.js";
import { language, languages, learnMore, setLanguage, t } from "./words.js";

/**
 * @typedef {{country: string, currency: string, stall: string, person: string, hub_url: string, hub_code: string, tenant: string, device: string}} Typed
 * @typedef {{code: string, currency: string, rates_bp: number[]}} Country
 */

const KEPT = "first-start";
const OWN_NAMES = /** @type {Record<string, string>} */ ({ en: "English", de: "Deutsch" });
const STEPS = 3;
const STEP_OF = /** @type {Record<string, number>} */ ({ country: 1, currency: 1, language: 1, stall: 2 });
const OPENS_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 250;
const ENROL_MS = 30_000;
const ELSEWHERE = "-"; // a country that is not in the list

/** @returns {{step: number, typed: Partial<Typed>}} */
function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "") ?? { step: 1, typed: {} };
  } catch {
    return { step: 1, typed: {} };
  }
}

/**
 * Where the stall is: as the till's settings say, else where this browser's languages are spoken, else nobody has said so yet.
 * @param {{country: string, currency: string, countries: Country[]}} asks
 */
function guess({ country, currency, countries }) {
  if (country) return { country, currency };
  const regions = navigator.languages.map((tag) => new Intl.Locale(tag).region);
  const found = countries.find(({ code }) => code === regions.find((region) => countries.some((one) => one.code === region)));
  return found ? { country: found.code, currency: found.currency } : { country: "", currency };
}

function Welcome() {
  const [asks, setAsks] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => get("/api/welcome").then(setAsks, (thrown) => (thrown.status === 404 ? location.replace("/") : setProblem(thrown)));
  useEffect(() => void load(), []);
  useEffect(() => void (document.title = t("first.title")));
  return html`<div class="first-run"><${Awning} /><main id="main">
    <h1>${t("first.title")}</h1>
    ${problem && !asks && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${load} />`}
    ${asks ? html`<${Steps} asks=${asks} />` : !problem && html`<${Skeleton} lines=${4} height="56px" label=${t("app.loading")} />`}
  </main></div>`;
}

/** @param {{asks: any}} props */
function Steps({ asks }) {
  const then = recall();
  const [step, setStep] = useState(then.step);
  const [typed, setTyped] = useState(/** @type {Typed} */ ({
    ...guess(asks), stall: asks.stall, person: "", hub_url: "", hub_code: "", tenant: "", device: "till-1", ...then.typed,
  }));
  const [pin, setPin] = useState("");
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [opening, setOpening] = useState(false);
  useEffect(() => sessionStorage.setItem(KEPT, JSON.stringify({ step, typed: { ...typed, hub_code: "" } })), [step, typed]);
  /** @param {Partial<Typed>} some */
  const type = (some) => setTyped((/** @type {Typed} */ old) => ({ ...old, ...some }));

  /** @param {SubmitEvent} event */
  async function next(event) {
    event.preventDefault();
    if (step < STEPS) return setStep(step + 1);
    setOpening(true);
    setProblem(null);
    try {
      await ask("POST", "/api/welcome", { ...typed, country: typed.country === ELSEWHERE ? "" : typed.country, language: language.value, pin }, { timeoutMs: ENROL_MS });
      await open(pin);
    } catch (thrown) {
      setProblem(thrown);
      setOpening(false);
      setStep(STEP_OF[/** @type {any} */ (thrown).detail?.field] ?? STEPS);
    }
  }

  if (opening) return html`<${Skeleton} lines=${4} height="56px" label=${t("first.opening")} />`;
  return html`<ol class="steps" aria-label=${t("first.step", { n: step })}>${[1, 2, 3].map((n) => html`<li key=${n} class=${n <= step ? "on" : ""} aria-current=${n === step ? "step" : undefined}></li>`)}</ol>
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} />`}
    <form onSubmit=${next} novalidate>
      ${step === 1 && html`<${Place} asks=${asks} typed=${typed} type=${type} />`}
      ${step === 2 && html`<${Field} name="stall" typed=${typed} type=${type} hint=${t("first.stall.hint")} max="60" />`}
      ${step === 3 && html`<${Person} typed=${typed} type=${type} pin=${pin} setPin=${setPin} />`}
      <div class="ways">
        ${step > 1 && html`<button type="button" onClick=${() => setStep(step - 1)}>${t("first.back")}</button>`}
        <button class="primary" disabled=${(step === 1 && !typed.country) || (step === 2 && !typed.stall.trim()) || (step === STEPS && (!typed.person.trim() || pin.length < 4))}>${t(step < STEPS ? "first.next" : "first.open")}</button>
      </div>
    </form>`;
}

/** @param {{asks: {countries: Country[]}, typed: Typed, type: (some: Partial<Typed>) => void}} props */
function Place({ asks, typed, type }) {
  const names = new Intl.DisplayNames([language.value], { type: "region" });
  const countries = asks.countries.map((one) => ({ ...one, name: names.of(one.code) ?? one.code })).sort((a, b) => a.name.localeCompare(b.name, language.value));
  /** @param {string} code */
  function choose(code) {
    type({ country: code, currency: countries.find((one) => one.code === code)?.currency ?? typed.currency });
  }
  return html`<div class="row" role="group" aria-label=${t("first.language")}>
      ${languages.map((tag) => html`<button type="button" key=${tag} class="pill" lang=${tag} aria-pressed=${tag === language.value} onClick=${() => setLanguage(tag)}>${OWN_NAMES[tag]}</button>`)}</div>
    <div class="pair">
      <div><label for="first-country">${t("first.country")}</label>
        <select id="first-country" value=${typed.country} onChange=${(/** @type {any} */ e) => choose(e.target.value)}>
          ${!typed.country && html`<option value="">${t("first.country.choose")}</option>`}
          ${countries.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}<option value=${ELSEWHERE}>${t("first.country.none")}</option></select></div>
      <${Field} name="currency" typed=${typed} type=${(/** @type {Typed} */ some) => type({ currency: some.currency.toUpperCase() })} max="3" />
    </div>
    <p class="quiet small">${t("first.country.hint")} ${t("first.currency.hint")}</p>`;
}

/** @param {{typed: Typed, type: (some: Partial<Typed>) => void, pin: string, setPin: (pin: string) => void}} props */
function Person({ typed, type, pin, setPin }) {
  return html`<div class="pair">
      <${Field} name="person" typed=${typed} type=${type} max="40" />
      <div><label for="first-pin">${t("first.pin")}</label><input id="first-pin" inputmode="numeric" autocomplete="off" maxlength="8" value=${pin}
        onInput=${(/** @type {any} */ e) => setPin(e.target.value.replace(/\D/g, ""))} /></div>
    </div>
    <p class="quiet small">${t("first.pin.hint")}</p>
    <p class="small">${t("first.names.stay", { device: typed.device })}</p>
    <details><summary>${t("first.hub")}</summary><div class="stack">
      <div class="pair"><${Field} name="hub_url" label="first.hub.url" typed=${typed} type=${type} max="200" /><${Field} name="hub_code" label="first.hub.code" typed=${typed} type=${type} max="100" /></div>
      <div class="pair"><${Field} name="device" typed=${typed} type=${type} max="30" /><${Field} name="tenant" typed=${typed} type=${type} max="30" /></div>
      <p class="quiet small">${t("first.tenant.hint")}</p>
    </div></details>`;
}

/** @param {{name: keyof Typed, label?: string, typed: Typed, type: (some: any) => void, hint?: string, max: string}} props */
const Field = ({ name, label = `first.${name}`, typed, type, hint, max }) => html`<div><label for=${`first-${name}`}>${t(label)}</label>
  <input id=${`first-${name}`} autocomplete="off" maxlength=${max} value=${typed[name]} onInput=${(/** @type {any} */ e) => type({ [name]: e.target.value })} />
  ${hint && html`<p class="quiet small">${hint}</p>`}</div>`;

/** Waits until the real till answers where this page came from, signs in, and goes on to the products. @param {string} pin */
async function open(pin) {
  const until = Date.now() + OPENS_WITHIN_MS;
  for (;;) {
    try {
      await get("/api/shop");
      break;
    } catch (thrown) {
      if (Date.now() > until) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
  await post("/api/sign-in", { pin });
  sessionStorage.removeItem(KEPT);
  location.replace("/#/first");
}

await learnMore();
render(html`<${Welcome} />`, document.body);
