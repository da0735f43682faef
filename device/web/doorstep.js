// What a phone sees before it trusts the till: how it gets the stall's certificate, and whether it has it by now.
import { Awning } from "/shared/components/shell.js";
import { Chip, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html, render, useEffect, useState } from "/shared/vendor/ui.js";
import { learnMore, t } from "./words.js";

/** @typedef {{stall: string, till: string, language: string, address: string, fingerprint: string}} Door */

const LOOK_EVERY_MS = 2000;
const KINDS = ["iphone", "android", "other"];
const STEPS = 4; // at most, of each kind
const code = location.hash.slice(1);

const kindHere = () => (/iPhone|iPad/.test(navigator.userAgent) ? "iphone" : /Android/.test(navigator.userAgent) ? "android" : "other");

/** Whether this phone believes the till: an answer of whatever kind says so. @param {string} address */
const trusts = (address) => fetch(`${address}/api/phones/here`, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);

function Doorstep() {
  const [door, setDoor] = useState(/** @type {Door | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => {
    setProblem(null);
    get("/api/doorstep").then(setDoor, setProblem);
  };
  useEffect(load, []);
  useEffect(() => void (document.title = t("way-in.title", { stall: door?.stall ?? "" })));
  return html`<div class="way-in"><${Awning} /><main id="main">
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${load} />`}
    ${door ? html`<${Steps} door=${door} />` : !problem && html`<${Skeleton} lines=${5} height="56px" label=${t("app.loading")} />`}
  </main></div>`;
}

/** @param {{door: Door}} props */
function Steps({ door }) {
  const [kind, setKind] = useState(kindHere());
  const trusted = useTrust(door.address);
  const next = `${door.address}/pair.html#${code}`;
  return html`<h1>${t("way-in.title", { stall: door.stall })}</h1>
    <p>${t("way-in.why")}</p>
    <ol class="steps">
      <li class="card pad stack"><h2>${t("way-in.get")}</h2>
        <a class=${`button wide-button ${trusted ? "" : "primary"}`} href="/stallholder-ca.crt" download>${t("way-in.download")}</a></li>
      <li class="card pad stack"><h2>${t("way-in.trust")}</h2>
        <div class="row" role="group" aria-label=${t("way-in.kind")}>${KINDS.map((one) => html`<button key=${one} class="pill" aria-pressed=${one === kind} onClick=${() => setKind(one)}>${t(`way-in.${one}`)}</button>`)}</div>
        <ol class="walk">${walk(kind).map((line) => html`<li key=${line}>${line}</li>`)}</ol>
        <p class="quiet small">${t("way-in.fingerprint")} <span class="fingerprint">${grouped(door.fingerprint)}</span></p></li>
      <li class="card pad stack"><h2>${t("way-in.go")}</h2>
        <p aria-live="polite"><${Chip} tone=${trusted ? "good" : "warn"}>${t(trusted ? "way-in.trusted" : "way-in.not-yet")}<//></p>
        <a class=${`button wide-button ${trusted ? "primary" : ""}`} href=${next}>${t("way-in.continue")}</a></li>
    </ol>`;
}

/** @param {string} address */
function useTrust(address) {
  const [trusted, setTrusted] = useState(false);
  useEffect(() => {
    let over = false;
    const look = async () => {
      if (over) return;
      const found = await trusts(address);
      setTrusted(found);
      if (!found) setTimeout(look, LOOK_EVERY_MS);
    };
    void look();
    return () => void (over = true);
  }, [address]);
  return trusted;
}

/** The steps of one kind of phone; kinds have different numbers of them. @param {string} kind */
const walk = (kind) =>
  Array.from({ length: STEPS }, (_, i) => `way-in.${kind}.${i + 1}`)
    .map((key) => [key, t(key)])
    .filter(([key, words]) => words !== key)
    .map(([, words]) => words);

/** @param {string} hex */
const grouped = (hex) => (hex.match(/../g) ?? []).join(" ");

await learnMore().catch(() => {});
render(html`<${Doorstep} />`, document.body);
