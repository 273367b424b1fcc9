/** The slider and its button: from the map for everyone to this person's, or along the time. */

import { Tween, steady, stillness } from "./motion.js";

const MORPH = 1500; // ms from static to dynamic
const FIRST_LOOK = 700; // ms to see the static map before it first bends
const LONGEST_PLAY = 14000; // ms

export class Travel {
  /** `changed` is called when a person moved something, `settled` when they let go of the slider. */
  constructor(root, scene, changed, settled) {
    this.scene = scene;
    this.changed = changed;
    this.blend = new Tween(0); // 0 static, 1 dynamic
    this.cursor = new Tween(0); // place on the path
    this.find = (selector) => root.querySelector(selector);
    this.slider = this.find(".travel input");
    this.slider.oninput = () => this.drag(this.slider.value / this.slider.max);
    this.slider.onchange = settled;
    this.find(".play").onclick = () => this.play();
  }

  close() {
    clearTimeout(this.firstLook);
  }

  get last() {
    return Math.max(0, this.scene.path.x.length - 1);
  }

  /** The first look: the map as it is for everyone, then bending to this person. */
  arrive(data) {
    this.data = data;
    this.cursor.set(this.last);
    this.blend.set(data.stand === "after" || (data.mode === "explore" && stillness()) ? 1 : 0);
    if (data.stand) return;
    if (data.mode !== "explore" || !data.dynamic || stillness()) return;
    this.firstLook = setTimeout(() => this.bend(1), FIRST_LOOK);
  }

  step(now) {
    const moved = [this.blend.step(now), this.cursor.step(now)].includes(true);
    if (moved) this.show();
    return moved;
  }

  get playing() {
    return this.blend.length > 0 || this.cursor.length > 0;
  }

  drag(share) {
    clearTimeout(this.firstLook);
    if (this.data.mode === "path") this.cursor.set(share * this.last);
    else this.blend.set(share);
    this.show();
    this.changed();
  }

  bend(to) {
    this.blend.go(to, MORPH, performance.now());
    this.changed();
  }

  play() {
    clearTimeout(this.firstLook);
    if (this.data.mode === "explore") return this.bend(this.blend.value > 0.5 ? 0 : 1);
    if (this.cursor.length) {
      this.cursor.set(this.cursor.value);
    } else {
      if (this.cursor.value >= this.last) this.cursor.set(0);
      const share = (this.last - this.cursor.value) / Math.max(1, this.last);
      const length = share * Math.min(LONGEST_PLAY, 1500 + this.last * 60);
      this.cursor.go(this.last, length, performance.now(), steady);
    }
    this.changed();
  }

  travelTo(step, smoothly) {
    const place = this.scene.path.steps.findIndex((known) => known >= step);
    if (place < 0) return;
    if (smoothly) this.cursor.go(place, 900, performance.now());
    else this.cursor.set(place);
    this.show();
    this.changed();
  }

  /** The event at the cursor: its row on the map (or -1), its note and its title. */
  moment() {
    const { events, titles } = this.scene;
    const place = Math.min(events.steps.length - 1, Math.round(this.cursor.value));
    const row = events.items[place] ?? -1;
    return {
      row,
      step: this.scene.path.steps[Math.round(this.cursor.value)],
      note: events.notes[place] ?? "",
      title: row >= 0 ? titles[row] : "",
    };
  }

  /** Keep slider and words in step with the drawing. */
  show() {
    const path = this.data.mode === "path";
    const share = path ? this.cursor.value / Math.max(1, this.last) : this.blend.value;
    this.slider.value = String(Math.round(share * this.slider.max));
    this.find(".before").classList.toggle("on", path || share < 0.5);
    this.find(".after").classList.toggle("on", path || share >= 0.5);
    const moment = this.find(".moment");
    moment.hidden = !path || !this.scene.events.steps.length;
    if (moment.hidden) return;
    const { note, title } = this.moment();
    this.slider.setAttribute("aria-valuetext", `${note}: ${title}`);
    moment.querySelector(".when").textContent = note;
    moment.querySelector(".what").textContent = title;
  }

  /** Words and visibility for an answer. */
  dress(data) {
    this.data = data;
    if (data.stand) this.blend.set(data.stand === "after" ? 1 : 0);
    const nowhere = data.stand || data.mode === "poster" || (data.mode === "explore" && !data.dynamic);
    this.find(".travel").hidden = Boolean(nowhere) || (data.mode === "path" && this.last < 1);
    this.find(".before").textContent = data.words.before;
    this.find(".after").textContent = data.words.after;
    this.slider.setAttribute("aria-label", data.words.slider);
    const said = data.mode === "path" ? data.words.play : data.words.switch;
    this.find(".play").setAttribute("aria-label", said);
    this.find(".play").title = said;
    this.show();
  }
}
