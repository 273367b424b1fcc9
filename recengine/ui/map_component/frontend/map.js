/**
 * The map of items: takes an answer of the engine, draws it, and tells Python what a person picked.
 *
 * Modes: "explore" (static to dynamic, tools), "path" (the interest played over time), "poster".
 * The view stays alive between answers: zoom, pan and the place of the slider are kept.
 */

import { Camera } from "./camera.js";
import { Companion } from "./companion.js";
import { colourItems, hexToRgb, readTheme } from "./colours.js";
import { Detail, AT_FIRST } from "./detail.js";
import { Dots } from "./dots.js";
import { listen } from "./gestures.js";
import { paintInk } from "./ink.js";
import { Titles } from "./lettering.js";
import { Tween } from "./motion.js";
import { drawKey, savePicture, showNote } from "./panel.js";
import { Scene } from "./scene.js";
import { Selection } from "./selection.js";
import { drawTerrain } from "./terrain.js";
import { Travel } from "./travel.js";

const GLIDE = 1000; // ms from one answer to the next
const SHARPEST = 2.5; // device pixels per pixel that are drawn at most
const NARROW = 520; // pixels
const QUIET = 0.6; // strength of the dots behind a journey
const CHART_LATER = 900; // ms after which the chart beside the map is drawn anew as well
const SLOW = 15; // ms for the dots, above which they are drawn coarser while they move
const REST = 140; // ms after the last pan or zoom until the picture counts as still

