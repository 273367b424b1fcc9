/**
 * A line on the chart beside the map, at the event that the map shows: one cursor for both.
 *
 * The chart has one bar per event (in a long history, one for the same number of events each); the
 * line stands where that bar stands, and a click on the chart is a choice of the nearest bar. Without
 * such a chart on the page nothing happens.
 */

const WIDTH = 2; // pixels
const STEADY = 4; // pixels that a click may wander
const BESIDE = 8; // pixels right of the last bar that still mean it

export class Companion {
  /** `picked` is called with the place of an event whose bar is nearest to a click on the chart. */
  constructor(picked) {
    this.picked = picked;
    this.deaf = new AbortController();
    this.line = document.createElement("div");
    this.line.setAttribute("aria-hidden", "true");
    this.listen();
  }

  /** Take the line away, and hear nothing any more. */
  close() {
    this.leave();
    this.deaf.abort();
  }

  /** There is no such chart now. */
  leave() {
    this.line.remove();
    this.selector = "";
  }

  /** Stand at a place between two events; `selector` finds the element around the chart. */
  stand(selector, place, count, colour) {
    const chart = selector && document.querySelector(`${selector} .js-plotly-plot`);
    const bars = chart ? chart.querySelectorAll(".barlayer .point path") : [];
    const together = Math.ceil(count / bars.length);
    if (!bars.length || bars.length !== Math.ceil(count / together)) return this.leave();
    Object.assign(this, { selector, together });
    const at = place / together;
    const left = Math.min(bars.length - 1, Math.floor(at));
    const x = this.middle(bars, left);
    const next = this.middle(bars, Math.min(bars.length - 1, left + 1));
    const frame = chart.getBoundingClientRect();
    if (this.line.parentNode !== chart) chart.append(this.line);
    Object.assign(this.line.style, {
      position: "absolute",
      top: "24px", // below the flags
      bottom: "40px",
      left: "0",
      width: `${WIDTH}px`,
      background: colour,
      borderRadius: "1px",
      pointerEvents: "none",
      transform: `translateX(${x + (next - x) * (at - left) - frame.left - WIDTH / 2}px)`,
    });
  }

  /** Hear presses on the chart that do not wander, as a drag does to choose a stretch. */
  listen() {
    const { signal } = this.deaf;
    let down = null;
    document.addEventListener(
      "pointerdown",
      (event) => (down = this.selector && event.target.closest?.(this.selector) ? event : null),
      { capture: true, signal }, // by the page: the chart itself may be drawn anew at any time
    );
    document.addEventListener("pointercancel", () => (down = null), { signal });
    document.addEventListener(
      "pointerup",
      (up) => {
        const away = down ? Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) : Infinity;
        down = null;
        if (away < STEADY) this.pick(up.clientX);
      },
      { capture: true, signal },
    );
  }

  /** Choose the event whose bar is nearest; what lies beside the past (the future) is none. */
  pick(x) {
    const bars = [...document.querySelectorAll(`${this.selector} .barlayer .point path`)];
    const away = bars.map((_, index) => Math.abs(this.middle(bars, index) - x));
    const nearest = Math.min(...away);
    if (nearest < BESIDE || x < this.middle(bars, bars.length - 1)) {
      this.picked(away.indexOf(nearest) * this.together);
    }
  }

  /** Middle of a bar on the page; of the next visible one if it has no height. */
  middle(bars, index) {
    for (let away = 0; away < bars.length; away++) {
      for (const near of [index - away, index + away]) {
        const rect = bars[near]?.getBoundingClientRect();
        if (rect?.width) return rect.left + rect.width / 2;
      }
    }
    return 0;
  }
}
