// How orders go out: the stall's own mail server, and the key that signs what goes to suppliers' programs.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

/** @typedef {{host: string, port: number, security: string, user: string, sender: string, has_password: boolean}} Mail */

const PORTS = /** @type {Record<string, number>} */ ({ starttls: 587, tls: 465 });
const HERE = ["127.0.0.1", "localhost"]; // a mail server on this machine needs no encryption
const TRY_MS = 100_000;

export function PurchaseMail() {
  const { said, problem, again } = useAnswer(() => get("/api/purchasing/mail"), "");
  if (said) return html`<${Form} known=${said.mail} webhookKey=${said.webhook_key} onKept=${again} />`;
  return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${5} height="56px" label=${t("app.loading")} />`}</div><//>`;
}

/** @param {{known: Mail | null, webhookKey: string, onKept: () => void}} props */
function Form({ known, webhookKey, onKept }) {
  const [typed, setTyped] = useState({ host: known?.host ?? "", sender: known?.sender ?? "", user: known?.user ?? "", password: "", port: String(known?.port ?? PORTS.starttls) });
  const [security, setSecurity] = useState(known?.security ?? "starttls");
  const [busy, setBusy] = useState(false);
  const wrong = typed.host.trim() === "" || typed.sender.trim() === "" || !/^\d{1,5}$/.test(typed.port);

  async function keep() {
    setBusy(true);
    try {
      const body = { ...typed, host: typed.host.trim(), sender: typed.sender.trim(), port: Number(typed.port), security };
      await heard(ask("PUT", "/api/purchasing/mail", body));
      await heard(ask("POST", "/api/purchasing/mail/try", {}, { timeoutMs: TRY_MS }));
      notice.value = { tone: "good", text: t("mail.works") };
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
    onKept();
  }

  /** @param {string} one */
  function choose(one) {
    setSecurity(one);
    if (Object.values(PORTS).map(String).includes(typed.port)) setTyped({ ...typed, port: String(PORTS[one] ?? typed.port) });
  }

  /** @param {keyof typeof typed} key @param {string} mode @param {string} [hint] */
  const input = (key, mode, hint) => html`<div><label for=${`mail-${key}`}>${t(`mail.${key}`)}</label>
    <input id=${`mail-${key}`} type=${key === "password" ? "password" : "text"} inputmode=${mode} autocomplete="off" autocapitalize="off" maxlength="200" value=${typed[key]} aria-describedby=${hint && `hint-${key}`} onInput=${(/** @type {any} */ e) => setTyped({ ...typed, [key]: e.target.value })} />
    ${hint && html`<p id=${`hint-${key}`} class="quiet small">${hint}</p>`}</div>`;
  const main = html`<button class="primary wide-button" disabled=${wrong || busy} onClick=${keep}>${t(busy ? "mail.trying" : "mail.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="buy" /><h2>${t("buy.mail")}</h2></div>
    <p class="quiet">${t("mail.about")}</p>
    <div class="card pad stack">${input("sender", "email", t("mail.sender.hint"))}${input("host", "url", t("mail.host.hint"))}
      <div class="row" role="group" aria-label=${t("mail.security")}>${[...Object.keys(PORTS), ...(HERE.includes(typed.host.trim()) ? ["none"] : [])].map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === security} onClick=${() => choose(one)}>${t(`mail.security.${one}`)}</button>`)}</div>
      <div class="pair">${input("port", "numeric")}${input("user", "text")}</div>${input("password", "text", t(known?.has_password ? "mail.password.known" : "mail.password.hint"))}</div>
    <div class="roomy">${main}</div>
    <details class="card pad"><summary><b>${t("mail.programs")}</b></summary><p class="small">${t("mail.programs.hint")}</p><pre class="small chase" tabindex="0" aria-label=${t("mail.programs.key")}>${webhookKey}</pre></details>
  </div><//>`;
}
