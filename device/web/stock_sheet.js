// A sheet of stock as this device keeps it until it is booked, and the way back from one that is booked.
import { post } from "/shared/http.js";
import { signal } from "/shared/vendor/ui.js";
import { sayProblem } from "./problem_notice.js";
import { heard, notice } from "./till.js";
import { uuid7 } from "./uuid7.js";
import { locale, t } from "./words.js";

/**
 * @typedef {"received" | "counted" | "wasted" | "sent" | "arrived"} Reason
 * @typedef {"broken" | "spoiled" | "given_away" | "own_use"} Waste
 * @typedef {{milli: number, have: number}} Counted
 * @typedef {{id: string, rows: Record<string, Counted>, place?: string, transfer?: string}} SheetKept
 */

export const WASTES = /** @type {const} */ (["broken", "spoiled", "given_away", "own_use"]);
const NUMBER = /^(\d{1,6})(?:[.,](\d{1,3}))?$/;

/** Grows with each sheet that was taken back here, so that what is on the screen is asked anew. */
export const undone = signal(0);

/** What was typed in thousandths, or null. @param {string} text */
export const milliOf = (text) => {
  const read = NUMBER.exec(text.trim());
  return read ? Number(read[1]) * 1000 + Number((read[2] ?? "").padEnd(3, "0")) : null;
};

/** An amount as a field shows it: without signs for thousands, so that it reads back as it was. @param {number} milli */
export const fieldText = (milli) => (milli / 1000).toLocaleString(locale.value, { maximumFractionDigits: 3, useGrouping: false });

/** @returns {SheetKept} */
export const emptySheet = () => ({ id: uuid7(), rows: {} });

/** @param {Reason} reason @returns {SheetKept} */
export function keptSheet(reason) {
  try {
    return JSON.parse(localStorage.getItem(`sheet-${reason}`) ?? "null") ?? emptySheet();
  } catch {
    return emptySheet();
  }
}

/** @param {Reason} reason @param {SheetKept} sheet */
export const keepSheet = (reason, sheet) => localStorage.setItem(`sheet-${reason}`, JSON.stringify(sheet));

/** @param {Reason} reason */
export const forgetSheet = (reason) => localStorage.removeItem(`sheet-${reason}`);

/** Six signs are easier to read out in two halves. @param {string} transfer */
export const transferText = (transfer) => `${transfer.slice(0, 3)} ${transfer.slice(3)}`;

/**
 * Says what was booked, with the way back.
 * @param {string} text
 * @param {string} sheetId
 */
export function sayBooked(text, sheetId) {
  notice.value = { tone: "good", text, action: t("stock.undo"), onAction: () => void undoSheet(sheetId) };
}

/**
 * Takes a sheet back: the till books the opposite.
 * @param {string} sheetId
 * @returns {Promise<boolean>} whether it is taken back now
 */
export async function undoSheet(sheetId) {
  try {
    const { moved } = await heard(post("/api/stock-diary/undo", { sheet_id: sheetId }));
    undone.value++;
    notice.value = { tone: "good", text: t("stock.undone", { n: moved }) };
    return true;
  } catch (thrown) {
    sayProblem(thrown);
    return false;
  }
}
