// What this browser keeps in IndexedDB: sales the till has not answered yet, and what the page needs to open
// without the till. Strict durability: a kept sale is on the disk, not in a cache, when put() resolves.
import { openDB } from "/shared/vendor/ui.js";

const STRICT = /** @type {const} */ ({ durability: "strict" });

/** @typedef {import("./kept_sales.js").Shelf & {recall: (key: string) => Promise<any>, remember: (key: string, value: unknown) => Promise<void>, lasting: boolean}} PhoneShelf */

/** @returns {Promise<PhoneShelf>} a shelf that lasts, or one in memory where the browser gives no storage */
export async function openShelf() {
  try {
    return await openLastingShelf();
  } catch {
    return memoryShelf(); // a private window, or storage switched off; the page says so
  }
}

/** @returns {Promise<PhoneShelf>} */
async function openLastingShelf() {
  const db = await openDB("till", 1, {
    upgrade(made) {
      made.createObjectStore("kept-sales", { keyPath: "id" }); // UUIDv7 keys: oldest first
      made.createObjectStore("remembered");
    },
    blocking: () => db.close(),
  });
  /**
   * @param {"kept-sales" | "remembered"} store
   * @param {(objects: any) => void} change
   */
  const write = async (store, change) => {
    const transaction = db.transaction(store, "readwrite", STRICT);
    change(transaction.store);
    await transaction.done;
  };
  return {
    lasting: true,
    all: () => db.getAll("kept-sales"),
    put: (sale) => write("kept-sales", (sales) => sales.put(sale)),
    remove: (id) => write("kept-sales", (sales) => sales.delete(id)),
    recall: (key) => db.get("remembered", key),
    remember: (key, value) => write("remembered", (things) => things.put(value, key)),
  };
}

/** @returns {PhoneShelf} */
function memoryShelf() {
  const sales = new Map();
  const things = new Map();
  return {
    lasting: false,
    all: async () => [...sales.values()],
    put: async (sale) => void sales.set(sale.id, sale),
    remove: async (id) => void sales.delete(id),
    recall: async (key) => things.get(key),
    remember: async (key, value) => void things.set(key, value),
  };
}
