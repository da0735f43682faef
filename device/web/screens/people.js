// Who sells here: for managers. Nobody is deleted, because entries name them; who left cannot sign in any more.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { heard, notice } from "../till.js";
import { t } from "../words.js";

const ROLES = ["cashier", "manager"];
const NEW = "+";

/** @param {{name?: string}} props */
export function People({ name }) {
  const { said, problem, again } = useAnswer(() => get("/api/people"), name ?? "");
  if (!said) return html`<${Frame}><div class="narrow stack"><div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.people")}</h2></div>${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} /><a class="button" href=${hrefOf("switch")}>${t("nav.switch")}</a>`
    : html`<${Skeleton} lines=${4} height="56px" label=${t("app.loading")} />`}</div><//>`;
  const person = said.people.find((/** @type {any} */ one) => one.name === name);
  if (name === NEW || person) return html`<${Frame}><div class="narrow stack"><${Person} key=${name} person=${person} /></div><//>`;
  return html`<${Frame} foot=${html`<a class="button primary wide-button" href=${hrefOf("people", NEW)}>${t("people.add")}</a>`}>
    <div class="narrow stack">
      <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.people")}</h2></div>
      <ul class="menu card">${said.people.map((/** @type {any} */ one) => html`<li key=${one.name}><a href=${hrefOf("people", one.name)}>
        <span><b class=${one.active ? "" : "quiet"}>${one.name}</b><br /><span class="quiet small">${t(one.active ? `people.role.${one.role}` : "people.left")}</span></span></a></li>`)}</ul>
      <div class="roomy"><a class="button primary wide-button" href=${hrefOf("people", NEW)}>${t("people.add")}</a></div>
      <button aria-describedby="unlock-hint" onClick=${() => send("/api/people-unlock", {}, t("people.unlocked"))}>${t("people.unlock")}</button>
      <p id="unlock-hint" class="quiet small">${t("people.unlock.hint")}</p>
    </div>
  <//>`;
}

/** @param {{person?: {name: string, role: string, active: boolean}}} props */
function Person({ person }) {
  const [name, setName] = useState(person?.name ?? "");
  const [role, setRole] = useState(person?.role ?? "cashier");
  const [pin, setPin] = useState("");

  /** @param {SubmitEvent} event */
  async function save(event) {
    event.preventDefault();
    const wish = { role, ...(pin && { pin }) };
    const done = person
      ? await send(`/api/people/${encodeURIComponent(person.name)}`, wish, t("people.saved", { name }))
      : await send("/api/people", { name: name.trim(), ...wish, pin }, t("people.saved", { name }));
    if (done) go("people");
  }
  async function letGo() {
    const words = t(person?.active ? "people.gone" : "people.back", { name });
    if (await send(`/api/people/${encodeURIComponent(name)}`, { active: !person?.active }, words)) go("people");
  }

  return html`<div class="product-title"><${BackLink} page="people" /><h2>${person?.name ?? t("people.add")}</h2></div>
    <form class="stack" onSubmit=${save} novalidate>
      ${!person && html`<div><label for="person-name">${t("people.name")}</label><input id="person-name" value=${name} maxlength="40" autocomplete="off" onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></div>`}
      <div class="row" role="group" aria-label=${t("people.role")}>${ROLES.map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === role} onClick=${() => setRole(one)}>${t(`people.role.${one}`)}</button>`)}</div>
      <p class="quiet small">${t(`people.role.${role}.hint`)}</p>
      <div><label for="person-pin">${t(person ? "people.new-pin" : "people.pin")}</label>
        <input id="person-pin" inputmode="numeric" autocomplete="off" maxlength="8" value=${pin} onInput=${(/** @type {any} */ e) => setPin(e.target.value.replace(/\D/g, ""))} /></div>
      <button class="primary wide-button" disabled=${!person && (!name.trim() || pin.length < 4)}>${t("people.save")}</button>
      ${person && html`<button type="button" onClick=${letGo}>${t(person.active ? "people.let-go" : "people.take-back", { name })}</button>`}
    </form>`;
}

/**
 * @param {string} path
 * @param {object} body
 * @param {string} words
 */
async function send(path, body, words) {
  try {
    await heard(post(path, body));
    notice.value = { tone: "good", text: words };
    return true;
  } catch (thrown) {
    sayProblem(thrown);
    return false;
  }
}
