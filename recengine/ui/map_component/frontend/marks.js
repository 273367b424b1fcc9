/** What matters on the map: history, recommendations, the interest star and its way, trails, rings. */

import { withAlpha } from "./colours.js";
import { clamp } from "./motion.js";

const TURN = Math.PI * 2;

const swell = (camera) => clamp(camera.zoom.value ** 0.22, 0.85, 1.7);

function disc(context, x, y, radius, fill, rim, rimWidth = 1.5) {
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fillStyle = fill;
  context.fill();
  if (!rim) return;
  context.lineWidth = rimWidth;
  context.strokeStyle = rim;
  context.stroke();
}

function diamondPath(context, x, y, reach) {
  context.beginPath();
  context.moveTo(x, y - reach);
  context.lineTo(x + reach, y);
  context.lineTo(x, y + reach);
  context.lineTo(x - reach, y);
  context.closePath();
}

function starPath(context, x, y, outer) {
  context.beginPath();
  for (let corner = 0; corner < 10; corner++) {
    const reach = corner % 2 ? outer * 0.46 : outer;
    const angle = (corner / 10) * TURN - TURN / 4;
    context.lineTo(x + Math.cos(angle) * reach, y + Math.sin(angle) * reach);
  }
  context.closePath();
}

const seen = (x, y, camera, margin = 30) =>
  x > -margin && y > -margin && x < camera.width + margin && y < camera.height + margin;

const CROWD = 120; // so many events of a history that they are drawn small

/** What the person did, as filled circles; more of them are drawn smaller. */
export function drawHistory(context, scene, camera, theme, rows, lit) {
  const crowded = rows.length > CROWD;
  const radius = (crowded ? 2.6 : rows.length > 40 ? 3.5 : 4.4) * swell(camera);
  const rim = crowded ? 1.2 : 1.7;
  for (const row of rows) {
    const x = camera.toX(scene.x[row]);
    const y = camera.toY(scene.y[row]);
    if (!seen(x, y, camera)) continue;
    context.globalAlpha = lit && !lit[row] ? 0.2 : 1;
    disc(context, x, y, radius + rim, withAlpha(theme.text, 0.55));
    disc(context, x, y, radius + rim * 0.6, theme.background);
    disc(context, x, y, radius, theme.roles.history);
  }
  context.globalAlpha = 1;
}

/** What happened up to a moment: the last events clear, the ones before them fading away. */
export function drawRecent(context, scene, camera, theme, rows, most) {
  rows.forEach((row, place) => {
    const age = rows.length - 1 - place;
    const fresh = Math.max(0, 1 - age / most);
    const x = camera.toX(scene.x[row]);
    const y = camera.toY(scene.y[row]);
    context.globalAlpha = 0.22 + 0.78 * fresh;
    disc(context, x, y, (2.2 + 2.4 * fresh) * swell(camera), theme.roles.history, theme.background, 1);
  });
  context.globalAlpha = 1;
}

/**
 * Push marks that would hide each other apart, never far; `places` are moved in place.
 *
 * The first mark moves least, so that better places in the list stay nearest to the truth.
 */
export function spread(places, room) {
  for (let round = 0; round < 24; round++) {
    for (let a = 0; a < places.length; a++) {
      for (let b = a + 1; b < places.length; b++) {
        const [first, second] = [places[a], places[b]];
        let dx = second.x - first.x;
        let dy = second.y - first.y;
        const away = Math.hypot(dx, dy);
        if (away >= room) continue;
        if (away < 0.01) [dx, dy] = [Math.cos(b * 2.4), Math.sin(b * 2.4)]; // the golden angle
        const push = (room - away) / 2 / (Math.hypot(dx, dy) || 1);
        const share = a === 0 ? 0.15 : 0.5;
        first.x -= dx * push * share * 2 * 0.6;
        first.y -= dy * push * share * 2 * 0.6;
        second.x += dx * push * (1 - share) * 2 * 0.6;
        second.y += dy * push * (1 - share) * 2 * 0.6;
      }
    }
  }
  return places;
}

/** Where star and diamonds are drawn: at their places, or beside them where it is crowded. */
export function placeMarks(scene, camera, rows, star) {
  const truth = rows.map((row) => ({ row, x: camera.toX(scene.x[row]), y: camera.toY(scene.y[row]) }));
  if (star) truth.unshift({ row: -1, x: camera.toX(star.x), y: camera.toY(star.y) });
  const seat = truth.map((place) => ({ ...place, trueX: place.x, trueY: place.y }));
  return spread(seat, 20 * swell(camera));
}

