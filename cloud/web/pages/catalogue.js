// The catalogue: what stands now in a sentence, then one of its rooms: products, a single product, a file, stalls, versions.
import { html, useEffect } from "/shared/vendor/ui.js";
import { EmptyState } from "/shared/components/states.js";
import { hrefOf, route } from "/shared/route.js";
import { clockTime } from "/shared/times.js";
import { nowMs } from "/shared/now.js";
import { catalogue, supplies } from "../cloud.js";
import { Shown } from "../shown.js";
import { locale, t } from "../words.js";
import { ImportFile } from "./catalogue/import_file.js";
import { EditProduct, NewProduct } from "./catalogue/edit_product.js";
import { Products } from "./catalogue/products.js";
import { Settlements } from "./catalogue/settlements.js";
import { OneStall, Stalls } from "./catalogue/stalls.js";
import { Versions } from "./catalogue/versions.js";
import { Running } from "./catalogue/running.js";

/** @typedef {import("../cloud.js").CatalogueNow} CatalogueNow */

const ROOMS = /** @type {const} */ (["products", "stalls", "file", "versions"]);

export function CataloguePage() {
  useEffect(() => {
    catalogue.refresh();
    supplies.refresh();
  }, []);
  const [, room = "products", which = ""] = route.value;
  return html`<${Shown} of=${catalogue}>${(/** @type {CatalogueNow} */ now) => html`<div class="stack catalogue">
    <p class="say">${sentence(now)}</p>
    ${now.problem && html`<p class="note bad" role="alert"><span>${t("catalogue.problem")} ${now.problem}</span></p>`}
    <nav class="row filters" aria-label=${t("catalogue.rooms")}>
      ${ROOMS.map((name) => html`<a key=${name} class="button pill" href=${hrefOf("catalogue", name)} aria-current=${room === name ? "true" : undefined}>${t(`catalogue.room.${name}`)}</a>`)}
    </nav>
    <${Room} now=${now} room=${room} which=${which} />
  </div>`}</${Shown}>`;
}

/** @param {{now: CatalogueNow, room: string, which: string}} props */
function Room({ now, room, which }) {
  switch (room) {
    case "new":
      return html`<${NewProduct} now=${now} />`;
    case "edit": {
      const product = now.products.find(({ sku }) => sku === which);
      return product ? html`<${EditProduct} key=${which} now=${now} product=${product} />` : html`<${EmptyState} title=${t("catalogue.gone")} />`;
    }
    case "file":
      return html`<${ImportFile} now=${now} />`;
    case "stalls":
      return which ? html`<${OneStall} key=${which} now=${now} scope=${which} />` : html`<${Stalls} />`;
    case "versions":
      return html`<${Versions} now=${now} kind=${which || "catalogue"} scope=${route.value[3] || "everyone"} />`;
    default:
      return html`<${Settlements} now=${now} /><${Running} /><${Products} now=${now} />`;
  }
}

/** @param {CatalogueNow} now */
function sentence({ products, version, issued_at_ms, waiting }) {
  const n = products.filter(({ retired }) => !retired).length;
  const parts = [t("catalogue.say", { n })];
  if (version > 0) parts.push(t("catalogue.say.version", { version, when: clockTime(issued_at_ms, nowMs.value, locale.value) }));
  if (waiting) parts.push(t("catalogue.say.waiting"));
  return parts.join(" ");
}
