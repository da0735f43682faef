// What people hand over: the next round amounts that notes make up, smallest first.

const NOTES_MAJOR = [5, 10, 20, 50, 100, 200];

/**
 * Up to three amounts above the total that a customer is likely to put down.
 * @param {number} totalMinor
 * @param {number} digits of the currency's minor unit
 */
export function quickCash(totalMinor, digits) {
  const unit = 10 ** digits;
  const amounts = NOTES_MAJOR.map((note) => Math.ceil(totalMinor / (note * unit)) * note * unit);
  const above = new Set(amounts.filter((amount) => amount > totalMinor));
  return [...above].sort((a, b) => a - b).slice(0, 3);
}
