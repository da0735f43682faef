// Asking our own server: JSON, a time-out on every wait, and one kind of error, which says what to do.

const TIMEOUT_MS = 8000;

/** What went wrong, in words that may be shown: what happened, and the remedy. */
export class Problem extends Error {
  /**
   * @param {{status: number, code: string, message: string, remedy?: string, detail?: Record<string, unknown>}} said
   */
  constructor({ status, code, message, remedy = "", detail = {} }) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.remedy = remedy;
    this.detail = detail;
  }

  /** True when nobody answered, so that the same request may be made again. */
  get unreachable() {
    return this.status === 0;
  }
}

let csrfToken = "";

/**
 * Every unsafe request carries the token that the session gave.
 * @param {string} token
 */
export function setCsrfToken(token) {
  csrfToken = token;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {{timeoutMs?: number, signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the answer's JSON, or null when it has none
 * @throws {Problem}
 */
export async function ask(method, path, body, { timeoutMs = TIMEOUT_MS, signal } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const cancel = () => stop.abort();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const answer = await fetch(path, requestOf(method, body, stop.signal));
    const text = await answer.text();
    const said = parsed(text);
    if (answer.ok) return said;
    throw problemOf(answer.status, said);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem({ status: 0, code: "unreachable", message: "No answer." });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

/** @param {string} path */
export const get = (path) => ask("GET", path);

/**
 * @param {string} path
 * @param {unknown} [body]
 */
export const post = (path, body) => ask("POST", path, body ?? {});

/**
 * @param {string} method
 * @param {unknown} body
 * @param {AbortSignal} signal
 * @returns {RequestInit}
 */
function requestOf(method, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (method !== "GET") headers["X-Stallholder-CSRF"] = csrfToken;
  const isFile = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  return {
    method,
    headers,
    body: body === undefined || isFile ? body : JSON.stringify(body),
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal,
  };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {number} status
 * @param {any} said
 */
function problemOf(status, said) {
  const { code, message, remedy, ...detail } = said ?? {};
  // Something between us and the server says 502 to 504 when the server itself is gone.
  if (!code && status >= 502 && status <= 504) {
    return new Problem({ status: 0, code: "unreachable", message: "No answer." });
  }
  return new Problem({ status, code: code ?? `http-${status}`, message: message ?? `Answer ${status}.`, remedy, detail });
}
