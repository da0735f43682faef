// The stall's pick-up board: the numbers of orders that are ready, for a second screen. The address carries its key.
import { Numbers } from "/shared/components/numbers.js";
import { Awning, ThemeButton } from "/shared/components/shell.js";
import { Skeleton } from "/shared/components/states.js";
import { listen } from "/shared/events.js";
import { nowMs } from "/shared/now.js";
import { appeared, isNew, newFirst } from "/shared/turning.js";
import { html, render, signal, useEffect, useState } from "/shared/vendor/ui.js";
import { learnMore, suggestLanguage, t } from "./words.js";

/** @typedef {{ready: string[], coming: string[], stall: string, language: string}} Picture */

const TURN_MS = 8_000;
const [, , token = ""] = location.pathname.split("/");

const picture = signal(/** @type {Picture | null} */ (null));
const sinceMs = signal(/** @type {ReadonlyMap<string, number>} */ (new Map()));
const { freshness } = listen(`/api/display/${encodeURIComponent(token)}/orders`, { board: take });

/** @param {Picture} now */
function take(now) {
  suggestLanguage(now.language);
  sinceMs.value = appeared(sinceMs.peek(), picture.peek()?.ready ?? null, now.ready, Date.now());
  picture.value = now;
  document.title = t("board.title");
}

function Board() {
  const now = picture.value;
  return html`<div class="board">
    <${Awning} />
    <header><h1>${t("board.title")}</h1>
      <div class="head-tools"><${ThemeButton} toDay=${t("nav.day")} toNight=${t("nav.night")} /></div></header>
    ${now ? html`<${Shown} now=${now} />` : html`<main id="main"><${Skeleton} lines=${4} height="3rem" label=${t("app.loading")} /></main>`}
  </div>`;
}

/** @param {{now: Picture}} props */
function Shown({ now }) {
  const [readyPages, setReadyPages] = useState(1);
  const [comingPages, setComingPages] = useState(1);
  const [held, setHeld] = useState(false);
  const isLong = readyPages > 1 || comingPages > 1;
  const turn = useTurn(isLong && !held);
  const isFresh = (/** @type {string} */ number) => isNew(sinceMs.value, number, nowMs.value);
  const fresh = now.ready.filter(isFresh);
  const says = { newWord: t("board.new"), sayPage: (/** @type {number} */ page, /** @type {number} */ pages) => t("board.page", { page, pages }) };
  return html`<main id="main" class="both">
      <${Numbers} name="ready" title=${t("board.ready")} numbers=${newFirst(now.ready, isFresh)} isFresh=${isFresh} turn=${turn} none=${t("board.none-ready")} onPages=${setReadyPages} ...${says} />
      <${Numbers} name="coming" title=${t("board.coming")} numbers=${now.coming} isFresh=${() => false} turn=${turn} none=${t("board.none-coming")} onPages=${setComingPages} ...${says} />
    </main>
    <p class="sr-only" role="status">${fresh.length > 0 && t("board.now-ready", { numbers: fresh.join(", ") })}</p>
    <footer>${freshness.value === "stale" ? html`<p class="note warn" role="status"><span>${t("board.silent")}</span></p>` : html`<p>${now.stall} · ${t("board.hint")}</p>`}
      ${isLong && html`<button onClick=${() => setHeld(!held)}>${t(held ? "board.turn" : "board.hold")}</button>`}</footer>`;
}

/** Counts on while pages turn. @param {boolean} turns */
function useTurn(turns) {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!turns) return;
    const timer = setInterval(() => setTurn((one) => one + 1), TURN_MS);
    return () => clearInterval(timer);
  }, [turns]);
  return turn;
}

await learnMore();
render(html`<${Board} />`, document.body);
