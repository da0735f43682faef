// Parcels by what they need: first what somebody has to decide, then what is to be put in, then the rest.
import { html, useState } from "/shared/vendor/ui.js";
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { t } from "../words.js";
import { Doors } from "./doors.js";
import { parcelList, parcels, standingOf } from "./hub.js";
import { ParcelCard } from "./parcel.js";

/** @typedef {import("./hub.js").Parcel} Parcel */

const ORDER = /** @type {const} */ (["unclear", "given-back", "opening", "reserved", "waiting", "deposited", "collected", "expired"]);
/** What the sentence on top counts; the groups need not count it again. */
const SAID = /** @type {readonly string[]} */ (["unclear", "given-back", "reserved", "waiting", "deposited"]);
const PAGE = 20; // cards drawn at once in a group; a hub has few dozen doors, a bad day thousands of parcels
const FIND_FROM = 12;

export function Parcels() {
  const [text, setText] = useState("");
  const list = parcelList.value;
  const problem = parcels.problem.value;
  if (!list && problem) {
    const { title, remedy } = problemWords(t, problem);
    return html`<${ErrorCard} title=${title} remedy=${remedy} action=${t("again")} onAction=${parcels.refresh} />`;
  }
  const found = list?.filter((parcel) => fits(parcel, text.trim().toLowerCase()));
  return html`<div class="two">
    <section class="stack" aria-label=${t("staff.nav.parcels")}>
      ${list ? list.length > 0 && html`<${Heading} list=${list} />` : html`<${Skeleton} lines=${2} height="2rem" label=${t("loading")} />`}
      ${list && list.length >= FIND_FROM && html`<input type="search" value=${text} placeholder=${t("parcels.find")} aria-label=${t("parcels.find")}
        onInput=${(/** @type {any} */ event) => setText(event.currentTarget.value)} />`}
      ${!list && html`<${Skeleton} lines=${4} height="5.5rem" label=${t("loading")} />`}
      ${list?.length === 0 && html`<${EmptyState} title=${t("parcels.none")}>${t("parcels.none.hint")}</${EmptyState}>`}
      ${list && list.length > 0 && found?.length === 0 && html`<p class="quiet">${t("parcels.find.none", { text })}</p>`}
      ${found && ORDER.map((state) => html`<${Group} key=${state} state=${state} list=${found.filter((parcel) => standingOf(parcel) === state)} />`)}
    </section>
    <${Doors} />
  </div>`;
}

/** What there is to do, and what the large numbers are. @param {{list: Parcel[]}} props */
const Heading = ({ list }) => html`<div>
  <p class="say">${sentence(list)}</p>
  <p class="quiet small">${t("parcels.number")}</p>
</div>`;

/**
 * @param {Parcel} parcel
 * @param {string} text lower case
 */
const fits = (parcel, text) =>
  [parcel.number, parcel.receipt_number, parcel.items, parcel.till].some((part) => part.toLowerCase().includes(text));

/** What there is to do, in words. @param {Parcel[]} list */
function sentence(list) {
  /** @param {string} state */
  const count = (state) => list.filter((parcel) => standingOf(parcel) === state).length;
  const parts = SAID.map((state) => ({ state, n: count(state) }))
    .filter(({ n }) => n > 0)
    .map(({ state, n }) => t(`parcels.say.${state}`, { n }));
  return parts.join(" ") || t("parcels.say.calm");
}

/** @param {{state: string, list: Parcel[]}} props */
function Group({ state, list }) {
  const [shown, setShown] = useState(PAGE);
  if (list.length === 0) return null;
  const more = list.length - shown;
  return html`<section class="group">
    <h2>${t(`state.${state}`)}${!SAID.includes(state) && html` <span class="quiet">${list.length}</span>`}</h2>
    <ul class="stack">${list.slice(0, shown).map((parcel) => html`<${ParcelCard} key=${parcel.parcel_id} parcel=${parcel} />`)}</ul>
    ${more > 0 && html`<button onClick=${() => setShown(shown + 5 * PAGE)}>${t("parcels.more", { n: Math.min(more, 5 * PAGE) })}</button>`}
  </section>`;
}
