// A picture from a camera or an album made into a product's photo, in the browser: its middle square, small and upright.

const SIDE_PX = 480;
const BYTES_MAX = 40_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4, 0.25];

/**
 * The picture's dots, turned as the camera was held.
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} rejects where the browser cannot read it
 */
export const dotsOf = (file) =>
  createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => createImageBitmap(file)); // older ones know no choice

/**
 * @param {ImageBitmap} dots
 * @param {number} turns quarter turns to the right
 * @returns {Promise<Blob>} a WebP, or a JPEG where the browser writes none
 */
export async function photoOf(dots, turns) {
  const canvas = squareOf(dots, turns);
  for (const quality of QUALITIES) {
    const photo = (await written(canvas, "image/webp", quality)) ?? (await written(canvas, "image/jpeg", quality));
    if (photo && (photo.size <= BYTES_MAX || quality === QUALITIES.at(-1))) return photo; // the till makes smaller what is left
  }
  throw new Error("this browser writes no pictures");
}

/**
 * @param {ImageBitmap} dots
 * @param {number} turns
 */
function squareOf(dots, turns) {
  const from = Math.min(dots.width, dots.height);
  const side = Math.min(SIDE_PX, from);
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.fillStyle = "#fff"; // under what shines through
  pen.fillRect(0, 0, side, side);
  pen.imageSmoothingQuality = "high";
  pen.translate(side / 2, side / 2);
  pen.rotate((turns * Math.PI) / 2);
  pen.drawImage(dots, (dots.width - from) / 2, (dots.height - from) / 2, from, from, -side / 2, -side / 2, side, side);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} kind a browser that does not write it gives a PNG instead
 * @param {number} quality
 * @returns {Promise<Blob | null>}
 */
const written = (canvas, kind, quality) =>
  new Promise((done) => canvas.toBlob((photo) => done(photo?.type === kind ? photo : null), kind, quality));
