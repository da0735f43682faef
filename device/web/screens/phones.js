// Phones at the stall, for managers: let them in, pair one, send a lost one away with one tap.
import { Chip, EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { svgUrl } from "../parts/receipt_paper.js";
import { sayProblem } from "../problem_notice.js";
import { heard, notice } from "../till.js";
import { longDate, t, timeOfDay } from "../words.js";

/**
 * @typedef {{phone_id: string, name: string, paired_by: string, cashier: string | null, is_this: boolean, paired_at: string, seen_at: string}} Phone
 * @typedef {{welcome: boolean, door: {address: string, doorstep: string, fingerprint: string, fault: string, remedy: string}, offer_left_s: number, phones: Phone[]}} Phones
 * @typedef {{code: string, left_s: number, url: string, qr_svg: string}} Offer
 */

const LOOK_EVERY_MS = 2000;
const FINGERPRINT_SHOWN = 16; // digits; phones show all of them, and nobody compares so many

export function Phones() {
  const [said, setSaid] = useState(/** @type {Phones | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [offer, setOffer] = useState(/** @type {Offer | null} */ (null));
  const load = () => heard(get("/api/phones")).then((found) => (setSaid(found), setProblem(null)), setProblem);
  useEffect(() => {
    void load();
    const timer = setInterval(load, LOOK_EVERY_MS); // the door opens, a phone is paired, a code runs out
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (offer && said && said.offer_left_s === 0) setOffer(null);
  }, [said]);

  /** @param {() => Promise<any>} act @param {(found: any) => void} then */
  const doing = (act, then) => heard(act()).then(then, sayProblem);
  const welcome = (/** @type {boolean} */ wanted) => doing(() => post("/api/phones/welcome", { welcome: wanted }), setSaid);
  const pair = () => doing(() => post("/api/phones/offer"), setOffer);
  /** @param {Phone} phone */
  const unpair = (phone) =>
    doing(() => post(`/api/phones/${phone.phone_id}/unpair`), (found) => {
      setSaid(found);
      notice.value = { tone: "good", text: t("phones.unpaired", { name: phone.name }) };
    });

  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.phones")}</h2></div>
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${load} />`}
    ${!said && !problem && html`<${Skeleton} lines=${4} height="56px" label=${t("app.loading")} />`}
    ${said && html`<p>${t("phones.hint")}</p>
      <div class="row" role="group" aria-label=${t("phones.welcome")}>
        ${[true, false].map((on) => html`<button key=${on} class="pill" aria-pressed=${said.welcome === on} onClick=${() => welcome(on)}>${t(on ? "phones.on" : "phones.off")}</button>`)}</div>
      ${said.welcome && html`<${Door} said=${said} offer=${offer} pair=${pair} />`}
      <${Paired} phones=${said.phones} unpair=${unpair} />`}
  </div><//>`;
}

/** @param {{said: Phones, offer: Offer | null, pair: () => void}} props */
function Door({ said, offer, pair }) {
  const { door } = said;
  if (door.fault) return html`<${ErrorCard} title=${door.fault} remedy=${door.remedy} />`;
  if (!door.address) return html`<${Skeleton} lines=${1} height="56px" label=${t("phones.opening")} />`;
  if (!offer) return html`<button class="primary wide-button" onClick=${pair}>${t("phones.pair")}</button>`;
  const minutes = Math.ceil((said.offer_left_s || offer.left_s) / 60);
  return html`<section class="card pad pairing" aria-label=${t("phones.pair")}>
    <img class="qr" src=${svgUrl(offer.qr_svg)} alt=${t("phones.qr")} />
    <div class="stack">
      <p>${t("phones.scan")}</p>
      <p class="quiet small">${t("phones.or-type")} <b>${door.doorstep}</b></p>
      <p class="phone-code" aria-label=${t("pair.code")}>${offer.code.replace(/(\d{4})(?=\d)/, "$1 ")}</p>
      <p class="quiet small">${t("phones.left", { n: minutes })}</p>
      <p class="quiet small">${t("phones.fingerprint")} <b>${(door.fingerprint.slice(0, FINGERPRINT_SHOWN).match(/../g) ?? []).join(" ")}</b></p>
    </div>
  </section>`;
}

/** @param {{phones: Phone[], unpair: (phone: Phone) => void}} props */
function Paired({ phones, unpair }) {
  if (phones.length === 0) return html`<${EmptyState} title=${t("phones.none")}>${t("phones.none.hint")}<//>`;
  return html`<h3>${t("phones.paired", { n: phones.length })}</h3>
    <ul class="phones card">${phones.map((phone) => html`<li key=${phone.phone_id}>
      <span><b>${phone.name}</b> ${phone.is_this && html`<${Chip}>${t("phones.this")}<//>`}<br />
        <span class="quiet small">${phone.cashier ? t("phones.sells", { name: phone.cashier }) : t("phones.nobody")} · ${t("phones.seen", { when: `${longDate(phone.seen_at)}, ${timeOfDay(phone.seen_at)}` })}</span></span>
      <button onClick=${() => unpair(phone)}>${t("phones.unpair")}<span class="sr-only"> ${phone.name}</span></button>
    </li>`)}</ul>`;
}
