// Every text exists in every language, with the same places to fill, and every text that a page names exists.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** @param {string} folder */
const scripts = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".js") && !/words\.\w\w\.js$/.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));

/** The {places} of a text, in all its plural forms; {n} may be spelled out ("Eine Ziffer"). */
const places = (entry) =>
  [...new Set(Object.values(typeof entry === "string" ? { other: entry } : entry).flatMap((text) => text.match(/\{\w+\}/g) ?? []))]
    .filter((place) => place !== "{n}")
    .sort();

for (const folder of ["hub/web", "cloud/web"]) {
  const catalogues = await Promise.all(["en", "de"].map((tag) => import(join(ROOT, folder, `words.${tag}.js`))));
  const [english, german] = catalogues.map((module) => module.default);

  test(`${folder}: English and German say the same things`, () => {
    assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
    for (const key of Object.keys(english)) assert.deepEqual(places(german[key]), places(english[key]), key);
  });

  test(`${folder}: every text that a page names exists, and every text is named by a page`, () => {
    const sources = scripts(folder);
    const all = sources.join("\n");
    const named = [...all.matchAll(/\bt\("([^"]+)"/g)].map((match) => match[1]);
    assert.ok(named.length > 20);
    for (const key of named) assert.ok(key in english, `${key} is in no catalogue`);
    // Components that pages share name texts, too. Keys put together from parts: `state.${state}` names all that begin
    // with "state.".
    const anywhere = [all, ...scripts("shared/web/components")].join("\n");
    const stems = [...anywhere.matchAll(/[`"]([a-z.-]+\.)\$\{/g)].map((match) => match[1]);
    const literal = new Set([...anywhere.matchAll(/"([\w.-]+)"/g)].map((match) => match[1]));
    for (const key of Object.keys(english)) {
      const used = literal.has(key) || key.startsWith("problem.") || key.endsWith(".remedy") || stems.some((stem) => key.startsWith(stem));
      assert.ok(used, `${key} is used by no page`);
    }
  });
}
