// Pairing: the phone shows the till's one-time code and says whose it is. After that, only this phone has its place.
import { Awning } from "/shared/components/shell.js";
import { ErrorCard } from "/shared/components/states.js";
import { post } from "/shared/http.js";
import { html, render, useEffect, useState } from "/shared/vendor/ui.js";
import { language, learnMore, setLanguage, t } from "./words.js";

const CODE_DIGITS = 8;
const NAME_MAX = 40;
const digitsOf = (/** @type {string} */ text) => text.replace(/\D/g, "").slice(0, CODE_DIGITS);

function Pair() {
  const [code, setCode] = useState(digitsOf(location.hash));
  const [name, setName] = useState("");
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  useEffect(() => void (document.title = t("pair.title")));

  /** @param {SubmitEvent} event */
  async function pair(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await post("/api/phones/pair", { code, name: name.trim() });
      await setLanguage(language.value); // it stays the seller's own, whatever the stall speaks
      location.replace("/");
    } catch (thrown) {
      setProblem(thrown);
      setBusy(false);
    }
  }

  return html`<div class="way-in"><${Awning} /><main id="main">
    <h1>${t("pair.title")}</h1>
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} />`}
    <form class="card pad stack" onSubmit=${pair} novalidate>
      <div><label for="pair-name">${t("pair.name")}</label>
        <input id="pair-name" value=${name} maxlength=${NAME_MAX} autocomplete="off" placeholder=${t("pair.name.such")} onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></div>
      <div><label for="pair-code">${t("pair.code")}</label>
        <input id="pair-code" class="code" inputmode="numeric" autocomplete="one-time-code" value=${code.replace(/(\d{4})(?=\d)/, "$1 ")} onInput=${(/** @type {any} */ e) => setCode(digitsOf(e.target.value))} /></div>
      <button class="primary wide-button" disabled=${busy || code.length < CODE_DIGITS || !name.trim()}>${t("pair.do")}</button>
    </form>
  </main></div>`;
}

await learnMore().catch(() => {});
render(html`<${Pair} />`, document.body);
