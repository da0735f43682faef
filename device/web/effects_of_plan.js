// Which effects of signals most products of a plan share, and which are worth saying of one product. Pure.

/**
 * @typedef {{kind: string, percent: number, key: string, fields: {source: string, days: string}, without: number}} Effect
 * @typedef {{likely: number, effects?: Effect[]}} Affected
 */

const MOST = 0.8;
const ABOUT_THE_SAME = 5; // per cent

/**
 * The kinds that most products share, each with its middle one's effect.
 * @param {Affected[]} rows
 */
export function sharedEffects(rows) {
  const all = rows.flatMap(({ effects = [] }) => effects);
  return [...new Set(all.map(({ kind }) => kind))].flatMap((kind) => {
    const same = all.filter((one) => one.kind === kind).sort((a, b) => a.percent - b.percent);
    return same.length >= MOST * rows.length ? [same[Math.floor(same.length / 2)]] : [];
  });
}

/**
 * What is worth saying of one product: it moves a whole piece, and is not what most have anyway.
 * @param {Affected} row
 * @param {Effect[]} shared
 */
export const ownEffects = ({ likely, effects = [] }, shared) =>
  effects.filter(({ kind, percent, without }) => {
    const usual = shared.find((one) => one.kind === kind);
    return without !== likely && !(usual && Math.abs(usual.percent - percent) < ABOUT_THE_SAME);
  });
