/** Which part of the map is seen: world coordinates to pixels and back, pan, zoom and fit. */

import { Tween, clamp } from "./motion.js";

const NEAREST = 40; // how far one can zoom in, as a multiple of the fitted view
const FARTHEST = 0.6;

export class Camera {
  constructor() {
    this.x = new Tween(0); // world point in the middle of the picture
    this.y = new Tween(0);
    this.zoom = new Tween(1); // 1 shows the whole map
    this.width = this.height = 1;
    this.pixelsPerUnit = 1; // at zoom 1
    this.home = { x: 0, y: 0 };
    this.moved = false; // a person chose this view, so that it is not taken from them
  }

  get scale() {
    return this.pixelsPerUnit * this.zoom.value;
  }

  toX(worldX) {
    return (worldX - this.x.value) * this.scale + this.width / 2;
  }

  toY(worldY) {
    return this.height / 2 - (worldY - this.y.value) * this.scale;
  }

  worldX(pixelX) {
    return (pixelX - this.width / 2) / this.scale + this.x.value;
  }

  worldY(pixelY) {
    return (this.height / 2 - pixelY) / this.scale + this.y.value;
  }

  /** Take the size of the picture and the box to show; the view stays where a person left it. */
  frame(width, height, box, margins) {
    const [left, bottom, right, top] = box;
    const roomX = Math.max(40, width - margins.left - margins.right);
    const roomY = Math.max(40, height - margins.top - margins.bottom);
    this.width = width;
    this.height = height;
    this.pixelsPerUnit = Math.min(roomX / (right - left || 1), roomY / (top - bottom || 1));
    this.home = {
      x: (left + right) / 2 - (margins.left - margins.right) / 2 / this.pixelsPerUnit,
      y: (bottom + top) / 2 + (margins.top - margins.bottom) / 2 / this.pixelsPerUnit,
    };
    if (!this.moved) {
      this.x.set(this.home.x);
      this.y.set(this.home.y);
      this.zoom.set(1);
    }
  }

  fit(now) {
    this.moved = false;
    this.glide(this.home.x, this.home.y, 1, now);
  }

  glide(x, y, zoom, now, milliseconds = 650) {
    this.x.go(x, milliseconds, now);
    this.y.go(y, milliseconds, now);
    this.zoom.go(clamp(zoom, FARTHEST, NEAREST), milliseconds, now);
  }

  panBy(dx, dy) {
    this.moved = true;
    this.x.set(this.x.value - dx / this.scale);
    this.y.set(this.y.value + dy / this.scale);
  }

  /** Zoom so that the world point under a pixel stays under it; says whether anything changed. */
  zoomAt(pixelX, pixelY, factor) {
    const zoom = clamp(this.zoom.value * factor, FARTHEST, NEAREST);
    if (zoom === this.zoom.value) return false;
    const worldX = this.worldX(pixelX);
    const worldY = this.worldY(pixelY);
    this.moved = true;
    this.zoom.set(zoom);
    this.x.set(worldX - (pixelX - this.width / 2) / this.scale);
    this.y.set(worldY - (this.height / 2 - pixelY) / this.scale);
    return true;
  }

  /** Zoom on the way, the world point under a pixel staying there. */
  glideAt(pixelX, pixelY, factor, now) {
    const zoom = clamp(this.zoom.value * factor, FARTHEST, NEAREST);
    const share = 1 - this.zoom.value / zoom;
    const toX = this.x.value + (this.worldX(pixelX) - this.x.value) * share;
    const toY = this.y.value + (this.worldY(pixelY) - this.y.value) * share;
    this.moved = true;
    this.glide(toX, toY, zoom, now, 320);
  }

  shows(worldX, worldY, margin = 30) {
    const [x, y] = [this.toX(worldX), this.toY(worldY)];
    return x > margin && y > margin && x < this.width - margin && y < this.height - margin;
  }

  step(now) {
    const moving = [this.x.step(now), this.y.step(now), this.zoom.step(now)];
    return moving.includes(true);
  }
}
