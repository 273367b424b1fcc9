/** The drawn layer above the dots, from the back to the front. */

import { closeSeats, drawRegions, roomOf } from "./lettering.js";
import { clamp } from "./motion.js";
import {
  drawCone, drawDot, drawHistory, drawLasso, drawPath, drawRecent, drawRecommended, drawRing,
  drawStar, drawTrails, placeMarks,
} from "./marks.js";

const CLOSE_TITLES = 45;
const RECENT_PATH = 24; // steps of the interest path on the map of the catalogue
const NEAR_NOW = 12; // steps before now at which the future begins to show
const TAIL = 40; // steps of a journey that are drawn clearly behind the star

/** Draw everything; says whether something is still on its way (fading words). */
export function paintInk(context, view) {
  return view.data.mode === "path" ? paintJourney(context, view) : paintMap(context, view);
}

function paintMap(context, view) {
  const { scene, camera, theme, data, lit } = view;
  const shown = (role) => data.roles.includes(role);
  if (data.trails) {
    drawTrails(context, scene, camera, theme, scene.movedMost.slice(0, data.trails), view.travel.blend.value);
  }
  const last = scene.path.x.length - 1;
  const star = shown("interest") ? scene.starAt(view.glide.value, view.travel.blend.value) : null;
  const ownWay = !(data.stand === "before" && scene.starBefore); // the way leads to the other star
  if (star && ownWay) drawPath(context, scene, camera, theme, Math.max(0, last - RECENT_PATH), last, 0.6 * view.glide.value);
  if (shown("history")) drawHistory(context, scene, camera, theme, scene.history, lit);
  const seats = placeMarks(scene, camera, shown("recommendation") ? scene.recommended : [], star);
  view.selection.seats = new Map(seats.map((seat) => [seat.row, seat]));
  const room = [...roomOf(seats, 12), ...(data.mode === "poster" ? [] : furniture(camera))];
  const words = drawRegions(context, scene, camera, theme, room, 1);
  drawRecommended(context, scene, camera, theme, seats, lit);
  drawStar(context, seats.find((seat) => seat.row < 0), camera, theme);
  paintPicked(context, view);
  const titled = new Map();
  const looked = ({ row }) => row >= 0 && (!lit || lit[row]);
  const listed = [...seats, ...closeSeats(scene, camera, view.detail, CLOSE_TITLES)].filter(looked);
  for (const seat of [...pickedSeats(view), ...listed]) {
    if (!titled.has(seat.row)) titled.set(seat.row, seat);
  }
  view.titles.draw(context, scene, camera, theme, [...titled.values()], words.taken);
  drawLasso(context, theme, view.selection.outline);
  return words.restless;
}

/** Where an item is seen: at its place, or where its diamond was moved aside. */
const seatOf = (row, { selection }) => {
  const [x, y] = selection.seen(row);
  return { row, x, y };
};

const pickedSeats = (view) =>
  [view.selection.selected, ...view.selection.searched.slice(0, 12)].filter((row) => row >= 0).map((row) => seatOf(row, view));

function paintPicked(context, view) {
  const { scene, camera, theme } = view;
  const amber = theme.roles.selected;
  for (const row of view.selection.searched) {
    if (!scene.columns.role[row]) drawDot(context, seatOf(row, view), camera, amber);
    drawRing(context, seatOf(row, view), camera, theme, { colour: amber, radius: 10, width: 2 });
  }
  if (view.selection.selected >= 0) {
    const row = view.selection.selected;
    if (!scene.columns.role[row]) drawDot(context, seatOf(row, view), camera, amber);
    drawRing(context, seatOf(row, view), camera, theme, { colour: amber, radius: 14, width: 3 });
  }
  if (view.selection.hovered >= 0) {
    const seat = seatOf(view.selection.hovered, view);
    drawRing(context, seat, camera, theme, { colour: theme.text, radius: 8, width: 1.5 });
  }
}

/** Room that the buttons and the slider take. */
const furniture = ({ width, height }) => [
  { left: width - 56, right: width, top: 0, bottom: 186 },
  { left: width / 2 - 230, right: width / 2 + 230, top: height - 58, bottom: height },
];

/** The interest over time: what happened up to the cursor, the way so far and the way to come. */
function paintJourney(context, view) {
  const { scene, camera, theme } = view;
  const position = view.travel.cursor.value;
  const last = scene.path.x.length - 1;
  const done = Math.round(position) + 1;
  const rows = [...scene.events.items.slice(0, done)].filter((row) => row >= 0);
  const seats = placeMarks(scene, camera, [], last >= 0 ? scene.pathAt(position) : null);
  const heading = { left: 0, top: 0, right: Math.min(430, camera.width), bottom: 64 };
  const room = [...roomOf(seats, 14), ...furniture(camera), heading];
  const words = drawRegions(context, scene, camera, theme, room, 0.9);
  drawCone(context, scene, camera, theme, clamp(1 - (last - position) / NEAR_NOW, 0.18, 1));
  drawRecent(context, scene, camera, theme, rows, TAIL);
  drawPath(context, scene, camera, theme, 0, Math.max(0, position - TAIL), 0.14);
  drawPath(context, scene, camera, theme, Math.max(0, position - TAIL), position, 0.95);
  drawStar(context, seats[0], camera, theme);
  const { row } = view.travel.moment();
  if (row >= 0) {
    const ring = { colour: theme.roles.selected, radius: 10, width: 2.5 };
    drawRing(context, seatOf(row, view), camera, theme, ring);
    view.titles.draw(context, scene, camera, theme, [seatOf(row, view)], words.taken);
  }
  if (view.selection.hovered >= 0) {
    const seat = seatOf(view.selection.hovered, view);
    drawRing(context, seat, camera, theme, { colour: theme.text, radius: 8, width: 1.5 });
  }
  return words.restless;
}
