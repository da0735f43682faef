// Something was settled between this till and another. Where something is being sold it is a chip in the strip, for a
// sentence would push away what is about to be tapped.
import { html } from "/shared/vendor/ui.js";
import { hrefOf, route } from "../router.js";
import { documents } from "../till.js";
import { t } from "../words.js";
import { Part } from "./later.js";

const SELLING = new Set(["sell", "cart", "pay"]);
const loadSentence = () => import("./settled.js").then((loaded) => loaded.Settled);
const isSelling = () => SELLING.has(route.value[0]);

export function SettledChip() {
  const n = documents.value?.settled.length ?? 0;
  return n > 0 && isSelling() ? html`<a class="chip warn" href=${hrefOf("products")}>${t("settled.n", { n })}</a>` : null;
}

export function SettledSentence() {
  const settled = documents.value?.settled ?? [];
  return settled.length > 0 && !isSelling() ? html`<${Part} load=${loadSentence} props=${{ settled }} />` : null;
}
