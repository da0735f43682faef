// The pick-up board: which parcels lie in the lockers, for a screen that everybody reads from a few steps away.
import { Languages } from "/shared/components/languages.js";
import { Awning, ThemeButton } from "/shared/components/shell.js";
import { Numbers } from "/shared/components/numbers.js";
import { SignIn } from "/shared/components/sign_in.js";
import { Skeleton } from "/shared/components/states.js";
import { nowMs } from "/shared/now.js";
import { problemWords } from "/shared/problem_words.js";
import { clockTime } from "/shared/times.js";
import { isNew, newFirst } from "/shared/turning.js";
import { html, render, useEffect, useState } from "/shared/vendor/ui.js";
import { isSetUp, isSilent, openBoard, picture, readySinceMs, signIn } from "./board/hub.js";
import { language, locale, speech, t } from "./words.js";

const TURN_MS = 8_000;

function Board() {
  useEffect(() => {
    document.title = t("board.title");
  }, [language.value]);
  const now = picture.value.value;
  return html`<div class="board">
    <${Awning} />
    <header>
      <h1>${t("board.title")}</h1>
      <div class="head-tools">
        <${Languages} speech=${speech} label=${t("language")} />
        <${ThemeButton} toDay=${t("theme.day")} toNight=${t("theme.night")} />
      </div>
    </header>
    ${isSetUp.value === false ? html`<${SetUp} />` : now ? html`<${Picture} now=${now} />` : html`<${Opening} />`}
  </div>`;
}

/** Before the hub has answered for the first time. */
function Opening() {
  return html`<main id="main">${isSilent.value
    ? html`<p class="note warn" role="status"><span><b>${t("board.unreachable")}</b> ${t("collect.unreachable.remedy")}</span></p>`
    : html`<${Skeleton} lines=${4} height="3rem" label=${t("loading")} />`}</main>`;
}

/** @param {{now: import("./board/hub.js").Picture}} props */
function Picture({ now }) {
  const [readyPages, setReadyPages] = useState(1);
  const [comingPages, setComingPages] = useState(1);
  const [held, setHeld] = useState(false);
  const isLong = readyPages > 1 || comingPages > 1;
  const turn = useTurn(isLong && !held);
  const isFresh = (/** @type {string} */ number) => isNew(readySinceMs.value, number, nowMs.value);
  const fresh = now.ready.filter(isFresh);
  const never = () => false;
  const says = { newWord: t("board.new"), sayPage: (/** @type {number} */ page, /** @type {number} */ pages) => t("board.page", { page, pages }) };
  return html`<main id="main" class="both">
      <${Numbers} name="ready" title=${t("board.ready")} numbers=${newFirst(now.ready, isFresh)} isFresh=${isFresh} turn=${turn} none=${t("board.none-ready")} onPages=${setReadyPages} ...${says} />
      <${Numbers} name="coming" title=${t("board.coming")} numbers=${now.coming} isFresh=${never} turn=${turn} none=${t("board.none-coming")} onPages=${setComingPages} ...${says} />
    </main>
    <p class="sr-only" role="status">${fresh.length > 0 && t("board.now-ready", { numbers: fresh.join(", ") })}</p>
    <footer>${isSilent.value
      ? html`<p class="note warn" role="status"><span>${t("board.silent", { time: clockTime(picture.fetchedAtMs.value, nowMs.value, locale.value) })}</span></p>`
      : html`<p>${t("board.hint")}</p>`}
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

const SetUp = () => html`<main id="main" class="set-up"><p class="say">${t("board.not-yet")}</p><${SignIn}
  title=${t("terminal.sign-in")} hint=${t("terminal.sign-in.hint")} action=${t("terminal.sign-in.action")}
  fields=${[{ name: "key", label: t("terminal.key"), type: "password", autocomplete: "off" }]}
  onSignIn=${(/** @type {Record<string, string>} */ { key }) => signIn(key.trim())}
  wordsOf=${(/** @type {import("/shared/http.js").Problem} */ problem) => problemWords(t, problem)} /></main>`;

render(html`<${Board} />`, document.body);
void openBoard();
