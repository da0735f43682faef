// The hub's staff page: sign in, then parcels with their doors, and where the tills and the cloud stand.
import { html, render, useEffect } from "/shared/vendor/ui.js";
import { PageShell, ThemeButton } from "/shared/components/shell.js";
import { Languages } from "/shared/components/languages.js";
import { SignIn } from "/shared/components/sign_in.js";
import { FreshnessChip, OldNote } from "/shared/components/freshness.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { hrefOf, route } from "/shared/route.js";
import { session } from "./staff/hub.js";
import { Parcels } from "./staff/parcels.js";
import { Tills } from "./staff/tills.js";
import { language, locale, speech, t } from "./words.js";

function StaffPage() {
  useEffect(() => {
    document.title = t("staff.title");
  }, [language.value]);
  const inside = Boolean(session.person.value);
  return html`<${PageShell} title=${t("staff.title")} skip=${t("skip")} class="centred staff" nav=${inside && html`<${Nav} />`} head=${html`
    ${inside && html`<${FreshnessChip} freshness=${session.freshness}
      words=${{ live: t("fresh.live"), connecting: t("fresh.connecting"), stale: t("fresh.stale") }} />`}
    <div class="head-tools">
      <${Languages} speech=${speech} label=${t("language")} />
      <${ThemeButton} toDay=${t("theme.day")} toNight=${t("theme.night")} />
    </div>`}>
    ${session.person.value === undefined && html`<${Opening} />`}
    ${session.person.value === null && html`<${Door} />`}
    ${inside && html`
      <${OldNote} freshness=${session.freshness} heardAtMs=${session.heardAtMs} locale=${locale.value} words=${(/** @type {any} */ when) => t("fresh.old", when)} />
      ${route.value[0] === "tills" ? html`<${Tills} />` : html`<${Parcels} />`}`}
  </${PageShell}>`;
}

/** Before the hub has answered for the first time. */
const Opening = () =>
  session.answers.value
    ? html`<${Skeleton} lines=${5} height="3rem" label=${t("loading")} />`
    : html`<${ErrorCard} title=${t("problem.unreachable")} remedy=${t("problem.unreachable.keeps")} />`;

function Nav() {
  const here = route.value[0] === "tills" ? "tills" : "parcels";
  return html`<nav class="nav" aria-label=${t("staff.nav")}>
    ${["parcels", "tills"].map((name) => html`<a key=${name} href=${hrefOf(name)} aria-current=${here === name ? "page" : undefined}>${t(`staff.nav.${name}`)}</a>`)}
    <button class="plain" onClick=${session.signOut}>${t("staff.sign-out")}</button>
  </nav>`;
}

const Door = () => html`<${SignIn}
  title=${t("staff.sign-in")} hint=${t("staff.sign-in.hint")} action=${t("staff.sign-in.action")}
  fields=${[{ name: "password", label: t("staff.password"), type: "password", autocomplete: "current-password" }]}
  onSignIn=${session.signIn}
  wordsOf=${(/** @type {import("/shared/http.js").Problem} */ problem) => problemWords(t, problem)} />`;

render(html`<${StaffPage} />`, document.body);
void session.open();
