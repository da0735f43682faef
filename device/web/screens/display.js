// Where the customer display and the pick-up board are opened: on a second screen here, or on a phone by a QR code.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { svgUrl } from "../parts/receipt_paper.js";
import { t } from "../words.js";

export function DisplayLink() {
  const { said, problem, again } = useAnswer(() => get("/api/display/link"), "");
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.display")}</h2></div>
    <p>${t("display.hint")}</p>
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${4} height="56px" label=${t("app.loading")} />`}
    ${said && html`<a class="button primary wide-button" href=${said.path} target="_blank" rel="noopener">${t("display.open")}</a>
      <div class="card pad stack receipt-out">${said.qr_svg
        ? html`<p>${t("display.scan")}</p><img class="qr" src=${svgUrl(said.qr_svg)} alt=${t("display.alt")} />`
        : html`<p>${t("out.alone")}</p>`}</div>
      <h3>${t("board.title")}</h3><p>${t("board.link.hint")}</p>
      <a class="button wide-button" href=${said.board_path} target="_blank" rel="noopener">${t("board.link.open")}</a>
      ${said.board_qr_svg && html`<div class="card pad stack receipt-out"><p>${t("display.scan")}</p><img class="qr" src=${svgUrl(said.board_qr_svg)} alt=${t("board.link.alt")} /></div>`}`}
  </div><//>`;
}
