// What each stall is given besides the catalogue: prices of its own, its share of the stock, its settings.
import { html, useState } from "/shared/vendor/ui.js";
import { EmptyState } from "/shared/components/states.js";
import { post } from "/shared/http.js";
import { parseMoney } from "/shared/money.js";
import { hrefOf } from "/shared/route.js";
import { catalogue, supplies } from "../../cloud.js";
import { Shown, usePortion } from "../../shown.js";
import { amount, locale, quantity, t } from "../../words.js";
import { useAsking } from "./asking.js";
import { parseQuantity } from "./reading.js";
import { Settings } from "./stall_settings.js";

/** @typedef {import("../../cloud.js").CatalogueNow} CatalogueNow */
/** @typedef {import("../../cloud.js").Supplies} Supplies */
/** @typedef {import("../../cloud.js").TillSupplies} TillSupplies */

const EVERYONE = "everyone";
const FIRST = 20;
const STEP = 100;

export const Stalls = () => html`<${Shown} of=${supplies}>${(/** @type {Supplies} */ now) => html`<${List} now=${now} />`}</${Shown}>`;

/** @param {{now: Supplies}} props */
function List({ now }) {
  const { portion, more } = usePortion(now.stalls, FIRST, STEP);
  return html`<section class="card pad stack"><h2>${t("stall.all")}</h2>
    ${now.stalls.length === 0 && html`<${EmptyState} title=${t("stall.none")}>${t("stall.none.hint")}</${EmptyState}>`}
    <ul class="states">
      <li><a href=${hrefOf("catalogue", "stalls", EVERYONE)}><span class="grow"><span class="stall">${t("stall.everyone")}</span></span></a></li>
      ${portion.map(({ source, name, supplies: given }) => html`<li key=${source}><a href=${hrefOf("catalogue", "stalls", source)}>
        <span class="grow"><span class="stall">${name}</span><span class="standing">${givenWords(given)}</span></span></a></li>`)}
    </ul>${more}
  </section>
  ${now.stalls.length > 1 && html`<${Split} now=${now} />`}`;
}

/** @param {TillSupplies} given */
function givenWords({ prices_minor, quotas }) {
  const prices = Object.keys(prices_minor).length;
  return [prices > 0 && t("stall.prices.n", { n: prices }), quotas.length > 0 && t("stall.quotas.n", { n: quotas.length })].filter(Boolean).join(" · ") || t("stall.nothing");
}

/** @param {{now: CatalogueNow, scope: string}} props */
export const OneStall = ({ now, scope }) => html`<${Shown} of=${supplies}>${(/** @type {Supplies} */ all) => {
  const stall = all.stalls.find(({ source }) => source === scope);
  const given = scope === EVERYONE ? all.everyone : stall?.supplies;
  if (!given) return html`<${EmptyState} title=${t("stall.gone")} />`;
  return html`<h2>${stall?.name ?? t("stall.everyone")}</h2>
    ${stall && html`<${Prices} now=${now} given=${given} /><${Quotas} now=${now} given=${given} />`}
    <${Settings} given=${given} own=${Boolean(stall)} />`;
}}</${Shown}>`;

/** @param {CatalogueNow} now @param {string} sku */
const nameOf = (now, sku) => now.products.find((product) => product.sku === sku)?.name ?? sku;

/** @param {{now: CatalogueNow, given: TillSupplies}} props */
function Prices({ now, given }) {
  const asking = useAsking();
  const list = Object.entries(given.prices_minor);
  /** @param {Record<string, number>} prices_minor */
  const send = (prices_minor) => asking.send(() => post(`/api/supplies/${given.scope}/prices`, { prices_minor }));
  /** @param {string} sku */
  const without = (sku) => Object.fromEntries(list.filter(([one]) => one !== sku));
  /** @param {string} sku @param {string} text */
  function add(sku, text) {
    const price_minor = parseMoney(text, now.currency);
    if (price_minor === null || price_minor < 0) return asking.refuse(t("product.price.wrong"));
    void send({ ...given.prices_minor, [sku]: price_minor });
  }
  return html`<section class="card pad stack"><h3>${t("stall.prices")}</h3><p class="quiet">${t("stall.prices.hint")}</p>
    ${list.length > 0 && html`<table><tbody>${list.map(([sku, price_minor]) => html`<tr key=${sku}><th scope="row">${nameOf(now, sku)}</th>
      <td>${amount(price_minor, now.currency)}</td><td><button class="plain" disabled=${asking.busy} onClick=${() => send(without(sku))}
        aria-label=${t("stall.remove", { name: nameOf(now, sku) })}>${t("stall.remove.short")}</button></td></tr>`)}</tbody></table>`}
    ${asking.note}<${AddRow} id="price" now=${now} label=${t("product.price", { currency: now.currency })} action=${t("stall.price.set")} busy=${asking.busy} onAdd=${add} />
  </section>`;
}

