// Sales that the till has not answered yet. Each is kept on this phone before it is sent, under the id that makes
// it count once, and leaves only when the till has answered for it. Kept is not paid: it has no receipt number.

/**
 * @typedef {{id: string, at_ms: number, request: object, total_minor: number, currency: string,
 *   refusal?: {code: string, message: string, remedy: string}}} KeptSale
 *
 * @typedef {object} Shelf where kept sales lie; survives the browser's end
 * @property {() => Promise<KeptSale[]>} all oldest first
 * @property {(sale: KeptSale) => Promise<void>} put resolves when the sale is on the disk
 * @property {(id: string) => Promise<void>} remove
 *
 * @typedef {{status: number, code: string, message: string, remedy: string}} Said an error the till answered with; status 0: no answer
 *
 * @typedef {{kind: "delivered", receipt: any} | {kind: "kept", problem: Said} | {kind: "refused", problem: Said}} Outcome
 */

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
export const MOST_KEPT = 500; // a bound: a phone that kept so many must reach its till first

/**
 * How long to wait before the next attempt: doubles, and is spread by chance so that phones do not come all at once.
 * @param {number} attempt from 0
 * @param {number} chance from 0 to 1
 */
export const waitMs = (attempt, chance) =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10)) * (0.5 + chance / 2);

/**
 * Whether the till has decided about the sale itself. Without an answer, out of breath (429, 5xx) or signed out
 * (401, 403) it has not, and the sale stays.
 * @param {Said} problem
 */
export const isRefusal = ({ status }) => status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);

export class KeptSales {
  #shelf;
  #send;
  /** @type {Promise<number> | null} */
  #delivery = null;

  /**
   * @param {Shelf} shelf
   * @param {(request: any) => Promise<any>} send posts one sale; answers its receipt, or throws what the till Said
   */
  constructor(shelf, send) {
    this.#shelf = shelf;
    this.#send = send;
  }

  /** All that are unsent or refused, oldest first. */
  all() {
    return this.#shelf.all();
  }

  /**
   * Puts a new sale on the disk, then sends it. A refused one does not stay: the seller is here and still has the cart.
   * @param {KeptSale} sale
   * @returns {Promise<Outcome>}
   */
  async sell(sale) {
    await this.#shelf.put(sale);
    const outcome = await this.#deliverOne(sale);
    // What the till has leaves in its own time: left behind by a crash, it is sent again and counts once all the same.
    if (outcome.kind === "delivered") void this.#shelf.remove(sale.id).catch(() => {});
    if (outcome.kind === "refused") await this.#shelf.remove(sale.id);
    return outcome;
  }

  /**
   * Sends what waits, oldest first, until one gets no answer. Runs once at a time.
   * @returns {Promise<number>} how many still wait
   */
  deliver() {
    this.#delivery ??= this.#deliverAll().finally(() => (this.#delivery = null));
    return this.#delivery;
  }

  /**
   * Lets go of a sale that the till refused, after a person has seen why.
   * @param {string} id
   */
  async dismiss(id) {
    const sale = (await this.#shelf.all()).find((kept) => kept.id === id);
    if (sale?.refusal) await this.#shelf.remove(id);
  }

  async #deliverAll() {
    const waiting = (await this.#shelf.all()).filter((sale) => !sale.refusal);
    let left = waiting.length;
    for (const sale of waiting) {
      const outcome = await this.#deliverOne(sale);
      if (outcome.kind === "kept") return left;
      if (outcome.kind === "refused") await this.#shelf.put({ ...sale, refusal: outcome.problem });
      else await this.#shelf.remove(sale.id);
      left -= 1;
    }
    return left;
  }

  /**
   * @param {KeptSale} sale
   * @returns {Promise<Outcome>}
   */
  async #deliverOne(sale) {
    try {
      const receipt = await this.#send(sale.request);
      return { kind: "delivered", receipt };
    } catch (thrown) {
      const problem = /** @type {Said} */ (thrown);
      if (typeof problem.status !== "number") throw thrown;
      const { status, code, message, remedy } = problem;
      return { kind: isRefusal(problem) ? "refused" : "kept", problem: { status, code, message, remedy } };
    }
  }
}
