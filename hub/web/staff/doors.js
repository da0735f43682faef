// The banks as they stand there: what is behind each door, and whether it is open, in words.
import { html } from "/shared/vendor/ui.js";
import { Chip, EmptyState, Skeleton } from "/shared/components/states.js";
import { BankDrawing } from "../bank_drawing.js";
import { t } from "../words.js";
import { boards, parcelList, standingOf } from "./hub.js";
import { lockerName } from "./locker_name.js";

/** @typedef {import("./hub.js").Compartment} Compartment */

export function Doors() {
  const found = boards.value;
  return html`<section class="doors stack" aria-label=${t("doors.title")}>
    ${found === null && html`<${Skeleton} lines=${1} height="330px" label=${t("loading")} />`}
    ${found?.length === 0 && html`<${EmptyState} title=${t("doors.none")}>${t("doors.none.hint")}</${EmptyState}>`}
    ${found?.map((board) => html`<${BoardDoors} key=${board.board} board=${board} />`)}
  </section>`;
}

/** @param {{board: import("./hub.js").Board}} props */
function BoardDoors({ board: { board, online, compartments } }) {
  const name = t("doors.board", { name: lockerName(board, boards.value?.map((one) => one.board) ?? []) });
  return html`<div class="card pad stack">
    <h2 class="row">${name}<${Chip} tone=${online ? "good" : "warn"}>${t(online ? "doors.online" : "doors.offline")}</${Chip}></h2>
    ${!online && html`<p class="small">${t("doors.offline.hint")}</p>`}
    <${BankDrawing} doors=${compartments} label=${t("doors.label", { board: name })}>
      ${(/** @type {Compartment} */ compartment) => html`<${DoorCell} compartment=${compartment} />`}
    </${BankDrawing}>
  </div>`;
}

/** @param {{compartment: Compartment}} props */
function DoorCell({ compartment: { compartment, door, state, parcel_id } }) {
  const parcel = parcelList.value?.find((one) => one.parcel_id === parcel_id);
  const standing = parcel ? standingOf(parcel) : state;
  const holds = standing === "free" ? t("doors.free") : `${parcel?.number ?? ""} ${t(`state.one.${standing}`)}`.trim();
  return html`<div class=${`door ${door} ${standing}`}>
    <span><b>${compartment}</b> <small class="state">${t(`doors.${door}`)}</small></span>
    <small>${holds}</small>
  </div>`;
}
