// Sign in with a PIN. Where all PINs of this till have one length, the last digit signs in by itself: four taps.
import { Awning, ThemeButton } from "/shared/components/shell.js";
import { Chip, ErrorCard } from "/shared/components/states.js";
import { Keypad } from "/shared/components/keypad.js";
import { html, useState } from "/shared/vendor/ui.js";
import { DemoBand } from "../parts/demo_band.js";
import { go, hrefOf } from "../router.js";
import { locked, session, shop, signIn, unsent } from "../till.js";
import { t } from "../words.js";

const LONGEST_PIN = 8;
const SHORTEST_PIN = 4;
export function SignIn() {
  const [pin, setPin] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {any} */ (null));

  /** @param {string} typed */
  async function tryPin(typed) {
    if (busy || typed.length < SHORTEST_PIN) return;
    setBusy(true);
    setProblem(null);
    go("sell"); // at once: whoever is signed in and already taps on must not be sent back
    try {
      await signIn(typed);
    } catch (thrown) {
      setProblem(thrown);
      setPin("");
    } finally {
      setBusy(false);
    }
  }

  /** @param {string} next */
  function typed(next) {
    setPin(next);
    setProblem(null);
    if (next.length === shop.value.pin_length && next.length > pin.length) void tryPin(next);
  }

  return html`<div class="shell sign-in">
    <${Awning} /><${DemoBand} />
    <main id="main" class="sign-in-main">
      <header>
        <p class="stall">${shop.value.stall}</p>
        <h1>${t("sign-in.title")}</h1>
        <p class="quiet">${t("sign-in.hint")}</p>
        <div class="pin" role="img" aria-label=${t("sign-in.digits", { n: pin.length })}>
          ${Array.from({ length: Math.max(SHORTEST_PIN, pin.length) }, (_, i) => html`<i key=${i} class=${i < pin.length ? "on" : ""}></i>`)}
        </div>
        ${unsent.value.length > 0 && html`<p class="small"><${Chip} tone="warn">${t("saved.kept", { n: unsent.value.length })}<//><br />${t("sign-in.kept", { n: unsent.value.length })}</p>`}
        <div class="pin-says">${problem && html`<${Problem} problem=${problem} />`}</div>
        ${session.value && !locked.value && html`<a class="button" href=${hrefOf("menu")}>${t("switch.stay", { name: session.value.cashier })}</a>`}
        <div class="corner"><${ThemeButton} toDay=${t("nav.day")} toNight=${t("nav.night")} /></div>
      </header>
      <${Keypad} label=${t("sign-in.keypad")} value=${pin} maxLength=${LONGEST_PIN} onChange=${typed} disabled=${busy}
        onEnter=${() => tryPin(pin)} eraseLabel=${t("keypad.erase")}
        corner=${html`<button type="button" class="primary enter" disabled=${busy || pin.length < SHORTEST_PIN} onClick=${() => tryPin(pin)}>${t("sign-in.enter")}</button>`} />
    </main>
  </div>`;
}

/** @param {{problem: any}} props */
function Problem({ problem }) {
  if (problem.status === 0) return html`<${ErrorCard} title=${t("sign-in.silent")} remedy=${t("sign-in.silent.remedy")} />`;
  if (problem.code === "wrong-pin") return html`<${ErrorCard} title=${t("sign-in.wrong")} remedy=${t("sign-in.wrong.remedy")} />`;
  if (problem.code === "pin-locked") {
    return html`<${ErrorCard} title=${t("sign-in.locked", { n: Math.ceil(problem.detail.retry_after_s ?? 1) })} />`;
  }
  return html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} />`;
}
