// The locker terminal: set up once by key, then codes in, doors open.
import { html, render, useCallback, useEffect, useState } from "/shared/vendor/ui.js";
import { Awning, ThemeButton } from "/shared/components/shell.js";
import { Languages } from "/shared/components/languages.js";
import { SignIn } from "/shared/components/sign_in.js";
import { Skeleton } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { answers, collect, openTerminal, ready, signIn } from "./terminal/hub.js";
import { isMistyped } from "./terminal/outcomes.js";
import { ResultScreen } from "./terminal/result.js";
import { Typing } from "./terminal/typing.js";
import { language, speech, t } from "./words.js";

function Terminal() {
  useEffect(() => {
    document.title = t("collect.title");
  }, [language.value]);
  return html`<div class="terminal">
    <${Awning} />
    <header>
      <h1>${t("collect.title")}</h1>
      <div class="head-tools">
        <${Languages} speech=${speech} label=${t("language")} />
        <${ThemeButton} toDay=${t("theme.day")} toNight=${t("theme.night")} />
      </div>
    </header>
    <main id="main">${ready.value === false ? html`<${SetUp} />` : ready.value ? html`<${Desk} />` : html`<${Opening} />`}</main>
  </div>`;
}

/** Before the hub has answered for the first time. */
function Opening() {
  if (answers.value) return html`<${Skeleton} lines=${4} height="3rem" label=${t("loading")} />`;
  return html`<p class="note warn" role="status"><span><b>${t("collect.unreachable")}</b> ${t("collect.unreachable.remedy")}</span></p>`;
}

/** One customer after another: a code, what came of it, the start again. */
function Desk() {
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState(/** @type {import("./terminal/hub.js").Result | null} */ (null));
  const onCode = useCallback(async (/** @type {string} */ code) => {
    setBusy(true);
    setResult(null);
    setResult(await collect(code));
    setBusy(false);
  }, []);
  const forget = () => setResult(null);
  if (result && !isMistyped(result.outcome)) return html`<${ResultScreen} result=${result} onDone=${forget} />`;
  return html`<${Typing} onCode=${onCode} busy=${busy} refused=${result} onForget=${forget} />`;
}

/** Whoever stands here may be a customer: the first sentence is for them. */
const SetUp = () => html`<div class="set-up"><p class="say">${t("terminal.not-yet")}</p><${SignIn}
  title=${t("terminal.sign-in")} hint=${t("terminal.sign-in.hint")} action=${t("terminal.sign-in.action")}
  fields=${[{ name: "key", label: t("terminal.key"), type: "password", autocomplete: "off" }]}
  onSignIn=${(/** @type {Record<string, string>} */ { key }) => signIn(key.trim())}
  wordsOf=${(/** @type {import("/shared/http.js").Problem} */ problem) => problemWords(t, problem)} /></div>`;

render(html`<${Terminal} />`, document.body);
void openTerminal();
