// Charts, loaded by the dashboard alone.
export { default } from "uplot";
