// Hash routes: "#/lockers/dock" is the page "lockers" with one argument. The address survives a reload.
import { signal } from "./vendor/ui.js";

const read = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** The page's name and its arguments. */
export const route = signal(read());

addEventListener("hashchange", () => {
  route.value = read();
  scrollTo(0, 0);
});

/** @param {string[]} parts */
export const hrefOf = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;
