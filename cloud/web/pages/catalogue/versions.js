// Versions of a document: who, when, why, what changed, and "bring this back", which makes a new version with the old content.
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { Chip, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post, Problem } from "/shared/http.js";
import { nowMs } from "/shared/now.js";
import { problemWords } from "/shared/problem_words.js";
import { hrefOf } from "/shared/route.js";
import { clockTime } from "/shared/times.js";
import { supplies } from "../../cloud.js";
import { usePortion } from "../../shown.js";
import { listed, locale, t } from "../../words.js";
import { useAsking } from "./asking.js";
import { fieldWord, valueWord } from "./field_words.js";

/** @typedef {import("../../cloud.js").CatalogueNow} CatalogueNow */
/** @typedef {{version: number, issued_at_ms: number, issued_by: string, why: string, kept: boolean}} Version */
/** @typedef {{subject: string, name: string, field: string, before: string | null, after: string | null}} Difference */

const FIRST = 10;
const STEP = 50;
const DIFFERENCES_FIRST = 10;

/**
 * An answer that is asked for once, and again when `key` changes.
 * @param {string} path
 * @param {unknown} key
 * @returns {{value: any, problem: Problem | null}}
 */
function useAnswer(path, key) {
  const [state, setState] = useState(/** @type {{value: any, problem: Problem | null}} */ ({ value: null, problem: null }));
  useEffect(() => {
    let gone = false;
    get(path).then(
      (value) => !gone && setState({ value, problem: null }),
      (problem) => !gone && problem instanceof Problem && setState((before) => ({ ...before, problem })),
    );
    return () => {
      gone = true;
    };
  }, [path, key]);
  return state;
}

/** @param {{now: CatalogueNow, kind: string, scope: string}} props */
export function Versions({ now, kind, scope }) {
  const path = `/api/documents/${kind}/${scope}`;
  const newest = supplies.value.value?.newest[`${kind}/${scope}`] ?? 0;
  const { value, problem } = useAnswer(path, `${newest} ${now.version}`);
  return html`<section class="card pad stack">
    <${Addresses} kind=${kind} scope=${scope} names=${now.names} />
    ${value ? html`<${List} key=${path} path=${path} list=${value.versions} now=${now} />`
      : problem ? html`<${ErrorCard} ...${problemWords(t, problem)} />` : html`<${Skeleton} lines=${4} height="3rem" label=${t("loading")} />`}
  </section>`;
}

/** Which documents there are. @param {{kind: string, scope: string, names: Record<string, string>}} props */
function Addresses({ kind, scope, names }) {
  const addresses = Object.keys(supplies.value.value?.newest ?? {}).map((one) => one.split("/"));
  if (addresses.length < 2) return null;
  return html`<div><label for="which-document">${t("versions.which")}</label>
    <select id="which-document" onChange=${(/** @type {any} */ event) => (location.hash = hrefOf("catalogue", "versions", ...event.currentTarget.value.split("/")))}>
      ${addresses.map(([one, whose]) => html`<option key=${`${one}/${whose}`} value=${`${one}/${whose}`} selected=${one === kind && whose === scope}>
        ${t(`versions.kind.${one}`)}${whose === "everyone" ? "" : ` · ${names[whose] ?? whose}`}</option>`)}
    </select></div>`;
}

/** @param {{path: string, list: Version[], now: CatalogueNow}} props */
function List({ path, list, now }) {
  const { portion, more } = usePortion(list, FIRST, STEP);
  if (list.length === 0) return html`<p class="quiet">${t("versions.none")}</p>`;
  return html`<ul class="versions">${portion.map((one, i) => html`<${One} key=${one.version} path=${path} one=${one} newest=${i === 0} now=${now} />`)}</ul>${more}`;
}

/** Who issued it, and why where that says more. @param {Version} one @param {Record<string, string>} names */
function byWhom({ issued_by, why }, names) {
  const who = issued_by.split(", ").map((name) => (name === "cloud" ? t("settled.here") : (names[name] ?? name)));
  const back = /^version (\d+) brought back$/.exec(why);
  return back ? `${listed(who)} · ${t("versions.brought-back", { version: back[1] })}` : listed(who);
}

/** @param {{path: string, one: Version, newest: boolean, now: CatalogueNow}} props */
function One({ path, one, newest, now }) {
  const asking = useAsking();
  const [open, setOpen] = useState(false);
  const bring = () => asking.send(() => post(`${path}/${one.version}/bring-back`));
  return html`<li class="stack">
    <p><b>${t("versions.version", { version: String(one.version) })}</b> ${newest && html`<${Chip} tone="good">${t("versions.counts")}</${Chip}>`}
      <span class="standing">${clockTime(one.issued_at_ms, nowMs.value, locale.value)} · ${byWhom(one, now.names)}</span></p>
    ${asking.note}
    ${one.kept ? html`<div class="row">
      <button class="plain" aria-expanded=${open} onClick=${() => setOpen(!open)}>${t("versions.what")}</button>
      ${!newest && html`<button disabled=${asking.busy} onClick=${bring}>${t("versions.bring-back")}</button>`}</div>` : html`<p class="quiet small">${t("versions.not-kept")}</p>`}
    ${open && html`<${Differences} path=${`${path}/${one.version}/differences`} currency=${now.currency} />`}
  </li>`;
}

/** @param {{path: string, currency: string}} props */
function Differences({ path, currency }) {
  const { value, problem } = useAnswer(path, "");
  if (problem) return html`<${ErrorCard} ...${problemWords(t, problem)} />`;
  if (!value) return html`<${Skeleton} lines=${2} label=${t("loading")} />`;
  return html`<${DifferenceList} list=${differencesInWords(value.differences, currency)} />${value.more && html`<p class="quiet small">${t("versions.more")}</p>`}`;
}

/** @param {{list: string[]}} props */
function DifferenceList({ list }) {
  const { portion, more } = usePortion(list, DIFFERENCES_FIRST, STEP);
  if (list.length === 0) return html`<p class="quiet">${t("versions.same")}</p>`;
  return html`<ul class="differences">${portion.map((words) => html`<li key=${words}>${words}</li>`)}</ul>${more}`;
}

/**
 * A new product is one line, whatever it consists of; a changed one has a line for each field.
 * @param {Difference[]} list
 * @param {string} currency
 * @returns {string[]}
 */
export function differencesInWords(list, currency) {
  const added = new Set(list.filter(({ field, before }) => field === "name" && before === null).map(({ subject }) => subject));
  return list.flatMap((one) => {
    if (!added.has(one.subject)) return [changeWords(one, currency)];
    if (one.field !== "price_minor") return [];
    return [t("versions.new", { name: one.name, price: valueWord(one.field, one.after, currency) })];
  });
}

/** @param {Difference} one @param {string} currency */
const changeWords = ({ name, field, before, after }, currency) =>
  t("versions.change", { name, field: fieldWord(field), before: valueWord(field, before, currency), after: valueWord(field, after, currency) });