class MapView {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.picture = this.find(".picture");
    this.ground = this.find(".ground");
    this.layers = { ghost: this.find(".ghost"), relief: this.find(".relief"), ink: this.find(".ink") };
    this.dots = new Dots(this.ground);
    this.camera = new Camera();
    this.scene = new Scene();
    this.detail = new Detail();
    this.titles = new Titles();
    this.selection = new Selection(this.scene, this.camera, this.detail);
    this.travel = new Travel(root, this.scene, () => this.refresh(), () => this.reportMoment());
    this.companion = new Companion((place) => this.pickMoment(place));
    this.glide = new Tween(1);
    this.lassoing = false;
    this.handled = -Infinity; // when the picture was last panned or zoomed by hand
    this.stopListening = listen(this.picture, this);
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.picture);
    for (const button of root.querySelectorAll("[data-do]")) {
      button.onclick = () => this.key(button.dataset.do);
    }
    root.locate = (id) => this.locate(id);
  }

  close() {
    this.stopListening();
    this.watcher.disconnect();
    this.travel.close();
    this.companion.close();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.lateLook);
  }

  // ---- what Python sends -------------------------------------------------------------------

  receive(data, send) {
    const before = this.data;
    const chosen = this.selection.selectedId();
    this.data = data;
    this.send = send;
    this.theme = readTheme(this.root, data.palettes);
    if (this.scene.load(data)) {
      this.selection.renew(chosen);
      this.scene.readTitles(data).then((fit) => fit && this.name());
      if (before) this.glideIn();
    }
    if (!before) this.travel.arrive(data);
    if (before?.selected !== data.selected) this.selection.renew(data.selected);
    this.selection.search(data.searched);
    if (data.mode === "explore") this.selection.encircle(data.ringed);
    if (before && before.colour_by !== data.colour_by) {
      this.keepGhost();
      this.selection.only = null;
    }
    this.look = colourItems(this.scene, data.colour_by, this.theme, data.categories);
    if (data.mode === "path") this.look.strength *= QUIET;
    this.dress();
    this.resize();
    if (data.cursor && before?.cursor !== data.cursor) this.travel.travelTo(data.cursor, Boolean(before));
    if (before && String(before.searched) !== String(data.searched)) this.bringIntoView();
    if (data.mode === "path") this.lateLook = setTimeout(() => this.schedule(), CHART_LATER);
  }

  /** The titles are here: where words are drawn, draw them. */
  name() {
    this.travel.show();
    this.schedule();
  }

  glideIn() {
    this.glide.set(0);
    this.glide.go(1, GLIDE, performance.now());
  }

  /** Everything around the drawing that depends on the answer: colours, words, tools, key. */
  dress() {
    const { data, root, theme } = this;
    root.className = `map ${data.mode}`;
    root.style.setProperty("--map-height", `${data.height}px`);
    root.style.setProperty("--role-history", theme.roles.history);
    root.style.setProperty("--role-recommendation", theme.roles.recommendation);
    const poster = data.mode === "poster";
    this.picture.setAttribute("role", poster ? "img" : "application");
    this.picture.setAttribute("aria-label", poster ? data.sentence : `${data.sentence} ${data.words.help}`);
    this.picture.tabIndex = poster ? -1 : 0;
    this.find(".tools").hidden = poster;
    this.find(".key").hidden = poster;
    this.find(".counts").hidden = poster || this.scene.count <= AT_FIRST;
    this.find('[data-do="lasso"]').hidden = data.mode !== "explore";
    this.travel.dress(data);
    this.drawKey();
  }

  drawKey() {
    const choose = (codes) => {
      this.selection.toggleOnly(codes);
      this.drawKey();
      this.refresh();
    };
    drawKey(this.find(".key"), this.data, this.scene, this.theme, choose, this.selection.only);
  }

  // ---- drawing -----------------------------------------------------------------------------

  resize() {
    const { width, height } = this.picture.getBoundingClientRect();
    if (!this.data || !width || !height) return;
    this.density = Math.min(globalThis.devicePixelRatio || 1, SHARPEST);
    this.camera.frame(width, height, this.scene.box(), this.margins(width));
    const pixels = this.pixels(this.density);
    for (const layer of [this.layers.relief, this.layers.ink]) {
      if (layer.width !== pixels[0] || layer.height !== pixels[1]) [layer.width, layer.height] = pixels;
    }
    this.stale = true;
    this.paint(performance.now());
  }

  pixels(density) {
    return [Math.round(this.camera.width * density), Math.round(this.camera.height * density)];
  }

  margins(width) {
    const poster = this.data.mode === "poster";
    if (width < NARROW) return { left: 14, right: 14, top: 16, bottom: poster ? 14 : 64 };
    return { left: 40, right: poster ? 40 : 62, top: 30, bottom: poster ? 30 : 66 };
  }

  schedule() {
    this.pending ??= requestAnimationFrame((now) => {
      this.pending = null;
      this.paint(now);
    });
  }

  refresh() {
    this.stale = true;
    this.schedule();
  }

  paint(now) {
    if (!this.data || !this.density) return;
    const steps = [this.travel, this.glide, this.camera].map((part) => part.step(now));
    const moving = steps.includes(true) || now - this.handled < REST;
    if (moving || this.stale) this.paintGround(moving);
    else if (this.coarse) this.refresh();
    const restless = paintInk(this.clear(this.layers.ink), this);
    if (this.data.mode === "path") {
      const { cursor, last } = this.travel;
      this.companion.stand(this.data.beside, cursor.value, last + 1, this.theme.roles.interest);
    }
    this.root.classList.toggle("playing", this.travel.playing);
    this.root.dataset.state = moving ? "moving" : "still";
    if (moving || restless) this.schedule();
  }

  paintGround(moving) {
    const { scene, camera, theme } = this;
    scene.settle(this.travel.blend.value, this.glide.value);
    this.lit = this.selection.lit();
    this.detail.look(scene, camera, this.selection.ring);
    this.find(".counts").textContent = this.detail.sentence;
    this.coarse = moving && this.slow && this.density > 1;
    const density = this.coarse ? 1 : this.density;
    const started = performance.now();
    this.dots.resize(...this.pixels(density));
    this.dots.draw(scene, camera, this.look, this.lit, this.detail, hexToRgb(theme.background), density);
    if (!this.coarse) this.slow = performance.now() - started > SLOW;
    const relief = this.clear(this.layers.relief);
    if (this.data.mode !== "path") drawTerrain(relief, scene, camera, theme);
    this.stale = false;
  }

  clear(layer) {
    const context = layer.getContext("2d");
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.camera.width, this.camera.height);
    return context;
  }

  /** Keep the picture as it is on top and let it fade, so that new colours do not flash. */
  keepGhost() {
    const { ghost } = this.layers;
    ghost.width = this.ground.width;
    ghost.height = this.ground.height;
    ghost.getContext("2d").drawImage(this.ground, 0, 0);
    ghost.classList.add("shown");
    requestAnimationFrame(() => requestAnimationFrame(() => ghost.classList.remove("shown")));
  }

  // ---- what a person does ------------------------------------------------------------------

  pan(dx, dy) {
    if (this.data.mode === "poster") return;
    this.camera.panBy(dx, dy);
    this.handled = performance.now();
    this.hover(null);
    this.refresh();
  }

  keyPan(dx, dy) {
    this.camera.panBy(dx, dy);
    this.find(".crosshair").hidden = false;
    this.refresh();
    this.hover(this.camera.width / 2, this.camera.height / 2);
  }

  /** Zoom at a pixel; says whether anything changed. */
  zoom(x, y, factor, smoothly = false) {
    if (this.data.mode === "poster") return false;
    if (smoothly) this.camera.glideAt(x, y, factor, performance.now());
    else if (!this.camera.zoomAt(x, y, factor)) return false;
    this.handled = performance.now();
    this.refresh();
    return true;
  }

  key(name) {
    const { width, height } = this.camera;
    if (name === "+") this.zoom(width / 2, height / 2, 1.6, true);
    else if (name === "-") this.zoom(width / 2, height / 2, 1 / 1.6, true);
    else if (name === "0") this.camera.fit(performance.now());
    else if (name === "lasso") this.setLassoing(!this.lassoing);
    else if (name === "save") this.save();
    else if (name === "Enter") this.click(width / 2, height / 2);
    else if (name === "Escape") this.letGo();
    this.refresh();
  }

  setLassoing(on) {
    this.lassoing = on;
    this.picture.classList.toggle("lassoing", on);
    this.find('[data-do="lasso"]').setAttribute("aria-pressed", String(on));
  }

  letGo() {
    const held = this.selection.ring !== null;
    this.setLassoing(false);
    this.selection.clear();
    this.find(".crosshair").hidden = true;
    this.hover(null);
    this.drawKey();
    this.refresh();
    if (held) this.send("lasso", { ids: [], total: 0 });
  }

  hover(x, y) {
    if (!this.data) return;
    const row = x === null ? -1 : this.selection.rowAt(x, y);
    const note = this.find(".note");
    if (row >= 0) showNote(note, this.scene, row, x, y, this.camera, this.travel.blend.value);
    else note.hidden = true;
    this.picture.classList.toggle("pointing", row >= 0 && this.data.mode === "explore");
    if (row === this.selection.hovered) return;
    this.selection.hovered = row;
    this.schedule();
  }

  click(x, y) {
    if (this.data.mode !== "explore") return;
    const row = this.selection.rowAt(x, y);
    if (row < 0) {
      if (this.selection.ring) this.letGo();
      return;
    }
    this.selection.selected = row;
    this.find(".spoken").textContent = `Selected ${this.scene.titles[row]}`;
    this.send("pick", this.scene.ids[row]);
    this.schedule();
  }

  lasso(outline, done) {
    if (this.data.mode !== "explore") return;
    this.hover(null);
    this.selection.outline = done ? [] : outline;
    if (done) {
      this.setLassoing(false);
      const found = this.selection.drawAround(outline);
      this.find(".spoken").textContent = `${found.total} items selected`;
      this.send("lasso", found);
    }
    this.refresh();
  }

  reportMoment() {
    if (this.data.mode === "path" && this.data.report_moment) this.send("moment", this.travel.moment().step);
  }

  /** Travel to an event that was chosen on the chart beside the map. */
  pickMoment(place) {
    const step = this.scene.path.steps[place];
    if (step === undefined) return;
    this.travel.travelTo(step, true);
    if (this.data.report_moment) this.send("moment", step);
  }

  /** Show what was searched if it lies outside of the view. */
  bringIntoView() {
    const { camera, scene } = this;
    const rows = this.selection.searched;
    const outside = rows.filter((row) => !camera.shows(scene.x[row], scene.y[row]));
    if (!outside.length) return;
    if (rows.length > 1) return camera.fit(performance.now());
    camera.moved = true;
    camera.glide(scene.x[rows[0]], scene.y[rows[0]], Math.max(1, camera.zoom.value), performance.now());
  }

  save() {
    const layers = [this.ground, this.layers.relief, this.layers.ink];
    const remark = [this.detail.sentence, this.data.remark].filter(Boolean).join("; ");
    savePicture(layers, this.theme, { ...this.data, remark }, this.density);
  }

  /** Where an item is on the page, in CSS pixels; null if it is not on the map. */
  locate(id) {
    const row = this.scene.index.get(id);
    if (row === undefined) return null;
    const { left, top } = this.picture.getBoundingClientRect();
    const [x, y] = this.selection.seen(row);
    return [left + x, top + y];
  }
}

const views = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".map");
  if (!views.has(root)) views.set(root, new MapView(root));
  const view = views.get(root);
  view.receive(data, setTriggerValue);
  return () => {
    view.close();
    views.delete(root);
  };
}
