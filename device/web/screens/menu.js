// Everything that is not needed at every sale: the other pages, language, signing out.
import { get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { lockMinutes, lockNow, setLockMinutes } from "../auto_lock.js";
import { Frame } from "../parts/frame.js";
import { go, hrefOf } from "../router.js";
import { kept, notice, session, signOut } from "../till.js";
import { language, languages, setLanguage, t } from "../words.js";

const LOCKS = [0, 2, 5, 15]; // minutes
const OWN_NAMES = /** @type {Record<string, string>} */ ({ en: "English", de: "Deutsch" });

const COUNTED = /** @type {Record<string, string>} */ ({ tidy: "/api/tidy/count", buy: "/api/purchasing/count" });

/** The pages by what they are about. @returns {[string, string[]][]} */
const groups = () => [
  ["selling", ["sell", "orders", "parked", "refund", "voucher", "sales"]],
  ["money", ["cash", "cards", "close", "closings"]],
  ["goods", ["stock", "products", "tidy", "labels", "make", "materials", "buy", "suppliers", "market", "signals"]],
  ["till", [...(kept.value.length > 0 ? ["kept"] : []), "where", "printers", "display", "own-pin", ...(session.value?.role === "manager" ? ["people", "phones", "rules"] : [])]],
];

export function Menu() {
  const [after, setAfter] = useState(lockMinutes());
  /** @param {number} minutes */
  const choose = (minutes) => {
    setLockMinutes(minutes);
    setAfter(minutes);
  };
  return html`<${Frame}>
    <div class="narrow stack">
      <h2>${t("nav.menu")}</h2>
      <div class="menu-groups">${groups().map(([title, pages]) => html`<section key=${title}>
        <h3 class="quiet small">${t(`menu.${title}`)}</h3>
        <ul class="menu card">${pages.map((page) => html`<li key=${page}><a href=${hrefOf(page)}>${t(`nav.${page}`)}${COUNTED[page] && html`<${Count} of=${page} />`}</a></li>`)}</ul>
      </section>`)}</div>
      <div class="row" role="group" aria-label=${t("nav.language")}>
        ${languages.map((tag) => html`<button key=${tag} class="pill" lang=${tag} aria-pressed=${tag === language.value} onClick=${() => setLanguage(tag)}>${OWN_NAMES[tag]}</button>`)}
      </div>
      <div class="row" role="group" aria-label=${t("lock.after")}><span>${t("lock.after")}</span>
        ${LOCKS.map((minutes) => html`<button key=${minutes} class="pill" aria-pressed=${minutes === after} onClick=${() => choose(minutes)}>${t("lock.minutes", { n: minutes })}</button>`)}</div>
      <button onClick=${lockNow}>${t("lock.now")}</button>
      <a class="button" href=${hrefOf("switch")}>${t("nav.switch")}</a>
      ${session.value && html`<button onClick=${leave}>${t("nav.sign-out", { name: session.value.cashier })}</button>`}
    </div>
  <//>`;
}

/** How much there somebody has to look at. @param {{of: string}} props */
function Count({ of }) {
  const { said } = useAnswer(() => get(COUNTED[of]), of);
  return said?.count > 0 ? html`<b class="menu-count">${said.count}<span class="sr-only"> ${t("tidy.to-look-at")}</span></b>` : null;
}

async function leave() {
  try {
    if (await signOut()) go("sell");
    else notice.value = { tone: "bad", text: t("kept.no-sign-out", { n: kept.value.length }), remedy: t("kept.no-sign-out.remedy") };
  } catch {
    notice.value = { tone: "bad", text: t("sign-in.silent"), remedy: t("sign-in.silent.remedy") };
  }
}
