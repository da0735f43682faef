// What brings the first forecast about: market days that are planned, and days that are closed.
import { html } from "/shared/vendor/ui.js";
import { hrefOf } from "../router.js";
import { t } from "../words.js";

export const FirstSteps = () => html`<div class="stack tight">
  <a class="button" href=${hrefOf("market")}>${t("make.none.plan")}</a>
  <a class="button" href=${hrefOf("close")}>${t("nav.close")}</a>
</div>`;
