// Takes the addresses out of package-lock.json after `npm install`: npm then asks whatever registry the
// developer has configured, and the integrity hashes still hold.
import { readFile, writeFile } from "node:fs/promises";

const file = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(await readFile(file, "utf8"));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
