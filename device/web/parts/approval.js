// A manager allows one act on the cashier's screen, by the PIN; nobody has to sign out. Loaded when it is needed.
import { Keypad } from "/shared/components/keypad.js";
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { sayProblem } from "../problem_notice.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

const SHORTEST_PIN = 4;
const LONGEST_PIN = 8;

/** @param {{act: string, says: string, onApproved: (approval: string) => void}} props */
export function Approval({ act, says, onApproved }) {
  const [pin, setPin] = useState("");
  const [busy, setBusy] = useState(false);

  async function ask() {
    if (busy || pin.length < SHORTEST_PIN) return;
    setBusy(true);
    try {
      const said = await heard(post("/api/approvals", { act, pin }));
      notice.value = { tone: "good", text: t("approval.given", { name: said.approved_by }) };
      onApproved(said.approval);
    } catch (thrown) {
      sayProblem(thrown);
      setPin("");
      setBusy(false);
    }
  }

  return html`<section class="card pad stack approval" aria-label=${t("approval.title")}>
    <p><b>${says}</b><br /><span class="quiet small">${t("approval.hint")}</span></p>
    <div class="pin" role="img" aria-label=${t("sign-in.digits", { n: pin.length })}>
      ${Array.from({ length: Math.max(SHORTEST_PIN, pin.length) }, (_, i) => html`<i key=${i} class=${i < pin.length ? "on" : ""}></i>`)}</div>
    <${Keypad} label=${t("sign-in.keypad")} value=${pin} maxLength=${LONGEST_PIN} disabled=${busy} onChange=${setPin} onEnter=${ask} eraseLabel=${t("keypad.erase")}
      corner=${html`<button type="button" class="primary enter" disabled=${busy || pin.length < SHORTEST_PIN} onClick=${ask}>${t("approval.allow")}</button>`} />
  </section>`;
}
