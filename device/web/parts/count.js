// Counting a drawer: how many of each note and coin, or the amount typed. The sums are shown as they grow.
import { parseMoney } from "/shared/money.js";
import { html, useState } from "/shared/vendor/ui.js";
import { amount, money, t } from "../words.js";

const MOST_PIECES = 9999;

/**
 * @typedef {{byCoins: boolean, pieces: Record<number, number>, typed: string}} Counted
 * @typedef {{denominations: number[], currency: string}} Drawer
 */

/**
 * What was counted, in minor units; null while nothing was, or the typed text is no amount.
 * @param {Counted} counted
 * @param {Drawer} drawer
 */
export function countedMinor({ byCoins, pieces, typed }, { denominations, currency }) {
  if (!byCoins) return typed.trim() === "" ? null : parseMoney(typed, currency);
  if (Object.keys(pieces).length === 0) return null; // nobody counted yet: a nought that was typed is an answer
  return denominations.reduce((sum, value) => sum + value * (pieces[value] ?? 0), 0);
}

/** As the till takes it. @param {Counted} counted @param {Drawer} drawer */
export const coinsOf = ({ byCoins, pieces }, { denominations }) =>
  byCoins ? denominations.filter((value) => pieces[value] > 0).map((value_minor) => ({ value_minor, pieces: pieces[value_minor] })) : [];

/**
 * @param {string} typed to begin with
 * @returns {[Counted, (next: Counted) => void]}
 */
export const useCount = (typed = "") => useState(/** @type {Counted} */ ({ byCoins: false, pieces: {}, typed }));

/** @param {{drawer: Drawer, counted: Counted, onChange: (next: Counted) => void, label: string}} props */
export function Count({ drawer, counted, onChange, label }) {
  const canCount = drawer.denominations.length > 0;
  return html`<section class="count stack">
    ${canCount && html`<div class="row" role="group" aria-label=${t("count.how")}>
      ${[false, true].map((byCoins) => html`<button key=${byCoins} class="pill" aria-pressed=${counted.byCoins === byCoins}
        onClick=${() => onChange({ ...counted, byCoins })}>${t(byCoins ? "count.coins" : "count.type")}</button>`)}
    </div>`}
    ${counted.byCoins
      ? html`<ul class="coins card">${drawer.denominations.map((value) => html`<${Coin} key=${value} value=${value} currency=${drawer.currency}
          pieces=${counted.pieces[value] ?? 0} onChange=${(/** @type {number} */ n) => onChange({ ...counted, pieces: { ...counted.pieces, [value]: n } })} />`)}</ul>`
      : html`<div><label for="counted">${label}</label>
          <input id="counted" inputmode="decimal" autocomplete="off" value=${counted.typed} placeholder=${amount(0, drawer.currency)}
            onInput=${(/** @type {any} */ e) => onChange({ ...counted, typed: e.target.value })} /></div>`}
  </section>`;
}

/** @param {{value: number, currency: string, pieces: number, onChange: (n: number) => void}} props */
function Coin({ value, currency, pieces, onChange }) {
  const name = money(value, currency);
  const set = (/** @type {number} */ n) => onChange(Math.max(0, Math.min(MOST_PIECES, n)));
  return html`<li>
    <span class="name">${name}</span>
    <span class="stepper">
      <button aria-label=${t("cart.less", { name })} disabled=${pieces === 0} onClick=${() => set(pieces - 1)}>−</button>
      <input aria-label=${t("count.pieces", { name })} inputmode="numeric" value=${pieces || ""} placeholder="0"
        onInput=${(/** @type {any} */ e) => set(Number(e.target.value.replace(/\D/g, "")) || 0)} />
      <button aria-label=${t("cart.more", { name })} onClick=${() => set(pieces + 1)}>+</button>
    </span>
    <span class="sum">${pieces > 0 ? amount(value * pieces, currency) : ""}</span>
  </li>`;
}
