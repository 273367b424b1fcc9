/**
 * How many dots are drawn: of a large catalogue the more, the closer one looks.
 *
 * Items come in an order of which every beginning is a fair sample, so that the first of them stand
 * for all. A view of a quarter of the map has room for four times as many in all: what is seen stays
 * as dense as it was. The last ones are faint, so that dots appear and go without a jump.
 */

import { clamp } from "./motion.js";
import { CATALOGUE } from "./scene.js";

export const AT_FIRST = 10000; // dots that are drawn in full on the whole map (see payload.py)
const FAINT = 0.25; // as a share of these, how many more are on their way
export const SHADES = 5; // of dots that are on their way; the last is a full one

export class Detail {
  constructor() {
    this.full = AT_FIRST;
    this.drawn = this.count = 0;
    this.roles = [];
  }

  /** Take in how closely one looks at how many items; `ring` is 1 by row for those drawn around. */
  look(scene, camera, ring) {
    this.full = AT_FIRST * Math.max(1, camera.zoom.value) ** 2;
    this.roles = scene.columns.role;
    this.count = scene.count;
    this.drawn = Math.min(this.count, Math.floor(this.full * (1 + FAINT)));
    this.ring = ring;
  }

  /** From 0, not drawn, to SHADES, drawn in full. */
  shade(row) {
    if (row < this.full || this.ring?.[row]) return SHADES;
    return row < this.drawn ? Math.ceil(clamp(1 - (row - this.full) / (this.full * FAINT), 0, 1) * SHADES) : 0;
  }

  /** Whether an item is on the picture: marked ones always are. */
  shows(row) {
    return row < this.drawn || this.roles[row] !== CATALOGUE || Boolean(this.ring?.[row]);
  }

  /** How many are drawn where the whole map is seen: what the size of a dot depends on. */
  get atFirst() {
    return Math.min(this.count, AT_FIRST * (1 + FAINT));
  }

  /** What is drawn of a catalogue too large to be drawn at once; empty for any other. */
  get sentence() {
    const [drawn, count] = [this.drawn, this.count].map((number) => number.toLocaleString("en"));
    if (this.count <= AT_FIRST) return "";
    if (this.drawn === this.count) return `All ${count} items drawn`;
    return `${drawn} of ${count} items drawn; zoom in for more`;
  }
}
