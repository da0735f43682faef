// Which files a browser fetches for a page before its first line runs: the static imports, all the way down.
import { readFileSync } from "node:fs";

const SHARED = new URL("../../../shared/web/", import.meta.url);
const STATIC = /^\s*(?:import|export)\b[^;"'(]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"/gm;

/**
 * @param {URL} file
 * @param {Map<string, URL>} [seen]
 */
export function loadedAtOnce(file, seen = new Map()) {
  if (seen.has(file.href)) return [];
  seen.set(file.href, file);
  for (const [, from, alone] of readFileSync(file, "utf8").matchAll(STATIC)) {
    const name = from ?? alone;
    loadedAtOnce(name.startsWith("/shared/") ? new URL(name.slice("/shared/".length), SHARED) : new URL(name, file), seen);
  }
  return [...seen.values()];
}
