/** How things move: easing, and values that travel from one place to another over time. */

export const stillness = () =>
  globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Slow at both ends. */
export const ease = (t) => (t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2);

/** The same speed all the way. */
export const steady = (t) => t;

/** A number that can be sent on its way; `step` moves it and says whether it is still going. */
export class Tween {
  constructor(value) {
    this.value = this.from = this.to = value;
    this.start = this.length = 0;
  }

  set(value) {
    this.value = this.from = this.to = value;
    this.length = 0;
  }

  go(to, milliseconds, now, shape = ease) {
    if (stillness() || milliseconds <= 0) return this.set(to);
    this.from = this.value;
    this.to = to;
    this.start = now;
    this.length = milliseconds;
    this.shape = shape;
  }

  step(now) {
    if (!this.length) return false;
    const t = clamp((now - this.start) / this.length, 0, 1);
    this.value = this.from + (this.to - this.from) * this.shape(t);
    if (t === 1) this.length = 0;
    return true;
  }
}
