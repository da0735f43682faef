// Money back to the card on the terminal: asked once, followed to its end, said by a person where nobody else knows. Loaded when
// somebody gives back to a card.
import { Problem, get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { heard } from "../till.js";
import { money, t } from "../words.js";
import { Unclear, whyOf } from "./card_payment.js";

/** @typedef {import("./card_payment.js").Attempt} Attempt */

const LOOK_EVERY_MS = 600;

/**
 * @param {{id: string, body: any, how: string, onGiven: (id: string) => void, onAgain: () => void, onApart: () => void, onBack: () => void}} props
 *   `body` is the refund, `how` "refund" or "reversal"
 */
export function CardBack({ id, body, how, onGiven, onAgain, onApart, onBack }) {
  const [attempt, setAttempt] = useState(/** @type {Attempt | null} */ (null));
  const [wrong, setWrong] = useState("");

  async function ask() {
    setWrong("");
    try {
      setAttempt(await heard(post(`/api/card/${id}/refund`, body)));
    } catch (thrown) {
      setWrong(thrown instanceof Problem && !thrown.unreachable ? `${thrown.message} ${thrown.remedy}` : t("card.not-heard"));
    }
  }
  useEffect(() => void ask(), []);
  useEffect(() => {
    if (attempt?.state === "approved") return onGiven(id);
    if (!attempt || attempt.state === "declined") return;
    const timer = setInterval(() => heard(get(`/api/card/${id}`)).then(setAttempt, () => {}), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [attempt?.state]);

  const ways = html`<div class="two"><button onClick=${onApart}>${t("refund.apart")}</button><button onClick=${onBack}>${t("app.back")}</button></div>`;
  if (wrong) return html`<div class="stack card-asked"><p class="field-error" role="alert">${wrong}</p><button class="primary" onClick=${ask}>${t("app.again")}</button>${ways}</div>`;
  if (attempt?.state === "declined") return html`<div class="stack card-asked">
    <p class="note warn" role="alert"><span><b>${t("card.back.declined")}</b> ${whyOf(attempt)}</span></p>
    <button class="primary" onClick=${onAgain}>${t("app.again")}</button>${ways}</div>`;
  if (attempt?.state === "unknown") return html`<${Unclear} attempt=${attempt} onSaid=${setAttempt} />`;
  return html`<div class="stack card-asked" aria-live="polite">
    <p class="big">${t(how === "reversal" ? "card.back.undoing" : `card.now.${attempt?.progress ?? "wait"}`)}</p>
    ${attempt && html`<p class="quiet">${t("card.back.asked", { amount: money(attempt.amount_minor, attempt.currency), name: attempt.terminal })}</p>
      <button onClick=${() => void post(`/api/card/${id}/cancel`).catch(() => {})}>${t("card.cancel")}</button>`}
  </div>`;
}
