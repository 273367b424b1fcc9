/**
 * A line on the chart beside the map, at the event that the map shows: one cursor for both.
 *
 * The chart has one bar per event (in a long history, one for the same number of events each); the
 * line stands where that bar stands, and a click on the chart is a choice of the nearest bar. Without
 * such a chart on the page nothing happens.
 */

const WIDTH = 2; // pixels

export class Companion {
  /** `picked` is called with the place of an event whose bar is nearest to a click on the chart. */
  constructor(picked) {
    this.picked = picked;
    this.line = document.createElement("div");
    this.line.setAttribute("aria-hidden", "true");
  }

  close() {
    this.line.remove();
  }

  /** Stand at a place between two events; `selector` finds the element around the chart. */
  stand(selector, place, count, colour) {
    const chart = selector && document.querySelector(`${selector} .js-plotly-plot`);
    const bars = chart ? chart.querySelectorAll(".barlayer .point path") : [];
    const together = Math.ceil(count / bars.length);
    if (!bars.length || bars.length !== Math.ceil(count / together)) return this.close();
    this.listen(chart, together);
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

  /** Hear clicks, once per chart; those beside the past (on the future) mean no event. */
  listen(chart, together) {
    this.together = together;
    if (this.chart === chart || !chart.on) return;
    this.chart = chart;
    chart.on("plotly_click", ({ event, points }) => {
      if (points.some((point) => point.xaxis?._id === "x3")) return;
      const bars = [...chart.querySelectorAll(".barlayer .point path")];
      const away = bars.map((_, index) => Math.abs(this.middle(bars, index) - event.clientX));
      this.picked(away.indexOf(Math.min(...away)) * this.together);
    });
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
