// Seconds that run down on a screen.
import { useEffect, useState } from "/shared/vendor/ui.js";

const LOOK_EVERY_MS = 250;

/**
 * The whole seconds that are left.
 * @param {number} seconds
 * @param {() => void} [onEnd]
 * @param {unknown} [since] what began the countdown; another one begins it anew
 */
export function useCountdown(seconds, onEnd, since = seconds) {
  const [seen, setSeen] = useState({ since, left: seconds });
  useEffect(() => {
    if (seconds <= 0) return undefined;
    const endsAt = performance.now() + seconds * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
      setSeen({ since, left });
      if (left > 0) return;
      clearInterval(timer);
      onEnd?.();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [since]);
  return seen.since === since ? seen.left : seconds;
}
