/** Words on the map: names of regions, titles of marked items; none lies on another. */

import { withAlpha } from "./colours.js";
import { clamp } from "./motion.js";

const overlaps = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const box = (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height });

const square = (x, y, reach) => box(x - reach, y - reach, 2 * reach, 2 * reach);

const inside = (rect, camera) =>
  rect.left >= 4 && rect.top >= 4 && rect.right <= camera.width - 4 && rect.bottom <= camera.height - 4;

export const shorten = (text, length) =>
  text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;

function write(context, theme, text, x, y, colour, halo) {
  context.lineJoin = "round";
  context.lineWidth = halo;
  context.strokeStyle = withAlpha(theme.background, 0.88);
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** Names of regions, large ones first; they fade as one looks closer and where they would collide. */
export function drawRegions(context, scene, camera, theme, taken, strength) {
  const nearness = clamp(1.35 - Math.log2(camera.zoom.value) * 0.42, 0.25, 1) * strength;
  const largest = Math.max(1, ...scene.regions.map((region) => region.size));
  const small = camera.width < 520;
  context.textAlign = "center";
  context.textBaseline = "middle";
  let restless = false;
  const kept = [];
  for (const region of [...scene.regions].sort((a, b) => b.size - a.size)) {
    const size = (small ? 9.5 : 11) + 2.5 * Math.sqrt(region.size / largest);
    const name = region.label.toUpperCase();
    context.font = `700 ${size.toFixed(1)}px ${theme.font}`;
    context.letterSpacing = "0.09em"; // names of regions are spaced, as in an atlas
    if (region.measured !== context.font) {
      region.measured = context.font;
      region.width = context.measureText(name).width;
    }
    const { width } = region;
    const x = camera.toX(region.x);
    const y = camera.toY(region.y);
    const rect = box(x - width / 2 - 6, y - size * 0.7, width + 12, size * 1.4);
    const clear = inside(rect, camera) && ![...kept, ...taken].some((other) => overlaps(rect, other));
    if (clear) kept.push(rect);
    const goal = clear ? nearness : 0;
    region.opacity += (goal - region.opacity) * 0.18;
    if (Math.abs(goal - region.opacity) > 0.01) restless = true;
    else region.opacity = goal;
    if (region.opacity < 0.02) continue;
    context.globalAlpha = region.opacity;
    write(context, theme, name, x, y, withAlpha(theme.text, 0.8), 3.5);
  }
  context.globalAlpha = 1;
  context.letterSpacing = "0px";
  return { restless, taken: [...taken, ...kept] };
}

const SIDES = [[1, 0], [-1, 0], [0.72, -0.8], [-0.72, -0.8], [0.72, 0.8], [-0.72, 0.8], [0, -1], [0, 1]];
const DISTANCES = [15, 25, 38, 54, 72];
const TITLE_HEIGHT = 17;

/** Free room for a title near its mark; the place it had before is tried first. */
function findRoom(camera, x, y, width, height, taken, before) {
  const tries = before ? [before] : [];
  for (const distance of DISTANCES) {
    for (const [dx, dy] of SIDES) tries.push([dx, dy, distance]);
  }
  for (const [dx, dy, distance] of tries) {
    const anchorX = x + dx * distance;
    const anchorY = y + dy * distance;
    const left = dx > 0.1 ? anchorX : dx < -0.1 ? anchorX - width : anchorX - width / 2;
    const rect = box(left, anchorY - height / 2, width, height);
    if (inside(rect, camera) && !taken.some((other) => overlaps(rect, other))) {
      return { rect, side: [dx, dy, distance], anchorX, anchorY };
    }
  }
  return null;
}

/** Titles of marked items, in order of importance, with a thin line where they had to step aside. */
export class Titles {
  constructor() {
    this.memory = new Map(); // item id -> where its title was, so that titles do not hop about
  }

  /** `seats` are { row, x, y }; `taken` is room that must stay free. */
  draw(context, scene, camera, theme, seats, taken) {
    const present = new Map();
    context.font = `600 12.5px ${theme.font}`;
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const { row, x, y } of seats) {
      if (x < 0 || y < 0 || x > camera.width || y > camera.height) continue;
      const title = shorten(scene.titles[row], camera.width < 520 ? 20 : 34);
      const width = context.measureText(title).width + 6;
      const id = scene.ids[row];
      const room = findRoom(camera, x, y, width, TITLE_HEIGHT, taken, this.memory.get(id));
      if (!room) continue;
      present.set(id, room.side);
      taken.push(room.rect);
      drawLeader(context, theme, x, y, room);
      const middle = (room.rect.top + room.rect.bottom) / 2;
      write(context, theme, title, room.rect.left + 3, middle, theme.text, 3.5);
    }
    this.memory = present;
  }
}

function drawLeader(context, theme, x, y, { side: [dx, dy, distance], anchorX, anchorY }) {
  if (distance <= 20) return;
  context.lineWidth = 1;
  context.strokeStyle = withAlpha(theme.text, 0.4);
  context.beginPath();
  context.moveTo(x + dx * 10, y + dy * 10);
  context.lineTo(anchorX - dx * 3, anchorY - dy * 3);
  context.stroke();
}

/** Room that marks need, so that no word covers one. */
export const roomOf = (seats, reach) => seats.map(({ x, y }) => square(x, y, reach));

/** Room that marks need, so that no word covers one. */
export const roomOfMarks = (scene, camera, rows, reach) =>
  rows.map((row) => square(camera.toX(scene.x[row]), camera.toY(scene.y[row]), reach));

/** When one looks closely, every dot may say its name: those in view, the strongest first. */
export function closeSeats(scene, camera, detail, most) {
  if (camera.zoom.value < 3.2) return [];
  const seats = [];
  for (let row = 0; row < scene.count; row++) {
    if (!detail.shows(row)) continue;
    const x = camera.toX(scene.x[row]);
    const y = camera.toY(scene.y[row]);
    if (x > 0 && y > 0 && x < camera.width && y < camera.height) seats.push({ row, x, y });
  }
  const score = scene.columns.score;
  return seats.sort((a, b) => score[b.row] - score[a.row]).slice(0, most);
}
