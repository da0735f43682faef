import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptSales, isRefusal, waitMs } from "../../../device/web/kept_sales.js";

const NO_ANSWER = { status: 0, code: "unreachable", message: "No answer.", remedy: "" };
const REFUSED = { status: 422, code: "unknown-product", message: "The till does not know “bowl”.", remedy: "Reload." };

/** A shelf in memory that keeps the order of ids, as IndexedDB does. */
function shelf() {
  const sales = new Map();
  return {
    sales,
    all: async () => [...sales.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    put: async (sale) => void sales.set(sale.id, structuredClone(sale)),
    remove: async (id) => void sales.delete(id),
  };
}

/** A till that answers, or not, and remembers which sales it counted. */
function till() {
  const fake = {
    answers: () => null,
    counted: new Set(),
    posts: 0,
    async send(request) {
      fake.posts += 1;
      const problem = fake.answers(request);
      if (problem?.after) fake.counted.add(request.id);
      if (problem) throw problem;
      fake.counted.add(request.id);
      return { number: `R-${request.id}` };
    },
  };
  return fake;
}

const sale = (id) => ({ id, at_ms: 1, request: { id }, total_minor: 100, currency: "EUR" });

test("a sale that the till answers leaves the phone and brings its receipt", async () => {
  const [kept, box] = [till(), shelf()];
  const outcome = await new KeptSales(box, kept.send).sell(sale("1"));
  assert.deepEqual(outcome, { kind: "delivered", receipt: { number: "R-1" } });
  assert.equal(box.sales.size, 0);
});

test("a sale is on the phone's disk before it is sent", async () => {
  const box = shelf();
  let lay = false;
  await new KeptSales(box, async () => ((lay = box.sales.has("1")), {})).sell(sale("1"));
  assert.ok(lay);
});

test("a sale without an answer is kept, gets no receipt, and is delivered once when the till answers", async () => {
  const [fake, box] = [till(), shelf()];
  const kept = new KeptSales(box, fake.send);
  fake.answers = () => NO_ANSWER;
  assert.equal((await kept.sell(sale("1"))).kind, "kept");
  assert.equal((await kept.all()).length, 1);
  fake.answers = () => null;
  assert.equal(await kept.deliver(), 0);
  assert.equal(await kept.deliver(), 0);
  assert.deepEqual([...fake.counted], ["1"]);
  assert.equal(fake.posts, 2);
});

test("a sale that the till counted but whose answer was lost is sent again under the same id", async () => {
  const [fake, box] = [till(), shelf()];
  const kept = new KeptSales(box, fake.send);
  fake.answers = () => ({ ...NO_ANSWER, after: true });
  await kept.sell(sale("1"));
  fake.answers = () => null;
  await kept.deliver();
  assert.deepEqual([...fake.counted], ["1"]);
  assert.equal(box.sales.size, 0);
});

test("delivery stops at the first sale without an answer and says how many wait", async () => {
  const [fake, box] = [till(), shelf()];
  const kept = new KeptSales(box, fake.send);
  for (const id of ["1", "2", "3"]) await box.put(sale(id));
  fake.answers = ({ id }) => (id === "2" ? NO_ANSWER : null);
  assert.equal(await kept.deliver(), 2);
  assert.deepEqual([...box.sales.keys()], ["2", "3"]);
});

test("a refused sale is kept where people see it, with the reason, and holds nobody up", async () => {
  const [fake, box] = [till(), shelf()];
  const kept = new KeptSales(box, fake.send);
  for (const id of ["1", "2"]) await box.put(sale(id));
  fake.answers = ({ id }) => (id === "1" ? REFUSED : null);
  assert.equal(await kept.deliver(), 0);
  const [left] = await kept.all();
  assert.equal(left.refusal.message, REFUSED.message);
  assert.deepEqual([...fake.counted], ["2"]);
  await kept.dismiss("1");
  assert.equal(box.sales.size, 0);
});

test("an unsent sale cannot be dismissed", async () => {
  const box = shelf();
  await box.put(sale("1"));
  await new KeptSales(box, till().send).dismiss("1");
  assert.equal(box.sales.size, 1);
});

test("a sale refused at the counter does not stay behind, for the cart is still there", async () => {
  const [fake, box] = [till(), shelf()];
  fake.answers = () => REFUSED;
  const outcome = await new KeptSales(box, fake.send).sell(sale("1"));
  assert.equal(outcome.kind, "refused");
  assert.equal(box.sales.size, 0);
});

test("two deliveries asked for at once send each sale once", async () => {
  const [fake, box] = [till(), shelf()];
  await box.put(sale("1"));
  const kept = new KeptSales(box, fake.send);
  await Promise.all([kept.deliver(), kept.deliver()]);
  assert.equal(fake.posts, 1);
});

test("being signed out, or a till in trouble, refuses no sale", () => {
  for (const status of [0, 401, 403, 429, 500, 503]) assert.ok(!isRefusal({ ...NO_ANSWER, status }), String(status));
  for (const status of [400, 409, 422]) assert.ok(isRefusal({ ...NO_ANSWER, status }), String(status));
});

test("waits double up to a minute and spread by chance", () => {
  assert.equal(waitMs(0, 1), 2000);
  assert.equal(waitMs(3, 1), 16_000);
  assert.equal(waitMs(99, 1), 60_000);
  assert.equal(waitMs(99, 0), 30_000);
});