/** The present list, as diamonds with their rank; a thin line leads to the true place. */
export function drawRecommended(context, scene, camera, theme, seats, lit) {
  const reach = 9.5 * swell(camera);
  const diamonds = seats.filter((seat) => seat.row >= 0 && seen(seat.x, seat.y, camera)).reverse();
  context.lineWidth = 1.2;
  for (const { x, y, trueX, trueY } of diamonds) {
    if (Math.hypot(x - trueX, y - trueY) < reach) continue;
    context.strokeStyle = withAlpha(theme.roles.recommendation, 0.6);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(trueX, trueY);
    context.stroke();
    disc(context, trueX, trueY, 2.4, theme.roles.recommendation);
  }
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `700 ${Math.round(reach * 1.02)}px ${theme.font}`;
  for (const { row, x, y } of diamonds) {
    context.globalAlpha = lit && !lit[row] ? 0.25 : 1;
    diamondPath(context, x, y, reach + 1.5);
    context.fillStyle = theme.background;
    context.fill();
    diamondPath(context, x, y, reach);
    context.fillStyle = theme.roles.recommendation;
    context.fill();
    context.fillStyle = theme.roles.on_recommendation;
    context.fillText(String(scene.columns.rank[row] || ""), x, y + 0.5);
  }
  context.globalAlpha = 1;
}

/** Where the interest is now. */
export function drawStar(context, seat, camera, theme) {
  if (!seat) return;
  const { x, y } = seat;
  const outer = 12 * swell(camera);
  const glow = context.createRadialGradient(x, y, 2, x, y, outer * 3.2);
  glow.addColorStop(0, withAlpha(theme.roles.interest, 0.32));
  glow.addColorStop(1, withAlpha(theme.roles.interest, 0));
  disc(context, x, y, outer * 3.2, glow);
  starPath(context, x, y, outer);
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = theme.background;
  context.stroke();
  context.fillStyle = theme.roles.interest;
  context.fill();
}

/** The way of the interest from `first` to `last` (steps may lie between two points). */
export function drawPath(context, scene, camera, theme, first, last, opacity) {
  const length = last - first;
  if (length <= 0) return;
  context.lineCap = "round";
  context.lineWidth = 1.9;
  const pieces = Math.min(160, Math.max(8, Math.ceil(length)));
  let from = scene.pathAt(first);
  for (let piece = 1; piece <= pieces; piece++) {
    const to = scene.pathAt(first + (length * piece) / pieces);
    context.strokeStyle = withAlpha(theme.roles.interest, opacity * (0.12 + 0.88 * (piece / pieces) ** 2));
    context.beginPath();
    context.moveTo(camera.toX(from.x), camera.toY(from.y));
    context.lineTo(camera.toX(to.x), camera.toY(to.y));
    context.stroke();
    from = to;
  }
}

/** Around a row of places, all that lies within the radius of each: one shape, filled evenly. */
function tubePath(places, radii) {
  const shape = new Path2D();
  places.forEach(([x, y], step) => {
    shape.moveTo(x + radii[step], y);
    shape.arc(x, y, radii[step], 0, TURN);
    if (!step) return;
    const [x0, y0] = places[step - 1];
    const away = Math.hypot(x - x0, y - y0);
    if (away < 0.5) return;
    const [nx, ny] = [-(y - y0) / away, (x - x0) / away];
    // clockwise on the screen like the arcs, so that where they overlap nothing is cut out
    shape.moveTo(x0 - nx * radii[step - 1], y0 - ny * radii[step - 1]);
    shape.lineTo(x - nx * radii[step], y - ny * radii[step]);
    shape.lineTo(x + nx * radii[step], y + ny * radii[step]);
    shape.lineTo(x0 + nx * radii[step - 1], y0 + ny * radii[step - 1]);
    shape.closePath();
  });
  return shape;
}

/**
 * Where the interest may go: a cone for each share of the futures, and the mean way through it.
 *
 * Only the narrowest is filled well: wide ones may span the map, and must not hide it, so that
 * what tells them is the dashed circle at their end.
 */
