/**
 * The items, the interest path and the regions as flat arrays, and where each item is right now.
 *
 * Every item has a static and a dynamic place; `blend` (0..1) lies between them. When a new answer
 * arrives, each item glides from where it is seen to its new place: same id, same dot.
 */

const UNIT = 65535; // places come as whole numbers of this many steps

export const CATALOGUE = 0;
export const HISTORY = 1;
export const RECOMMENDATION = 2;

const text = (table, name) => {
  const column = table.getChild(name);
  return Array.from({ length: table.numRows }, (_, row) => column.get(row) ?? "");
};

const numbers = (table, name) => table.getChild(name).toArray();

const places = (table, name, origin, extent) =>
  Float32Array.from(numbers(table, name), (value) => origin + (value / UNIT) * extent);

const inflated = (bytes) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();

const shares = (table, name) => Float32Array.from(numbers(table, name), (value) => value / 255);

export class Scene {
  constructor() {
    this.count = 0;
    this.index = new Map();
    this.titles = [];
    this.version = "";
    this.path = { steps: new Int32Array(0), x: new Float32Array(0), y: new Float32Array(0) };
    this.events = { steps: new Int32Array(0), items: new Int32Array(0), notes: [] };
    this.regions = [];
    this.star = null;
    this.future = null;
  }

  /** Take a new answer; says whether the items differ from the ones before. */
  load(data) {
    this.readFuture(data);
    if (data.version === this.version) return false;
    const { index, titles, x, y, star } = this;
    this.version = data.version;
    this.readItems(data.items, data.frame, data);
    this.readPath(data);
    this.regions = text(data.regions, "label").map((label, row) => ({
      label,
      x: data.regions.getChild("x").get(row),
      y: data.regions.getChild("y").get(row),
      size: data.regions.getChild("size").get(row),
      opacity: 0,
    }));
    this.titles = this.ids.map((id) => titles[index.get(id)] ?? "");
    this.departFrom({ index, x, y, star });
    return true;
  }

  readItems(table, frame, data) {
    const [left, bottom, extent] = frame;
    this.count = table.numRows;
    this.ids = text(table, "id");
    this.categorySets = data.category_sets;
    this.movers = data.movers;
    this.static = { x: places(table, "sx", left, extent), y: places(table, "sy", bottom, extent) };
    this.dynamic = { x: places(table, "dx", left, extent), y: places(table, "dy", bottom, extent) };
    this.columns = {
      category: numbers(table, "category"),
      categorySet: numbers(table, "category_set"),
      mover: numbers(table, "mover"),
      role: numbers(table, "role"),
      rank: numbers(table, "rank"),
      years: numbers(table, "year"),
      distance: numbers(table, "shift"),
      score: shares(table, "score_share"),
      shift: shares(table, "shift_share"),
      year: shares(table, "year_share"),
      trust: shares(table, "trust"),
    };
    this.index = new Map(this.ids.map((id, row) => [id, row]));
    const rows = [...this.ids.keys()];
    const role = (row) => this.columns.role[row];
    const rank = (row) => this.columns.rank[row];
    this.history = rows.filter((row) => role(row) === HISTORY);
    this.recommended = rows.filter((row) => role(row) === RECOMMENDATION);
    this.recommended.sort((a, b) => rank(a) - rank(b));
    this.movedMost = rows.filter((row) => this.columns.distance[row] > 0);
    this.movedMost.sort((a, b) => this.columns.distance[b] - this.columns.distance[a]);
  }

  /** Read the titles, which come compressed; says whether they are those of the items on show. */
  async readTitles({ titles, version }) {
    const lines = (await inflated(titles.getChild("gzip").get(0))).split("\n");
    const fit = version === this.version;
    if (fit) this.titles = lines;
    return fit;
  }

  readPath(data) {
    const { path, events } = data;
    this.path = { steps: numbers(path, "step"), x: numbers(path, "x"), y: numbers(path, "y") };
    if (events) {
      this.events = {
        steps: numbers(events, "step"),
        items: Int32Array.from(text(events, "id"), (id) => this.index.get(id) ?? -1),
        notes: text(events, "note"),
      };
    }
    const last = this.path.x.length - 1;
    this.star = last < 0 ? null : { x: this.path.x[last], y: this.path.y[last] };
    this.starBefore = data.star_before ? { x: data.star_before[0], y: data.star_before[1] } : null;
  }

  /** Where the path may go on: places, and by share of the futures how far around each. */
  readFuture({ future, band }) {
    this.future = future
      ? { x: numbers(future, "x"), y: numbers(future, "y"), bands: [] }
      : null;
    for (const share of [95, 80, 50]) {
      if (future && share <= band) this.future.bands.push(numbers(future, `radius${share}`));
    }
  }

  /** Start each dot where the same item was seen before; new items start at their own place. */
  departFrom(before) {
    this.x = new Float32Array(this.count);
    this.y = new Float32Array(this.count);
    this.from = { x: new Float32Array(this.count), y: new Float32Array(this.count) };
    this.fresh = before.index.size === 0;
    for (let i = 0; i < this.count; i++) {
      const row = before.index.get(this.ids[i]);
      this.from.x[i] = row === undefined ? Number.NaN : before.x[row];
      this.from.y[i] = row === undefined ? Number.NaN : before.y[row];
    }
    this.starFrom = before.star ?? this.star;
  }

  /** Put every dot in its place: `blend` from static to dynamic, `glide` from the last answer. */
  settle(blend, glide) {
    const { x, y, from, count } = this;
    const { x: sx, y: sy } = this.static;
    const { x: dx, y: dy } = this.dynamic;
    for (let i = 0; i < count; i++) {
      const toX = sx[i] + (dx[i] - sx[i]) * blend;
      const toY = sy[i] + (dy[i] - sy[i]) * blend;
      const known = glide < 1 && from.x[i] === from.x[i]; // NaN never equals itself
      x[i] = known ? from.x[i] + (toX - from.x[i]) * glide : toX;
      y[i] = known ? from.y[i] + (toY - from.y[i]) * glide : toY;
    }
  }

  /** Place of the interest star: between two requests by `blend`, from the last answer by `glide`. */
  starAt(glide, blend) {
    if (!this.star) return null;
    const start = this.starBefore ?? this.star;
    const to = { x: start.x + (this.star.x - start.x) * blend, y: start.y + (this.star.y - start.y) * blend };
    const from = this.starFrom ?? to;
    return { x: from.x + (to.x - from.x) * glide, y: from.y + (to.y - from.y) * glide };
  }

  /** Place of the interest after a step of the path, between two steps where it is played. */
  pathAt(position) {
    const { x, y } = this.path;
    const left = Math.max(0, Math.min(x.length - 1, Math.floor(position)));
    const right = Math.min(x.length - 1, left + 1);
    const t = position - left;
    return { x: x[left] + (x[right] - x[left]) * t, y: y[left] + (y[right] - y[left]) * t };
  }

  /**
   * The box that holds the map: all static places, except islands so far away that showing them
   * would shrink the rest to a spot (those are reached by panning).
   */
  box() {
    const side = (values) => {
      const sorted = Float32Array.from(values).sort();
      const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
      const reach = (at(0.98) - at(0.02)) * 0.14;
      return [Math.max(at(0), at(0.02) - reach), Math.min(at(1), at(0.98) + reach)];
    };
    if (!this.count) return [0, 0, 1, 1];
    const [left, right] = side(this.static.x);
    const [bottom, top] = side(this.static.y);
    return [left, bottom, right, top];
  }
}
