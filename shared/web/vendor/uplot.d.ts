// The types of uplot.js, for `tsc --noEmit`.
export { default } from "uplot";
