/** What a person looks at: the item under the pointer, the picked ones, the ones drawn around. */

import { within } from "./gestures.js";
import { CATALOGUE, RECOMMENDATION } from "./scene.js";

const MOST_SENT = 500; // items of a hand-drawn selection that are sent to Python
const REACH = 13; // pixels around the pointer in which an item is found

export class Selection {
  constructor(scene, camera, detail) {
    this.scene = scene;
    this.camera = camera;
    this.detail = detail;
    this.hovered = this.selected = -1;
    this.searched = [];
    this.seats = new Map(); // row -> where its diamond is drawn, when marks step aside
    this.outline = []; // being drawn
    this.ring = null; // by row 1 where an item was drawn around
    this.told = ""; // the ids of the ring, as Python knows them
    this.only = null; // codes of the categories that are looked at alone
  }

  /** Keep what is still there in a new answer; `id` is the item that was selected before. */
  renew(id) {
    this.hovered = -1;
    this.ring = null;
    this.told = "";
    this.selected = this.scene.index.get(id) ?? -1;
  }

  selectedId() {
    return this.scene.ids?.[this.selected] ?? "";
  }

  search(ids) {
    this.searched = ids.map((id) => this.scene.index.get(id) ?? -1).filter((row) => row >= 0);
  }

  /** By row 1 where a dot is looked at; null if all are. */
  lit() {
    if (this.ring) return this.ring;
    if (!this.only) return null;
    return Uint8Array.from(this.scene.columns.category, (code) => Number(this.only.has(code)));
  }

  toggleOnly(codes) {
    this.only = this.only?.has(codes[0]) ? null : new Set(codes);
  }

  /** Look at all items again; the one in focus stays in focus. */
  clear() {
    this.outline = [];
    this.ring = this.only = null;
    this.told = "";
    this.hovered = -1;
  }

  /** Where an item is seen on the picture, in pixels. */
  seen(row) {
    const seat = this.seats.get(row);
    if (seat) return [seat.x, seat.y];
    return [this.camera.toX(this.scene.x[row]), this.camera.toY(this.scene.y[row])];
  }

  /** The item nearest to a pixel, or -1; marked items are found from a little farther away. */
  rowAt(x, y) {
    const { scene, camera } = this;
    let best = -1;
    let nearest = REACH ** 2;
    const picked = [this.selected, ...this.searched]; // ringed, so they can be seen
    for (let row = 0; row < scene.count; row++) {
      if (!this.detail.shows(row) && !picked.includes(row)) continue;
      const role = scene.columns.role[row];
      const [atX, atY] = role === RECOMMENDATION ? this.seen(row) : [camera.toX(scene.x[row]), camera.toY(scene.y[row])];
      const [dx, dy] = [atX - x, atY - y];
      const favour = role === RECOMMENDATION ? 0.35 : role === CATALOGUE ? 1 : 0.7;
      const away = (dx * dx + dy * dy) * favour;
      if (away < nearest) [best, nearest] = [row, away];
    }
    return best;
  }

  /** Ring what was drawn around on another map, or here before the answer changed. */
  encircle(ids) {
    const told = String(ids);
    if (told === this.told) return;
    this.told = told;
    const rows = ids.map((id) => this.scene.index.get(id) ?? -1).filter((row) => row >= 0);
    this.ring = rows.length ? new Uint8Array(this.scene.count) : null;
    for (const row of rows) this.ring[row] = 1;
  }

  /** Select what lies inside an outline; returns the best-scored ids and how many there are. */
  drawAround(outline) {
    const { scene, camera } = this;
    const ring = new Uint8Array(scene.count);
    const found = [];
    for (let row = 0; row < scene.count; row++) {
      if (!within(outline, camera.toX(scene.x[row]), camera.toY(scene.y[row]))) continue;
      ring[row] = 1;
      found.push(row);
    }
    found.sort((a, b) => scene.columns.score[b] - scene.columns.score[a]);
    this.ring = found.length ? ring : null;
    const ids = found.slice(0, MOST_SENT).map((row) => scene.ids[row]);
    this.told = String(ids);
    return { ids, total: found.length };
  }
}
