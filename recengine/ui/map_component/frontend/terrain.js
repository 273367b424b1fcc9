/** Fine contour lines around crowded places, so that the map has a landscape and not only dots. */

import { withAlpha } from "./colours.js";
import { clamp } from "./motion.js";

const CELL = 7; // pixels
const LEVELS = [0.1, 0.24, 0.45];

/** Average each cell with its neighbours along one direction. */
function blur(field, scratch, columns, rows, reach) {
  const pass = (source, target, length, lines, along, across) => {
    const width = 2 * reach + 1;
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      const at = (place) => source[line * across + Math.min(length - 1, Math.max(0, place)) * along];
      for (let place = -reach; place <= reach; place++) sum += at(place);
      for (let place = 0; place < length; place++) {
        target[line * across + place * along] = sum / width;
        sum += at(place + reach + 1) - at(place - reach);
      }
    }
  };
  pass(field, scratch, columns, rows, 1, columns);
  pass(scratch, field, rows, columns, columns, 1);
}

/** How crowded each cell is, smoothed; the fullest cell is 1. */
function crowding(scene, camera) {
  const columns = Math.ceil(camera.width / CELL) + 2;
  const rows = Math.ceil(camera.height / CELL) + 2;
  const field = new Float32Array(columns * rows);
  for (let i = 0; i < scene.count; i++) {
    const column = Math.round(camera.toX(scene.x[i]) / CELL);
    const row = Math.round(camera.toY(scene.y[i]) / CELL);
    if (column >= 0 && row >= 0 && column < columns && row < rows) field[row * columns + column]++;
  }
  const scratch = new Float32Array(columns * rows);
  for (let round = 0; round < 3; round++) blur(field, scratch, columns, rows, 2);
  let most = 0;
  for (const value of field) most = Math.max(most, value);
  if (most) for (let cell = 0; cell < field.length; cell++) field[cell] /= most;
  return { field, columns, rows };
}

/** Where the line of `level` crosses the edges of one cell, as pairs of points (marching squares). */
const EDGES = [
  [], [[3, 2]], [[2, 1]], [[3, 1]], [[0, 1]], [[0, 3], [2, 1]], [[0, 2]], [[0, 3]],
  [[3, 0]], [[0, 2]], [[3, 2], [0, 1]], [[0, 1]], [[3, 1]], [[2, 1]], [[3, 2]], [],
];

function traceLevel(context, { field, columns, rows }, level) {
  const points = [[0, 0], [0, 0], [0, 0], [0, 0]];
  context.beginPath();
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const corner = row * columns + column;
      const a = field[corner];
      const b = field[corner + 1];
      const c = field[corner + columns + 1];
      const d = field[corner + columns];
      const shape = (a > level) * 8 + (b > level) * 4 + (c > level) * 2 + (d > level);
      if (shape === 0 || shape === 15) continue;
      points[0] = [column + (level - a) / (b - a), row];
      points[1] = [column + 1, row + (level - b) / (c - b)];
      points[2] = [column + (level - d) / (c - d), row + 1];
      points[3] = [column, row + (level - a) / (d - a)];
      for (const [from, to] of EDGES[shape]) {
        context.moveTo(points[from][0] * CELL, points[from][1] * CELL);
        context.lineTo(points[to][0] * CELL, points[to][1] * CELL);
      }
    }
  }
  context.stroke();
}

/** Draw the contour lines of what is in view. */
export function drawTerrain(context, scene, camera, theme) {
  const strength = clamp(1.5 - Math.log2(camera.zoom.value) * 0.75, 0, 1); // a landscape of the whole
  if (!strength) return;
  const ground = crowding(scene, camera);
  context.lineWidth = 1;
  LEVELS.forEach((level, index) => {
    const alpha = ((theme.dark ? 0.07 : 0.055) + index * 0.02) * strength;
    context.strokeStyle = withAlpha(theme.text, alpha);
    traceLevel(context, ground, level);
  });
}
