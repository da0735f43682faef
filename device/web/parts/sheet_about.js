// What a sheet says besides its rows: why goods went bad, where they went or came from, under which number.
import { get } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { WASTES } from "../stock_sheet.js";
import { placeOf, t } from "../words.js";

const PLACES_SHOWN = 6;

/** One tap says why and books. @param {{busy: boolean, onChoose: (waste: import("../stock_sheet.js").Waste) => void}} props */
export const WasteReasons = ({ busy, onChoose }) => html`<div class="waste-reasons" role="group" aria-label=${t("waste.why")}>
  ${WASTES.map((waste) => html`<button key=${waste} disabled=${busy} onClick=${() => onChoose(waste)}>${t(`waste.${waste}`)}</button>`)}
</div>`;

/** The hub's own name is made readable; what people typed stays as it is. @param {string} place */
const readable = (place) => (/^hub-/.test(place) ? t("place.hub", { name: placeOf(place) }) : place);

/** @param {{reason: string, place: string, wrong: string, onChange: (place: string) => void}} props */
export function Place({ reason, place, wrong, onChange }) {
  const { said } = useAnswer(() => get("/api/stock-diary/places"), "");
  const known = [...new Set(/** @type {string[]} */ (said?.places ?? []).map(readable))].slice(0, PLACES_SHOWN);
  return html`<div><label for="sheet-place">${t(`sheet.${reason}.place`)}</label>
    ${known.length > 0 && html`<div class="pills">${known.map((name) => html`<button key=${name} type="button" class="pill" aria-pressed=${name === place} onClick=${() => onChange(name)}>${name}</button>`)}</div>`}
    <input id="sheet-place" value=${place} autocomplete="off" maxlength="60" placeholder=${t("place.other")} aria-invalid=${wrong === "place" || undefined}
      onInput=${(/** @type {any} */ e) => onChange(e.target.value)} />
    ${wrong === "place" && html`<p class="field-error" role="alert">${t("place.wrong")}</p>`}
  </div>`;
}

/** @param {{transfer: string, wrong: string, onChange: (transfer: string) => void}} props */
export const Transfer = ({ transfer, wrong, onChange }) => html`<div><label for="sheet-transfer">${t("transfer.number")}</label>
  <input id="sheet-transfer" value=${transfer} autocomplete="off" autocapitalize="characters" spellcheck=${false} aria-invalid=${wrong === "transfer" || undefined} aria-describedby="sheet-transfer-hint"
    onInput=${(/** @type {any} */ e) => onChange(e.target.value)} />
  ${wrong === "transfer" ? html`<p id="sheet-transfer-hint" class="field-error" role="alert">${t("transfer.wrong")}</p>` : html`<p id="sheet-transfer-hint" class="quiet small">${t("transfer.number.hint")}</p>`}
</div>`;
