// Runs before the first paint (a plain script in <head>, not a module), so that Night never flashes white.
// "system" follows the device; "day" and "night" are the person's own choice, kept in this browser.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let choice = "system";
    try {
      choice = localStorage.getItem("theme") || "system";
    } catch {
      // Storage may be closed to us; the system's choice is then as good as any.
    }
    const night = choice === "night" || (choice === "system" && dark.matches);
    document.documentElement.dataset.theme = night ? "night" : "day";
  };
  dark.addEventListener("change", apply);
  addEventListener("themechoice", apply);
  apply();
})();
