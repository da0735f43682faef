// The door of a page: a few fields and one button. What is wrong stands below the fields, and is read out.
import { html, useState } from "../vendor/ui.js";
import { Problem } from "../http.js";

/**
 * @typedef {{name: string, label: string, type?: string, autocomplete: string}} Field
 */

/**
 * @param {{
 *   title: unknown, hint?: unknown, fields: Field[], action: string, children?: unknown,
 *   onSignIn: (values: Record<string, string>) => Promise<void>,
 *   wordsOf: (problem: Problem) => {title: string, remedy: string},
 * }} props onSignIn throws a Problem when it is refused; children stand below the button
 */
export function SignIn({ title, hint, fields, action, onSignIn, wordsOf, children }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const values = Object.fromEntries(fields.map(({ name }) => [name, String(new FormData(form).get(name) ?? "")]));
    setBusy(true);
    try {
      await onSignIn(values);
    } catch (refusal) {
      if (!(refusal instanceof Problem)) throw refusal;
      setProblem(refusal);
      setBusy(false);
      [...form.querySelectorAll("input")].at(-1)?.focus(); // the secret is what is mistyped most
    }
  }

  const words = problem && wordsOf(problem);
  return html`<form class="sign-in card stack" onSubmit=${submit}>
    <div><h2>${title}</h2>${hint && html`<p class="quiet">${hint}</p>`}</div>
    ${fields.map(({ name, label, type = "text", autocomplete }, i) => html`<div key=${name}>
      <label for=${`sign-in-${name}`}>${label}</label>
      <input id=${`sign-in-${name}`} name=${name} type=${type} autocomplete=${autocomplete} required autocapitalize="none" spellcheck=${false}
        ref=${i === 0 ? focusOnce : undefined} aria-describedby="sign-in-problem" />
    </div>`)}
    <div id="sign-in-problem" role="alert">
      ${words && html`<p class="note bad"><span><b>${words.title}</b> ${words.remedy}</span></p>`}
    </div>
    <button class="primary wide-button" disabled=${busy}>${action}</button>
    ${children}
  </form>`;
}

/** @param {HTMLInputElement | null} input */
function focusOnce(input) {
  if (input && !input.dataset.focused) {
    input.dataset.focused = "yes";
    input.focus();
  }
}