/** @param {{now: CatalogueNow, given: TillSupplies}} props */
function Quotas({ now, given }) {
  const asking = useAsking();
  /** @param {string} sku @param {number | null} milli */
  const send = (sku, milli) => asking.send(() => post(`/api/supplies/${given.scope}/quotas`, { quota_milli: { [sku]: milli } }));
  /** @param {string} sku @param {string} text */
  function add(sku, text) {
    const milli = parseQuantity(text);
    if (milli === null) return asking.refuse(t("stall.quota.wrong"));
    void send(sku, milli);
  }
  return html`<section class="card pad stack"><h3>${t("stall.quotas")}</h3><p class="quiet">${t("stall.quotas.hint")}</p>
    ${given.quotas.length > 0 && html`<table><thead><tr><th scope="col">${t("field.name")}</th><th scope="col">${t("stall.quota")}</th>
      <th scope="col">${t("stall.left")}</th><td></td></tr></thead>
      <tbody>${given.quotas.map(({ sku, quota_milli, left_milli }) => html`<tr key=${sku}><th scope="row">${nameOf(now, sku)}</th>
        <td>${quantity(quota_milli)}</td><td class=${left_milli === 0 ? "warn" : ""}>${quantity(left_milli)}</td><td><button class="plain" disabled=${asking.busy}
        onClick=${() => send(sku, null)} aria-label=${t("stall.remove", { name: nameOf(now, sku) })}>${t("stall.remove.short")}</button></td></tr>`)}</tbody></table>`}
    ${asking.note}<${AddRow} id="quota" now=${now} label=${t("stall.quota")} action=${t("stall.quota.set")} busy=${asking.busy} onAdd=${add} />
  </section>`;
}

/** @param {{now: Supplies}} props */
function Split({ now }) {
  const asking = useAsking();
  const goods = catalogue.value.value;
  if (!goods) return null;
  /** @param {string} sku @param {string} text */
  async function add(sku, text) {
    const total_milli = parseQuantity(text);
    if (total_milli === null) return asking.refuse(t("stall.quota.wrong"));
    const tills = now.stalls.map(({ source }) => source);
    if (await asking.send(() => post("/api/supplies/split", { sku, total_milli, tills }))) asking.say(t("stall.split.done", { n: tills.length }));
  }
  return html`<section class="card pad stack"><h2>${t("stall.split")}</h2><p class="quiet">${t("stall.split.hint", { n: now.stalls.length })}</p>
    ${asking.note}<${AddRow} id="split" now=${goods} label=${t("stall.split.total")} action=${t("stall.split.action")} busy=${asking.busy} onAdd=${add} />
  </section>`;
}

/**
 * A product and a figure for it.
 * @param {{id: string, now: CatalogueNow, label: string, action: string, busy: boolean, onAdd: (sku: string, text: string) => unknown}} props
 */
function AddRow({ id, now, label, action, busy, onAdd }) {
  const [sku, setSku] = useState("");
  const [text, setText] = useState("");
  const offered = now.products.filter(({ retired }) => !retired).sort((a, b) => a.name.localeCompare(b.name, locale.value));
  if (offered.length === 0) return html`<p class="quiet">${t("products.empty")}</p>`;
  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    void onAdd(sku, text);
    setText("");
  }
  return html`<form class="row add" onSubmit=${submit}>
    <div class="grow"><label for=${`${id}-sku`}>${t("stall.product")}</label>
      <select id=${`${id}-sku`} required value=${sku} onChange=${(/** @type {any} */ event) => setSku(event.currentTarget.value)}>
        <option value="">${t("stall.product.choose")}</option>
        ${offered.map((product) => html`<option key=${product.sku} value=${product.sku}>${product.name}</option>`)}</select></div>
    <div><label for=${`${id}-figure`}>${label}</label>
      <input id=${`${id}-figure`} required inputmode="decimal" autocomplete="off" value=${text} onInput=${(/** @type {any} */ event) => setText(event.currentTarget.value)} /></div>
    <button disabled=${busy}>${action}</button>
  </form>`;
}
