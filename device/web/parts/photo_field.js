// A product's photo: taken or chosen, turned, taken away. It is sent at once, and belongs to the product when that is saved.
import { post } from "/shared/http.js";
import { html, useRef, useState } from "/shared/vendor/ui.js";
import { dotsOf, photoOf } from "../pictures.js";
import { sayProblem } from "../problem_notice.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

/** @param {{photo: string, onChange: (photo: string) => void}} props photo is the name by which the till keeps it */
export function PhotoField({ photo, onChange }) {
  const [busy, setBusy] = useState(false);
  const [turns, setTurns] = useState(0);
  const dots = useRef(/** @type {ImageBitmap | null} */ (null));

  /** @param {number} quarters */
  async function send(quarters) {
    if (!dots.current) return;
    setBusy(true);
    try {
      const { photo: name } = await heard(post("/api/photos", await photoOf(dots.current, quarters)));
      setTurns(quarters);
      onChange(name);
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
  }

  /** @param {HTMLInputElement} field */
  async function choose(field) {
    const [file] = field.files ?? [];
    field.value = ""; // so that the same file may be chosen again
    if (!file) return;
    try {
      dots.current?.close();
      dots.current = null;
      dots.current = await dotsOf(file);
    } catch {
      notice.value = { tone: "bad", text: t("photo.unreadable"), remedy: t("photo.unreadable.remedy") };
      return;
    }
    await send(0);
  }

  function takeAway() {
    dots.current = null;
    onChange("");
  }

  /**
   * @param {string} key
   * @param {object} [more]
   */
  const picker = (key, more = {}) => html`<label class="button ${key}" aria-disabled=${busy || undefined}>${t(`photo.${key}`)}
    <input type="file" accept="image/*" disabled=${busy} onChange=${(/** @type {any} */ e) => choose(e.target)} ...${more} /></label>`;

  return html`<div class="photo-field" role="group" aria-label=${t("field.photo")} aria-busy=${busy}>
    ${photo ? html`<img key=${photo} src=${`/api/photos/${photo}`} alt=${t("photo.now")} width="120" height="120" />` : html`<span class="no-photo quiet small" aria-hidden="true">${t("photo.none")}</span>`}
    <div class="photo-ways">
      ${picker("take", { capture: "environment" })}${picker("choose")}
      ${photo && dots.current && html`<button type="button" disabled=${busy} onClick=${() => send((turns + 1) % 4)}>${t("photo.turn")}</button>`}
      ${photo && html`<button type="button" class="plain" disabled=${busy} onClick=${takeAway}>${t("photo.take-away")}</button>`}
    </div>
  </div>`;
}
