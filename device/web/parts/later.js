// A screen that is seldom needed: its code is loaded when somebody goes there.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { learnMore, t } from "../words.js";
import { Frame } from "./frame.js";

/** @typedef {() => Promise<(props: any) => unknown>} Load */

/** What is drawn, and the words it says. @param {Load} load */
const withWords = (load) => Promise.all([load(), learnMore()]).then(([draw]) => draw);

/** @param {{load: Load, props?: object, bare?: boolean}} props bare is a part within a screen */
export function Later({ load, props = {}, bare = false }) {
  const [screen, setScreen] = useState(/** @type {{draw?: any, failed?: boolean}} */ ({}));
  const again = () => withWords(load).then((draw) => setScreen({ draw }), () => setScreen({ failed: true }));
  useEffect(() => void again(), []);
  if (screen.draw) return html`<${screen.draw} ...${props} />`;
  const waiting = screen.failed
    ? html`<${ErrorCard} title=${t("sign-in.silent")} remedy=${t("sign-in.silent.remedy")} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`;
  return bare ? waiting : html`<${Frame}><div class="narrow">${waiting}</div><//>`;
}

/**
 * A part of a screen whose code comes after the rest; without it the screen does what it must.
 * @param {{load: Load, props?: object}} props
 */
export function Part({ load, props = {} }) {
  const [part, setPart] = useState(/** @type {{draw?: any}} */ ({}));
  useEffect(() => void withWords(load).then((draw) => setPart({ draw }), () => {}), []);
  return part.draw ? html`<${part.draw} ...${props} />` : null;
}
