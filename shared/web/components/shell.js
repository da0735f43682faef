// The page's frame: the awning on top, a head with the page's name, and the main part.
import { html } from "../vendor/ui.js";
import { theme, toggleTheme } from "../theme.js";

/** The family's mark. */
export const Awning = () => html`<div class="awning" aria-hidden="true"></div>`;

/**
 * @param {{title: unknown, head?: unknown, nav?: unknown, foot?: unknown, skip: string, class?: string, children?: unknown}} props
 *   head stands beside the title, nav below it, foot stays at the lower edge; skip is the text of the link to the main part
 */
export function PageShell({ title, head, nav, foot, skip, class: name = "", children }) {
  return html`<div class=${`shell ${name}`}>
    <a class="button skip" href="#main" onClick=${focusMain}>${skip}</a>
    <${Awning} />
    <header class="shell-head"><h1>${title}</h1>${head}</header>
    ${nav}
    <main id="main" tabindex="-1" class="shell-main">${children}</main>
    ${foot && html`<footer class="shell-foot">${foot}</footer>`}
  </div>`;
}

/** @param {Event} event */
function focusMain(event) {
  event.preventDefault(); // the address's hash belongs to the router
  document.getElementById("main")?.focus();
}

/**
 * One tap between Day and Night.
 * @param {{toDay: string, toNight: string}} props the button's words for each way
 */
export function ThemeButton({ toDay, toNight }) {
  const night = theme.value === "night";
  const label = night ? toDay : toNight;
  return html`<button class="plain" onClick=${toggleTheme} aria-label=${label} title=${label}>
    ${night ? Sun() : Moon()}
  </button>`;
}

const Sun = () => html`<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
  <circle cx="12" cy="12" r="4.5" /><path d="M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8" />
</svg>`;

const Moon = () => html`<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true">
  <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />
</svg>`;
