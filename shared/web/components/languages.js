// The languages we speak, each in its own name; one tap to change.
import { html } from "../vendor/ui.js";

/**
 * @param {{speech: ReturnType<typeof import("../words.js").speak>, label: string}} props
 */
export function Languages({ speech, label }) {
  const { language, languages, setLanguage } = speech;
  return html`<div class="languages" role="group" aria-label=${label}>
    ${languages.map((tag) => html`<button key=${tag} type="button" class="plain" lang=${tag} aria-pressed=${language.value === tag}
      title=${nameOf(tag)} onClick=${() => setLanguage(tag)}><span class="long">${nameOf(tag)}</span><span class="short">${tag.toUpperCase()}</span></button>`)}
  </div>`;
}

/** @param {string} tag */
const nameOf = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
