// The frame of every screen of the till: stall and people in the head, where the sales are saved, and notices.
import { PageShell, ThemeButton } from "/shared/components/shell.js";
import { DemoBand } from "./demo_band.js";
import { html, useEffect } from "/shared/vendor/ui.js";
import { hrefOf, route } from "../router.js";
import { lasting, notice, session, shop } from "../till.js";
import { t } from "../words.js";
import { Saved } from "./saved.js";
import { SettledSentence } from "./settled_mark.js";

/** The pages that stand in the head where there is room, and in the menu always. */
export const PAGES = ["sell", "sales", "stock", "make"];

/**
 * @param {{class?: string, foot?: unknown, children?: unknown}} props foot is the main action on a phone
 */
export function Frame({ class: name = "", foot, children }) {
  return html`<${PageShell} skip=${t("app.skip")} title=${shop.value.stall || t("app.loading")} class=${`till ${name}`}
    head=${html`<${Head} />`}
    nav=${html`<${DemoBand} /><div class="under-head"><${Saved} /><${SettledSentence} /><${Notices} /></div>`} foot=${foot}>${children}<//>`;
}

function Head() {
  return html`<nav class="nav roomy" aria-label=${t("nav.label")}>
      ${PAGES.map((page) => html`<a key=${page} href=${hrefOf(page)} aria-current=${route.value[0] === page ? "page" : undefined}>${t(`nav.${page}`)}</a>`)}
    </nav>
    <div class="tools">
      <${ThemeButton} toDay=${t("nav.day")} toNight=${t("nav.night")} />
      <a class="button plain" href=${hrefOf("menu")} aria-current=${route.value[0] === "menu" ? "page" : undefined}>
        ${MenuMark()}<span>${session.value?.cashier ?? t("nav.menu")}</span>
      </a>
    </div>`;
}

const MenuMark = () => html`<svg width="20" height="20" viewBox="0 0 20 20" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
  <path d="M3 5h14M3 10h14M3 15h14" />
</svg>`;

const NOTICE_MS = 8000;

/** What was just done or went wrong, with the way back where there is one. */
function Notices() {
  const said = notice.value;
  useEffect(() => {
    if (!said || said.tone === "bad") return;
    const timer = setTimeout(() => (notice.value = null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [said]);
  // what went wrong on a page is over when somebody leaves it
  useEffect(() => () => void (notice.value?.tone === "bad" && (notice.value = null)), [route.value]);

  return html`<div class="notices" aria-live="polite">
    ${!lasting.value && html`<p class="note warn"><span>${t("app.no-storage")}</span></p>`}
    ${said && html`<div class=${`note notice ${said.tone}`} role=${said.tone === "bad" ? "alert" : undefined}>
      <p><b>${said.text}</b> ${said.remedy}</p>
      ${said.action && html`<button onClick=${said.onAction}>${said.action}</button>`}
      <button class="plain" onClick=${() => (notice.value = null)}>${t("app.ok")}</button>
    </div>`}
  </div>`;
}

/** @param {{page: string}} props */
export const BackLink = ({ page }) => html`<a class="button plain" href=${hrefOf(page)} aria-label=${t("app.back")}>
  <svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M14.5 5 8 12l6.5 7" /></svg>
</a>`;
