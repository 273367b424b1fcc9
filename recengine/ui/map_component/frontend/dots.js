/**
 * The catalogue as thousands of soft dots, written straight into the pixels of a canvas.
 *
 * Ten to twenty times faster than drawing circles, on any machine: no graphics card is needed. Dots
 * sit between pixels (a quarter pixel exact), so that slow movements do not tremble.
 */

import { SHADES } from "./detail.js";
import { clamp } from "./motion.js";
import { CATALOGUE } from "./scene.js";

const PHASES = 4;
const MUTED = 0.22; // how much of a dot stays when others are looked at

/** Coverage (0..256) of a disc of one radius, for each quarter-pixel offset. */
function stamps(radius, strength) {
  const size = Math.ceil(radius * 2) + 2;
  const masks = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const centreX = size / 2 + (phase % PHASES) / PHASES;
    const centreY = size / 2 + Math.floor(phase / PHASES) / PHASES;
    const mask = new Uint16Array(size * size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const edge = radius - Math.hypot(x + 0.5 - centreX, y + 0.5 - centreY);
        mask[y * size + x] = Math.round(256 * strength * clamp(edge + 0.5, 0, 1));
      }
    }
    masks.push(mask);
  }
  return { size, masks };
}

/** From hardly visible to full. */
const shaded = (radius, strength) =>
  Array.from({ length: SHADES }, (_, shade) => stamps(radius, (strength * (shade + 1)) / SHADES));

export class Dots {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    this.made = "";
  }

  resize(width, height) {
    if (this.canvas.width === width && this.canvas.height === height && this.image) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  radius(count, camera, density) {
    const base = clamp(3.1 - 0.64 * Math.log10(Math.max(1, count / 400)), 1.5, 3.1);
    const room = clamp(Math.sqrt((camera.width * camera.height) / 500000), 0.72, 1.1);
    return base * room * camera.zoom.value ** 0.38 * density;
  }

  /**
   * Draw all items of the catalogue; marked ones are left to the layer above.
   *
   * `look` has codes, colours and strength (see colours.js); `lit` is null or says by row which
   * dots are looked at, all others being muted; `detail` which ones are drawn (see detail.js).
   */
  draw(scene, camera, look, lit, detail, background, density) {
    const radius = this.radius(detail.atFirst, camera, density);
    const key = `${radius.toFixed(2)}|${look.strength}`;
    if (key !== this.made) {
      this.bright = shaded(radius, look.strength);
      this.muted = shaded(radius, look.strength * MUTED);
      this.made = key;
    }
    const [red, green, blue] = background;
    this.pixels.fill((255 << 24) | (blue << 16) | (green << 8) | red);
    const roles = scene.columns.role;
    for (let pass = lit ? 0 : 1; pass < 2; pass++) {
      for (let i = 0; i < scene.count; i++) {
        if (roles[i] !== CATALOGUE || (lit && lit[i] !== pass)) continue;
        const shade = detail.shade(i);
        if (!shade) continue;
        const x = camera.toX(scene.x[i]) * density;
        const y = camera.toY(scene.y[i]) * density;
        this.stamp(x, y, look.colours[look.codes[i]], (pass ? this.bright : this.muted)[shade - 1]);
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }

  stamp(x, y, [red, green, blue], { size, masks }) {
    const { width, height } = this.image;
    const left = Math.floor(x - size / 2);
    const top = Math.floor(y - size / 2);
    if (left < 0 || top < 0 || left + size > width || top + size > height) return;
    const phaseX = Math.floor((x - size / 2 - left) * PHASES);
    const phaseY = Math.floor((y - size / 2 - top) * PHASES);
    const mask = masks[phaseY * PHASES + phaseX];
    const outer = (blue << 16) | red; // two channels at once, with room to multiply by 256
    const inner = green << 8;
    const { pixels } = this;
    let k = 0;
    for (let row = 0; row < size; row++) {
      let at = (top + row) * width + left;
      for (let column = 0; column < size; column++, k++, at++) {
        const share = mask[k];
        if (!share) continue;
        const rest = 256 - share;
        const old = pixels[at];
        const redBlue = (Math.imul(outer, share) + Math.imul(old & 0xff00ff, rest)) >>> 8;
        const middle = (Math.imul(inner, share) + Math.imul(old & 0x00ff00, rest)) >>> 8;
        pixels[at] = 0xff000000 | (redBlue & 0xff00ff) | (middle & 0x00ff00);
      }
    }
  }
}
