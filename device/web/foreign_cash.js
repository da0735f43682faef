// Notes of another currency, at the day's rate: pure, and as the till reckons (device/domain/pricing/payment).
import { minorDigits } from "/shared/money.js";
import { divideHalfUp } from "./cart.js";

const MICRO = 1_000_000;

/** @typedef {{currency: string, rate_micro: number}} Rate own units for one of the other currency, in millionths */

/**
 * What notes are worth in the till's minor units, rounded half up.
 * @param {number} tenderedMinor in the other currency's minor units
 * @param {Rate} rate
 * @param {string} own
 */
export const worthMinor = (tenderedMinor, { currency, rate_micro }, own) =>
  divideHalfUp(tenderedMinor * rate_micro * 10 ** minorDigits(own), MICRO * 10 ** minorDigits(currency));

/**
 * The least of the other currency that pays for something.
 * @param {number} dueMinor
 * @param {Rate} rate
 * @param {string} own
 */
export function leastMinor(dueMinor, rate, own) {
  let minor = Math.floor((dueMinor * MICRO * 10 ** minorDigits(rate.currency)) / (rate.rate_micro * 10 ** minorDigits(own)));
  while (worthMinor(minor, rate, own) < dueMinor) minor += 1;
  return minor;
}
