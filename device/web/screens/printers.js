// The printers: how each is, what could not be printed, and how they are set up. Loaded only when somebody goes there.
import { Chip, EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { act, sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { heard, notice, printing, session } from "../till.js";
import { t, timeOfDay } from "../words.js";

/**
 * @typedef {{name: string, kind: string, address: string, columns: number, profile: string, drawer: boolean, logo: boolean,
 *   role: string, status: {condition: string}}} Printer
 * @typedef {{id: string, kind: string, about: string, at: string, printer: string, state: string, needs_somebody: boolean,
 *   condition: string | null}} Job
 */

export const NEW = "+";
const LOOK_EVERY_MS = 3000;
const JOBS_SHOWN = 20;
const TONES = /** @type {Record<string, "good" | "warn" | "bad">} */ ({ ready: "good", "paper-low": "warn", hot: "warn" });
const STATES = /** @type {Record<string, "" | "good" | "warn" | "bad">} */ ({ printed: "good", failed: "bad", unsure: "warn" });
/** @type {Printer} */
const USUAL = { name: "", kind: "network", address: "", columns: 48, profile: "epson", drawer: false, logo: false, role: "first", status: { condition: "" } };

/** @param {{name?: string}} props */
export function Printers({ name }) {
  const { said, problem, again } = useAnswer(() => get(name === undefined ? "/api/printers" : "/api/printers?ask=false"), "");
  if (problem && !said) return framed(html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`);
  if (!said) return framed(html`<${Skeleton} lines=${6} height="56px" label=${t("printers.asking")} />`);
  if (name === undefined) return html`<${Overview} said=${said} again=${again} />`;
  const printer = said.printers.find((/** @type {Printer} */ one) => one.name === name);
  if (!printer && name !== NEW) return framed(html`<${EmptyState} title=${t("printers.gone")} />`);
  return framed(html`<${Form} key=${name} printer=${printer} profiles=${said.profiles} again=${again} />`);
}

/** @param {unknown} content */
const framed = (content) => html`<${Frame}><div class="narrow stack">${content}</div><//>`;

/** @param {{said: any, again: () => void}} props */
function Overview({ said, again }) {
  const add = isManager() && html`<a class="button primary wide-button" href=${hrefOf("printers", NEW)}>${t("printers.add")}</a>`;
  return html`<${Frame} foot=${add}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.printers")}</h2><div class="roomy">${add}</div></div>
    ${said.printers.length === 0
      ? html`<${NoPrinter} />`
      : html`<ul class="stack">${said.printers.map((/** @type {Printer} */ one) => html`<${PrinterCard} key=${one.name} printer=${one} again=${again} />`)}</ul>
        ${isManager() && html`<${AfterSale} on=${said.after_sale} again=${again} /><${Picture} has=${said.has_logo} again=${again} />`}`}
    <${Jobs} />
  </div><//>`;
}

/** What there is instead: the receipt on a customer's phone, where one can come in. */
function NoPrinter() {
  const { said } = useAnswer(() => get("/api/display/link"), "");
  return html`<${EmptyState} title=${t("printers.none")}>${t(said?.url ? "printers.none.hint" : "printers.none.alone")}<//>
    ${said && !said.url && isManager() && html`<a class="button" href=${hrefOf("phones")}>${t("nav.phones")}</a>`}`;
}

/** @param {{printer: Printer, again: () => void}} props */
function PrinterCard({ printer, again }) {
  const { condition } = printer.status;
  const remedy = t(`printer.${condition}.remedy`);
  return html`<li class="card pad stack">
    <div class="row"><h3 class="grow">${printer.name}</h3><${Chip} tone=${TONES[condition] ?? "bad"}>${t(`printer.${condition}`)}<//></div>
    ${!remedy.startsWith("printer.") && html`<p>${remedy}</p>`}
    <p class="quiet small">${t(`printers.kind.${printer.kind}`)} · ${printer.address} · ${t("printers.columns-n", { n: printer.columns })}${printer.drawer ? ` · ${t("printers.drawer")}` : ""}${printer.role === "second" ? ` · ${t("printers.role.second")}` : ""}</p>
    <div class="printer-actions">
      <button onClick=${() => act(post(`${pathOf(printer.name)}/test`), t("printers.test.sent"))}>${t("printers.test")}</button>
      <button onClick=${again}>${t("printers.look")}</button>
      ${isManager() && html`<a class="button" href=${hrefOf("printers", printer.name)}>${t("printers.change")}</a>`}
    </div>
  </li>`;
}

/** @param {{on: boolean, again: () => void}} props */
const AfterSale = ({ on, again }) => html`<label class="check card pad"><input type="checkbox" checked=${on}
  onChange=${(/** @type {any} */ e) => act(post("/api/printing", { after_sale: e.target.checked })).then(again)} />
  <span>${t("printers.after-sale")}</span></label>`;

/** The stall's own picture. @param {{has: boolean, again: () => void}} props */
function Picture({ has, again }) {
  /** @param {File | undefined} file */
  async function send(file) {
    if (file) await act(post("/api/printing/logo", file), t("printers.logo.kept")).then(again);
  }
  return html`<div class="card pad stack"><h3>${t("printers.logo")}</h3><p class="quiet">${t("printers.logo.hint")}</p>
    <div class="printer-actions">
      <label class="button">${t(has ? "printers.logo.other" : "printers.logo.choose")}<input class="sr-only" type="file" accept="image/png,image/jpeg" onChange=${(/** @type {any} */ e) => send(e.target.files[0])} /></label>
      ${has && html`<button onClick=${() => act(post("/api/printing/logo", new Blob([])), t("printers.logo.gone")).then(again)}>${t("printers.logo.remove")}</button>`}
    </div></div>`;
}

/** What is printed, waits, or needs somebody. */
function Jobs() {
  const { said, again } = useAnswer(() => get("/api/print-jobs"), printing.value);
  useEffect(() => {
    const timer = setInterval(again, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  /** @type {Job[]} */
  const jobs = said?.jobs ?? [];
  if (jobs.length === 0) return null;
  const open = jobs.filter((job) => job.needs_somebody);
  const others = jobs.filter((job) => !job.needs_somebody && !(job.kind === "drawer" && job.state === "printed")).slice(0, JOBS_SHOWN);
  return html`<section class="stack"><h3>${t("prints.title")}</h3>
    <ul class="stack">${open.map((job) => html`<${JobCard} key=${job.id} job=${job} again=${again} />`)}</ul>
    <ul class="rows">${others.map((job) => html`<${JobRow} key=${job.id} job=${job} />`)}</ul></section>`;
}

/** @param {{job: Job}} props */
const JobRow = ({ job }) => html`<li class="print-row">
  <span class="grow">${t(`prints.kind.${job.kind}`)} <span class="nowrap">${job.about}</span> <span class="quiet small">${timeOfDay(job.at)} · ${job.printer}</span></span>
  <${Chip} tone=${STATES[job.state] ?? ""}>${t(`prints.${job.state}`)}<//>
</li>`;

/** @param {{job: Job, again: () => void}} props */
function JobCard({ job, again }) {
  const path = `/api/print-jobs/${encodeURIComponent(job.id)}`;
  return html`<li class="card pad stack">
    <div class="row"><b class="grow">${t(`prints.kind.${job.kind}`)} <span class="nowrap">${job.about}</span></b><${Chip} tone=${STATES[job.state] ?? ""}>${t(`prints.${job.state}`)}<//></div>
    <p class="quiet small">${timeOfDay(job.at)} · ${job.printer}</p>
    ${!job.condition && html`<p>${t("prints.restarted")} ${job.state === "unsure" ? t("prints.unsure.remedy") : ""}</p>`}
    ${job.condition && html`<p>${t(`printer.${job.condition}`)} ${t(remedyOf(job))}</p>`}
    <div class="printer-actions">
      ${job.kind !== "drawer" && html`<button class="primary" onClick=${() => act(post(`${path}/again`)).then(again)}>${t("prints.again")}</button>`}
      <button onClick=${() => act(post(`${path}/drop`)).then(again)}>${t("prints.drop")}</button></div>
  </li>`;
}

/** @param {Job} job */
const remedyOf = (job) => (job.kind === "drawer" ? "prints.drawer.remedy" : job.state === "unsure" ? "prints.unsure.remedy" : `printer.${job.condition}.remedy`);

/** @param {{printer?: Printer, profiles: string[], again: () => Promise<void>}} props */
function Form({ printer, profiles, again }) {
  const [typed, setTyped] = useState(printer ?? USUAL);
  const [wrong, setWrong] = useState(/** @type {{field?: string, text?: string}} */ ({}));
  const [busy, setBusy] = useState(false);
  useEffect(() => /** @type {HTMLElement | null} */ (document.querySelector(".product-form [aria-invalid]"))?.focus(), [wrong]);

  /** @param {Partial<Printer>} change */
  const type = (change) => setTyped({ ...typed, ...change });

  /** @param {SubmitEvent} event */
  async function save(event) {
    event.preventDefault();
    const { status: _, ...wish } = { ...typed, name: typed.name.trim(), address: typed.address.trim() };
    setBusy(true);
    setWrong({});
    try {
      await heard(post(printer ? pathOf(printer.name) : "/api/printers", wish));
      notice.value = { tone: "good", text: t("printers.saved", { name: wish.name }) };
      await again();
      go("printers");
    } catch (thrown) {
      const problem = /** @type {any} */ (thrown);
      if (problem.detail?.field) setWrong({ field: problem.detail.field, text: t(`printers.bad.${problem.detail.field}`) });
      else sayProblem(problem);
      setBusy(false);
    }
  }

  const remove = () => act(ask("DELETE", pathOf(/** @type {Printer} */ (printer).name)), t("printers.removed", { name: printer?.name ?? "" })).then(again).then(() => go("printers"));

  return html`<div class="product-title"><${BackLink} page="printers" /><h2>${printer?.name ?? t("printers.new")}</h2></div>
    <form class="stack product-form" onSubmit=${save} novalidate>
      <${Field} field="name" wrong=${wrong} value=${typed.name} placeholder=${t("printers.name.like")} onType=${(/** @type {string} */ name) => type({ name })} />
      <${Choice} legend=${t("printers.kind")} options=${["network", "usb", "serial"]} words="printers.kind." chosen=${typed.kind} onChoose=${(/** @type {string} */ kind) => type({ kind })} />
      <${Field} field="address" wrong=${wrong} value=${typed.address} placeholder=${t(`printers.address.${typed.kind}`)} onType=${(/** @type {string} */ address) => type({ address })} />
      <${Choice} legend=${t("printers.columns")} options=${[32, 42, 48]} words="printers.columns." chosen=${typed.columns} onChoose=${(/** @type {number} */ columns) => type({ columns })} />
      <${Choice} legend=${t("printers.profile")} options=${profiles} words="printers.profile." chosen=${typed.profile} onChoose=${(/** @type {string} */ profile) => type({ profile })} />
      <${Choice} legend=${t("printers.role")} options=${["first", "second"]} words="printers.role." chosen=${typed.role} onChoose=${(/** @type {string} */ role) => type({ role })} />
      <label class="check"><input type="checkbox" checked=${typed.drawer} onChange=${(/** @type {any} */ e) => type({ drawer: e.target.checked })} /><span>${t("printers.has-drawer")}</span></label>
      <label class="check"><input type="checkbox" checked=${typed.logo} onChange=${(/** @type {any} */ e) => type({ logo: e.target.checked })} /><span>${t("printers.has-logo")}</span></label>
      <button class="primary wide-button" disabled=${busy}>${t("printers.save")}</button>
      ${printer && html`<button type="button" disabled=${busy} onClick=${remove}>${t("printers.remove")}</button>`}
    </form>`;
}

/** @param {{field: string, wrong: {field?: string, text?: string}, value: string, placeholder: string, onType: (value: string) => void}} props */
const Field = ({ field, wrong, value, placeholder, onType }) => html`<div>
  <label for=${`printer-${field}`}>${t(`printers.${field}`)}</label>
  <input id=${`printer-${field}`} value=${value} placeholder=${placeholder} autocomplete="off" autocapitalize="off" spellcheck="false"
    aria-invalid=${wrong.field === field || undefined} aria-describedby=${wrong.field === field ? "printer-wrong" : undefined}
    onInput=${(/** @type {any} */ e) => onType(e.target.value)} />
  ${wrong.field === field && html`<p id="printer-wrong" class="field-error" role="alert">${wrong.text}</p>`}
</div>`;

/** @param {{legend: string, options: (string | number)[], words: string, chosen: string | number, onChoose: (option: any) => void}} props */
const Choice = ({ legend, options, words, chosen, onChoose }) => html`<fieldset class="choice"><legend>${legend}</legend><div class="row">
  ${options.map((option) => html`<button key=${option} type="button" class="pill" aria-pressed=${option === chosen} onClick=${() => onChoose(option)}>${t(`${words}${option}`)}</button>`)}
</div></fieldset>`;

/** Only managers set printers up; the till holds to that too. */
const isManager = () => session.value?.role === "manager";

/** @param {string} name */
const pathOf = (name) => `/api/printers/${encodeURIComponent(name)}`;
