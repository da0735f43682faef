// Hash routes: "#/receipt/0190…" is the screen "receipt" with one argument. The address survives a reload.
import { signal } from "/shared/vendor/ui.js";

const read = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** The screen's name and its arguments. */
export const route = signal(read());

addEventListener("hashchange", () => {
  route.value = read();
  scrollTo(0, 0);
});

/** @param {string[]} parts */
export const hrefOf = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;

/** @param {string[]} parts */
export function go(...parts) {
  location.hash = hrefOf(...parts);
}
