// The cloud's dashboard: sign in, then four pages that stay live.
import { html, render, useEffect } from "/shared/vendor/ui.js";
import { FreshnessChip, OldNote } from "/shared/components/freshness.js";
import { Languages } from "/shared/components/languages.js";
import { PageShell, ThemeButton } from "/shared/components/shell.js";
import { SignIn } from "/shared/components/sign_in.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { hrefOf, route } from "/shared/route.js";
import { dayName } from "/shared/times.js";
import { session, today } from "./cloud.js";
import { CataloguePage } from "./pages/catalogue.js";
import { FleetPage } from "./pages/fleet.js";
import { LockersPage } from "./pages/lockers.js";
import { TodayPage } from "./pages/today.js";
import { locale, speech, t } from "./words.js";

const PAGES = /** @type {Record<string, () => unknown>} */ ({ today: TodayPage, catalogue: CataloguePage, lockers: LockersPage, fleet: FleetPage });

function Dashboard() {
  const inside = Boolean(session.person.value);
  const here = route.value[0] in PAGES ? route.value[0] : "today";
  const title = inside ? titleOf(here) : t("app");
  useEffect(() => {
    document.title = title;
  }, [title]);
  return html`<${PageShell} title=${title} skip=${t("skip")} class="centred" nav=${inside && html`<${Nav} here=${here} />`} head=${html`
    ${inside && html`<${FreshnessChip} freshness=${session.freshness} words=${{ live: t("fresh.live"), connecting: t("fresh.connecting"), stale: t("fresh.stale") }} detail=${whoIsThere()} />`}
    <div class="head-tools">
      <${Languages} speech=${speech} label=${t("language")} />
      <${ThemeButton} toDay=${t("theme.day")} toNight=${t("theme.night")} />
    </div>`}>
    ${session.person.value === undefined && html`<${Opening} />`}
    ${session.person.value === null && html`<${Door} />`}
    ${inside && html`
      <${OldNote} freshness=${session.freshness} heardAtMs=${session.heardAtMs} locale=${locale.value} words=${(/** @type {any} */ when) => t("fresh.old", when)} />
      <${PAGES[here]} />`}
  </${PageShell}>`;
}

/** The day's own name says best which day it is. @param {string} here */
function titleOf(here) {
  if (here !== "today") return t(`nav.${here}`);
  return today.value.value ? dayName(today.value.value.date, locale.value) : t("nav.today");
}

/** "3 stalls, 2 hubs". */
function whoIsThere() {
  const now = today.value.value;
  return now ? `${t("fresh.stalls", { n: now.stalls })}, ${t("fresh.hubs", { n: now.hubs })}` : "";
}

/** @param {{here: string}} props */
const Nav = ({ here }) => html`<nav class="nav" aria-label=${t("nav")}>
  ${Object.keys(PAGES).map((name) => html`<a key=${name} href=${hrefOf(name)} aria-current=${here === name ? "page" : undefined}>${t(`nav.${name}`)}</a>`)}
  <button class="plain" onClick=${session.signOut}>${t("sign-out")}</button>
</nav>`;

/** Before the cloud has answered for the first time. */
const Opening = () =>
  session.answers.value
    ? html`<${Skeleton} lines=${5} height="3rem" label=${t("loading")} />`
    : html`<${ErrorCard} title=${t("problem.unreachable")} remedy=${t("problem.unreachable.keeps")} />`;

const Door = () => html`<${SignIn}
  title=${t("sign-in")} hint=${t("sign-in.hint")} action=${t("sign-in.action")}
  fields=${[
    { name: "user", label: t("sign-in.user"), autocomplete: "username" },
    { name: "password", label: t("sign-in.password"), type: "password", autocomplete: "current-password" },
  ]}
  onSignIn=${session.signIn}
  wordsOf=${(/** @type {import("/shared/http.js").Problem} */ problem) => problemWords(t, problem)} />`;

render(html`<${Dashboard} />`, document.body);
void session.open();
