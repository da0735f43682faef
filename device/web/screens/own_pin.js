// Another PIN of one's own. Loaded when somebody wants one.
import { Problem, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { go } from "../router.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

const PIN = /^[0-9]{4,8}$/;

export function OwnPin() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [wrong, setWrong] = useState("");

  /** @param {SubmitEvent} event */
  async function change(event) {
    event.preventDefault();
    if (next !== again) return setWrong(t("own-pin.differ"));
    setWrong("");
    try {
      await heard(post("/api/own-pin", { old, new: next }));
      notice.value = { tone: "good", text: t("own-pin.changed") };
      go("menu");
    } catch (thrown) {
      setWrong(thrown instanceof Problem && !thrown.unreachable ? `${thrown.message} ${thrown.remedy}` : t("sign-in.silent"));
    }
  }

  /** @param {string} name @param {string} value @param {(text: string) => void} set */
  const field = (name, value, set) => html`<div><label for=${`pin-${name}`}>${t(`own-pin.${name}`)}</label>
    <input id=${`pin-${name}`} type="password" inputmode="numeric" autocomplete="off" maxlength="8" value=${value} onInput=${(/** @type {any} */ e) => set(e.target.value)} /></div>`;

  return html`<${Frame}><form class="narrow stack" onSubmit=${change} novalidate>
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.own-pin")}</h2></div>
    ${field("old", old, setOld)}${field("next", next, setNext)}${field("again", again, setAgain)}
    ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
    <button class="primary wide-button" disabled=${!PIN.test(old) || !PIN.test(next)}>${t("own-pin.change")}</button>
  </form><//>`;
}
