// One strip that says in words where the sales are saved.
import { html } from "../vendor/ui.js";

/**
 * @param {{places: {text: string, tone: "good" | "warn" | "bad" | ""}[], children?: unknown}} props
 *   one place per figure, nearest first ("12 sales on this till", "9 at the cloud, 4 min behind")
 */
export function SavedStrip({ places, children }) {
  return html`<p class="saved" role="status">
    ${places.map(({ text, tone }) => html`<span key=${text} class=${tone}>${text}</span>`)}${children}
  </p>`;
}
