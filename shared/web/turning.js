// What becomes of a long row of numbers on one screen: pages that turn, and the new ones first. Pure.

export const NEW_FOR_MS = 60_000;

/**
 * Notes when numbers appeared; what stood in the first picture is not new, and what is gone is forgotten.
 * @param {ReadonlyMap<string, number>} since
 * @param {string[] | null} before null: this is the first picture
 * @param {string[]} now
 * @param {number} atMs
 * @returns {ReadonlyMap<string, number>}
 */
export function appeared(since, before, now, atMs) {
  const known = new Set(before ?? now);
  return new Map(now.flatMap((number) => {
    const then = since.get(number) ?? (known.has(number) ? undefined : atMs);
    return then === undefined ? [] : [/** @type {[string, number]} */ ([number, then])];
  }));
}

/**
 * @param {ReadonlyMap<string, number>} since
 * @param {string} number
 * @param {number} nowMs
 */
export const isNew = (since, number, nowMs) => nowMs - (since.get(number) ?? -Infinity) < NEW_FOR_MS;

/**
 * The new ones stand first for their minute, each row in the order it came in.
 * @param {string[]} numbers
 * @param {(number: string) => boolean} isFresh
 */
export const newFirst = (numbers, isFresh) => [...numbers.filter(isFresh), ...numbers.filter((one) => !isFresh(one))];

/**
 * @param {string[]} numbers
 * @param {number} room how many a page holds
 * @param {number} turn counts on for ever
 * @returns {{shown: string[], page: number, pages: number}} page from 1
 */
export function pageOf(numbers, room, turn) {
  const size = Math.max(1, room);
  const pages = Math.max(1, Math.ceil(numbers.length / size));
  const page = turn % pages;
  return { shown: numbers.slice(page * size, (page + 1) * size), page: page + 1, pages };
}
