// The hub's staff page: sign in, then parcels with their doors, and where the tills and the cloud stand.
import { html, render, useEffect } from "/shared/vendor/ui.js";
import { PageShell, ThemeButton } from "/shared/components/shell.js";
import { Languages } from "/shared/components/languages.js";
import { SignIn } from "/shared/components/sign_in.js";
import { Chip, Skeleton, StaleNote } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { hrefOf, route } from "/shared/route.js";
import { ago, clockTime, nowMs } from "/shared/times.js";
import { freshness, heardAtMs, openHub, signedIn, signIn, signOut } from "./staff/hub.js";
import { Parcels } from "./staff/parcels.js";
import { Tills } from "./staff/tills.js";
import { language, speech, t } from "./words.js";

const OLD_MS = 60_000;
const TONES = /** @type {const} */ ({ live: "good", connecting: "", stale: "warn" });

function StaffPage() {
  useEffect(() => {
    document.title = t("staff.title");
  }, [language.value]);
  const inside = signedIn.value === true;
  return html`<${PageShell} title=${t("staff.title")} skip=${t("skip")} class="centred staff" nav=${inside && html`<${Nav} />`} head=${html`
    ${inside && html`<${Chip} tone=${TONES[freshness.value]}>${t(`fresh.${freshness.value}`)}</${Chip}>`}
    <div class="head-tools">
      <${Languages} speech=${speech} label=${t("language")} />
      <${ThemeButton} toDay=${t("theme.day")} toNight=${t("theme.night")} />
    </div>`}>
    ${signedIn.value === undefined && html`<${Skeleton} lines=${5} height="3rem" label=${t("loading")} />`}
    ${signedIn.value === false && html`<${Door} />`}
    ${inside && html`<${Old} />${route.value[0] === "tills" ? html`<${Tills} />` : html`<${Parcels} />`}`}
  </${PageShell}>`;
}

function Nav() {
  const here = route.value[0] === "tills" ? "tills" : "parcels";
  return html`<nav class="nav" aria-label=${t("staff.nav")}>
    ${["parcels", "tills"].map((name) => html`<a key=${name} href=${hrefOf(name)} aria-current=${here === name ? "page" : undefined}>${t(`staff.nav.${name}`)}</a>`)}
    <button class="plain" onClick=${signOut}>${t("staff.sign-out")}</button>
  </nav>`;
}

/** Figures older than a minute say so. */
function Old() {
  const then = heardAtMs.value;
  const old = freshness.value === "stale" && then > 0 && nowMs.value - then > OLD_MS;
  return html`<${StaleNote} stale=${old}>
    ${t("fresh.old", { time: clockTime(then, nowMs.value, language.value), ago: ago(then, nowMs.value, language.value) })}
  </${StaleNote}>`;
}

const Door = () => html`<${SignIn}
  title=${t("staff.sign-in")} hint=${t("staff.sign-in.hint")} action=${t("staff.sign-in.action")}
  fields=${[{ name: "password", label: t("staff.password"), type: "password", autocomplete: "current-password" }]}
  onSignIn=${(/** @type {Record<string, string>} */ { password }) => signIn(password)}
  wordsOf=${(/** @type {import("/shared/http.js").Problem} */ problem) => problemWords(t, problem)} />`;

render(html`<${StaffPage} />`, document.body);
void openHub();
