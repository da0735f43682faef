// UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then chance. The page draws a sale's id before
// anything is sent, so that the same sale sent twice is one sale.

/**
 * @param {number} [unixMs]
 * @param {Uint8Array} [chance] 10 random bytes
 */
export function uuid7(unixMs = Date.now(), chance = crypto.getRandomValues(new Uint8Array(10))) {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(unixMs / 2 ** (40 - 8 * i)) % 256;
  bytes.set(chance, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f); // version 7
  bytes[8] = 0x80 | (bytes[8] & 0x3f); // variant 10
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
