// The states every page has besides its good one: empty, loading, stale, error. Words come from the page.
import { html } from "../vendor/ui.js";

/**
 * A short state in a word; its mark differs by shape too, so that colour never speaks alone.
 * @param {{tone?: "" | "good" | "warn" | "bad", children?: unknown}} props
 */
export const Chip = ({ tone = "", children }) => html`<span class=${`chip ${tone}`}>${children}</span>`;

/**
 * What happened, and what to do.
 * @param {{title: unknown, remedy?: unknown, action?: unknown, onAction?: () => void}} props
 */
export function ErrorCard({ title, remedy, action, onAction }) {
  return html`<div class="note bad stack" role="alert">
    <div><b>${title}</b>${remedy && html`<p>${remedy}</p>`}</div>
    ${action && html`<div><button onClick=${onAction}>${action}</button></div>`}
  </div>`;
}

/**
 * Lines that stand where the content will be.
 * @param {{lines?: number, height?: string, label: string}} props
 */
export function Skeleton({ lines = 3, height = "1.25rem", label }) {
  return html`<div class="stack" role="status" aria-label=${label}>
    ${Array.from({ length: lines }, (_, i) => html`<span key=${i} class="skeleton" style=${{ height, width: `${92 - ((i * 23) % 40)}%` }}></span>`)}
  </div>`;
}

/**
 * Nothing here yet, and what will bring something.
 * @param {{title: unknown, children?: unknown, action?: unknown}} props
 */
export function EmptyState({ title, children, action }) {
  return html`<div class="empty"><h2>${title}</h2>${children && html`<p>${children}</p>`}${action}</div>`;
}

/**
 * Says how old the figures are; nothing while they are fresh.
 * @param {{stale: boolean, children?: unknown}} props
 */
export const StaleNote = ({ stale, children }) =>
  stale ? html`<p class="note warn small" role="status"><span>${children}</span></p>` : null;
