// Card payments that somebody has to look at, and the terminal: set up, tried, taken away. Loaded when somebody goes there.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { Problem, ask, get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { Unclear, whyOf } from "../parts/card_payment.js";
import { BackLink, Frame } from "../parts/frame.js";
import { act } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { heard, notice, session, shop } from "../till.js";
import { money, t, timeOfDay } from "../words.js";

/** @typedef {import("../parts/card_payment.js").Attempt} Attempt */

const ZVT_PORT = 20007;
const CHECK_MS = 60_000;
const LOOK_EVERY_MS = 2000;

export function Cards() {
  const { said, problem, again } = useAnswer(() => Promise.all([get("/api/card"), get("/api/card-terminal")]), "");
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.cards")}</h2></div>
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${5} height="56px" label=${t("app.loading")} />`}
    ${said && html`<${Open} open=${said[0].open} hasTerminal=${said[1].terminal !== null} again=${again} />
      ${session.value?.role === "manager" ? html`<${Terminal} key=${said[1].terminal?.name ?? ""} terminal=${said[1].terminal} again=${again} />`
        : html`<p class="quiet">${said[1].terminal ? t("cards.terminal.is", { name: said[1].terminal.name }) : t("cards.terminal.none")}</p>`}`}
  </div><//>`;
}

/** @param {{open: Attempt[], hasTerminal: boolean, again: () => void}} props */
function Open({ open, hasTerminal, again }) {
  useEffect(() => {
    if (open.length === 0) return;
    const timer = setInterval(again, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [open.length === 0]);
  if (open.length === 0) return html`<${EmptyState} title=${t(hasTerminal ? "cards.none" : "cards.apart")}>${t(hasTerminal ? "cards.none.hint" : "cards.apart.hint")}<//>`;
  return html`<ul class="stack">${open.map((one) => html`<li key=${one.attempt_id} class="card pad stack">
    ${one.state === "unknown" ? html`<${Unclear} attempt=${one} onSaid=${again} />` : html`
      <p><b>${money(one.amount_minor, one.currency)}</b> · ${timeOfDay(one.at)} · ${one.cashier}</p>
      <p>${t(one.under_way ? "cards.under-way" : one.direction === "take" ? "cards.unused" : "cards.back")} ${one.said_by ? t("cards.said-by", { name: one.said_by }) : ""}</p>
      ${one.state === "approved" && !one.under_way && one.direction !== "take" && html`<p class="quiet small">${t("cards.back.hint")}</p>
        <a class="button" href=${hrefOf("refund")}>${t("nav.refund")}</a>`}
      ${one.state === "approved" && !one.under_way && one.direction === "take" && html`<p class="quiet small">${t("cards.unused.hint")}</p>
        <button onClick=${() => act(post(`/api/card/${one.attempt_id}/undo`), t("cards.undo.asked")).then(again)}>${t("cards.undo")}</button>`}`}
  </li>`)}</ul>`;
}

/** @param {{terminal: {name: string, host: string, port: number} | null, again: () => void}} props */
function Terminal({ terminal, again }) {
  const [typed, setTyped] = useState({ name: terminal?.name ?? t("cards.terminal.first-name"), host: terminal?.host ?? "", port: String(terminal?.port ?? ZVT_PORT), password: "" });
  const [wrong, setWrong] = useState("");
  /** @param {string} name */
  const type = (name) => (/** @type {any} */ e) => setTyped({ ...typed, [name]: e.target.value });

  /** @param {SubmitEvent} event */
  async function keep(event) {
    event.preventDefault();
    setWrong("");
    try {
      await heard(ask("PUT", "/api/card-terminal", { ...typed, port: Number(typed.port) || 0 }));
    } catch (thrown) {
      return setWrong(thrown instanceof Problem ? `${thrown.message} ${thrown.remedy}` : t("app.unexpected"));
    }
    shop.value = { ...shop.value, card_terminal: typed.name };
    await check();
    again();
  }

  async function check() {
    notice.value = { tone: "", text: t("cards.check.under-way") };
    const told = await heard(ask("POST", "/api/card-terminal/check", {}, { timeoutMs: CHECK_MS })).catch(() => ({ works: false, code: "", why: t("sign-in.silent") }));
    notice.value = told.works ? { tone: "good", text: t("cards.check.works") } : { tone: "bad", text: t("cards.check.fails"), remedy: whyOf(told) };
  }

  async function remove() {
    await act(ask("DELETE", "/api/card-terminal"), t("cards.removed"));
    shop.value = { ...shop.value, card_terminal: "" };
    again();
  }

  return html`<form class="card pad stack" onSubmit=${keep} novalidate>
    <h3>${t(terminal ? "cards.terminal" : "cards.terminal.new")}</h3><p class="quiet small">${t("cards.terminal.hint")}</p>
    <div><label for="terminal-name">${t("cards.name")}</label><input id="terminal-name" value=${typed.name} maxlength="40" onInput=${type("name")} /></div>
    <div class="pair">
      <div><label for="terminal-host">${t("cards.host")}</label><input id="terminal-host" value=${typed.host} inputmode="url" autocomplete="off" autocapitalize="off" placeholder="192.168.1.50" onInput=${type("host")} /></div>
      <div><label for="terminal-port">${t("cards.port")}</label><input id="terminal-port" value=${typed.port} inputmode="numeric" onInput=${type("port")} /></div>
    </div>
    <div><label for="terminal-password">${t("cards.password")}</label><input id="terminal-password" value=${typed.password} inputmode="numeric" autocomplete="off" maxlength="6" placeholder=${t(terminal ? "cards.password.kept" : "cards.password.usual")} onInput=${type("password")} /></div>
    ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
    <button class="primary">${t(terminal ? "cards.keep" : "cards.set-up")}</button>
    ${terminal && html`<div class="two"><button type="button" onClick=${check}>${t("cards.check")}</button><button type="button" onClick=${remove}>${t("cards.remove")}</button></div>`}
  </form>`;
}
