// A key that stands in the link to a page (`#key=…`) signs its screen in.

/** The key leaves the address at once, so that it stays in no history and on no photo of the screen. */
export function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key !== null) history.replaceState(null, "", location.pathname + location.search);
  return key;
}
