// A list that is kept as one line, "size=M; colour=blue", typed in rows of two fields. Pure.

/** The same text as rows of a name and a worth. @param {string} text @returns {[string, string][]} */
export const rowsOf = (text) =>
  text.split(";").map((one) => one.split("=")).filter(([name, value]) => (name + (value ?? "")).trim() !== "").map(([name, value = ""]) => [name.trim(), value.trim()]);

/** What rows say as one line; in them a sign that parts the line is a comma. @param {[string, string][]} rows */
export const textOf = (rows) =>
  rows.map((row) => row.map((said) => said.trim().replace(/[;=]/g, ","))).filter(([name, value]) => name !== "" || value !== "").map(([name, value]) => `${name}=${value}`).join("; ");
