// A refusal in the reader's language where the catalogue knows its code, else in the server's own words.

/**
 * @param {(key: string, args?: import("./words.js").Args) => string} t
 * @param {import("./http.js").Problem} problem
 * @returns {{title: string, remedy: string}}
 */
export function problemWords(t, problem) {
  const key = `problem.${problem.code}`;
  const args = /** @type {import("./words.js").Args} */ ({ ...problem.detail, n: Number(problem.detail.retry_after_s ?? 0) });
  const title = t(key, args);
  if (title === key) return { title: problem.message, remedy: problem.remedy };
  return { title, remedy: t(`${key}.remedy`, args) };
}
