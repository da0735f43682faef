// Day and Night: one tap to change. theme_first.js applies the choice.
import { signal } from "./vendor/ui.js";

/** The theme on screen now: "day" or "night". */
export const theme = signal(document.documentElement.dataset.theme === "night" ? "night" : "day");

new MutationObserver(() => {
  theme.value = document.documentElement.dataset.theme === "night" ? "night" : "day";
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

/** Changes to the other theme and keeps the choice in this browser. */
export function toggleTheme() {
  const next = theme.value === "night" ? "day" : "night";
  try {
    localStorage.setItem("theme", next);
  } catch {
    document.documentElement.dataset.theme = next; // not kept, but changed
  }
  dispatchEvent(new Event("themechoice"));
}