export function drawCone(context, scene, camera, theme, opacity) {
  const { future, path } = scene;
  const last = path.x.length - 1;
  if (!future || last < 0 || opacity <= 0) return;
  const x = [path.x[last], ...future.x];
  const y = [path.y[last], ...future.y];
  const places = x.map((value, step) => [camera.toX(value), camera.toY(y[step])]);
  const [endX, endY] = places[places.length - 1];
  const narrowest = Math.min(...future.bands.map((band) => band[band.length - 1]));
  context.setLineDash([6, 4]);
  for (const band of future.bands) {
    const radii = [0, ...band].map((radius) => Math.max(2, radius * camera.scale));
    const filled = band[band.length - 1] === narrowest ? 0.16 : 0.03;
    context.fillStyle = withAlpha(theme.roles.interest, filled * opacity);
    context.fill(tubePath(places, radii));
    context.beginPath();
    context.arc(endX, endY, radii[radii.length - 1], 0, TURN);
    context.lineWidth = 1.2;
    context.strokeStyle = withAlpha(theme.roles.interest, 0.5 * opacity);
    context.stroke();
  }
  context.lineWidth = 2;
  context.strokeStyle = withAlpha(theme.roles.interest, opacity);
  context.beginPath();
  for (const [px, py] of places) context.lineTo(px, py);
  context.stroke();
  context.setLineDash([]);
  starPath(context, ...places[places.length - 1], 8 * swell(camera));
  context.fillStyle = withAlpha(theme.background, opacity);
  context.fill();
  context.lineWidth = 1.6;
  context.strokeStyle = withAlpha(theme.roles.interest, opacity);
  context.stroke();
}

/** From where the items that moved most came: a tail that fades towards the static place. */
export function drawTrails(context, scene, camera, theme, rows, blend) {
  if (blend < 0.02) return;
  context.lineCap = "round";
  for (const row of rows) {
    const x0 = camera.toX(scene.static.x[row]);
    const y0 = camera.toY(scene.static.y[row]);
    const x1 = camera.toX(scene.x[row]);
    const y1 = camera.toY(scene.y[row]);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 5 || !(seen(x0, y0, camera) || seen(x1, y1, camera))) continue;
    drawTrail(context, theme, [x0, y0], [x1, y1], length);
  }
}

function drawTrail(context, theme, [x0, y0], [x1, y1], length) {
  const bend = Math.min(24, length * 0.12);
  const middleX = (x0 + x1) / 2 - ((y1 - y0) / length) * bend;
  const middleY = (y0 + y1) / 2 + ((x1 - x0) / length) * bend;
  const fade = context.createLinearGradient(x0, y0, x1, y1);
  fade.addColorStop(0, withAlpha(theme.roles.movement, 0.04));
  fade.addColorStop(1, withAlpha(theme.roles.movement, 0.95));
  context.strokeStyle = fade;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(x0, y0);
  context.quadraticCurveTo(middleX, middleY, x1, y1);
  context.stroke();
  const angle = Math.atan2(y1 - middleY, x1 - middleX);
  const head = Math.min(7, 3 + length * 0.06);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x1 - head * Math.cos(angle - 0.45), y1 - head * Math.sin(angle - 0.45));
  context.lineTo(x1 - head * Math.cos(angle + 0.45), y1 - head * Math.sin(angle + 0.45));
  context.closePath();
  context.fillStyle = withAlpha(theme.roles.movement, 0.95);
  context.fill();
}

/** A ring around an item that is selected, searched or under the pointer. */
export function drawRing(context, { x, y }, camera, theme, { colour, radius, width }) {
  context.beginPath();
  context.arc(x, y, radius * swell(camera), 0, TURN);
  context.lineWidth = width + 2.5;
  context.strokeStyle = withAlpha(theme.background, 0.9);
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

/** The dot inside a ring, so that it is seen among its neighbours. */
export function drawDot(context, { x, y }, camera, colour) {
  disc(context, x, y, 3.6 * swell(camera), colour);
}

/** The outline of a selection being drawn by hand. */
export function drawLasso(context, theme, outline) {
  if (outline.length < 2) return;
  context.beginPath();
  for (const [x, y] of outline) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = withAlpha(theme.roles.selected, 0.12);
  context.fill();
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = theme.roles.selected;
  context.stroke();
  context.setLineDash([]);
}
