/** Hands on the map: drag, wheel, pinch, click, hover, lasso and the keyboard. */

const CLICK_SLACK = 5; // pixels that a click may wander
const KEY_STEP = 70;
const PAGE_SCROLL_PAUSE = 300; // ms; a page that is being scrolled scrolls on over the map

let pageScrolledAt = -Infinity;

const at = (element, event) => {
  const rect = element.getBoundingClientRect();
  return [event.clientX - rect.left, event.clientY - rect.top];
};

/**
 * Listen on `picture` and tell `view`: pan(dx, dy), zoom(x, y, factor), hover(x, y) or hover(null),
 * click(x, y), lasso(outline, done), key(name). Returns a function that stops listening.
 */
export function listen(picture, view) {
  const stop = new AbortController();
  const on = (target, name, heard, options = {}) =>
    target.addEventListener(name, heard, { signal: stop.signal, ...options });
  const fingers = new Map();
  let drag = null;

  on(picture, "pointerdown", (event) => {
    if (event.button || event.target.closest("button, input, .travel")) return;
    picture.setPointerCapture(event.pointerId);
    const place = at(picture, event);
    fingers.set(event.pointerId, place);
    const drawing = view.lassoing || event.shiftKey;
    drag = { start: place, last: place, far: false, outline: drawing ? [place] : null };
  });

  on(picture, "pointermove", (event) => {
    const place = at(picture, event);
    if (!fingers.has(event.pointerId)) {
      if (event.pointerType !== "touch" && !event.target.closest("button, .travel")) view.hover(...place);
      return;
    }
    if (fingers.size === 2) pinch(fingers, event.pointerId, place, view);
    else if (drag) follow(drag, place, view);
    fingers.set(event.pointerId, place);
  });

  const lift = (event) => {
    if (!fingers.delete(event.pointerId) || !drag || fingers.size) return;
    if (drag.outline && drag.far) view.lasso(drag.outline, true);
    else if (!drag.far && event.type === "pointerup") view.click(...drag.start);
    drag = null;
    picture.classList.remove("dragging");
  };
  on(picture, "pointerup", lift);
  on(picture, "pointercancel", lift);
  on(picture, "pointerleave", () => view.hover(null));
  on(picture, "dblclick", (event) => {
    if (!event.target.closest("button, .travel")) view.zoom(...at(picture, event), 1.8, true);
  });
  on(picture, "wheel", (event) => wheel(event, picture, view), { passive: false });
  const noteScroll = () => (pageScrolledAt = performance.now());
  on(document, "scroll", noteScroll, { capture: true, passive: true });
  on(picture, "keydown", (event) => key(event, view));

  function follow(motion, place, target) {
    const [dx, dy] = [place[0] - motion.last[0], place[1] - motion.last[1]];
    const away = Math.hypot(place[0] - motion.start[0], place[1] - motion.start[1]);
    if (!motion.far && away < CLICK_SLACK) return;
    motion.far = true;
    motion.last = place;
    if (motion.outline) {
      motion.outline.push(place);
      target.lasso(motion.outline, false);
    } else {
      picture.classList.add("dragging");
      target.pan(dx, dy);
    }
  }

  return () => stop.abort();
}

function pinch(fingers, id, place, view) {
  const [other] = [...fingers].filter(([finger]) => finger !== id).map(([, spot]) => spot);
  const before = fingers.get(id);
  const spread = (spot) => Math.hypot(spot[0] - other[0], spot[1] - other[1]) || 1;
  const middle = [(place[0] + other[0]) / 2, (place[1] + other[1]) / 2];
  view.zoom(...middle, spread(place) / spread(before));
  view.pan((place[0] - before[0]) / 2, (place[1] - before[1]) / 2);
}

/** Zoom, unless the page is being scrolled past the map or there is nothing left to zoom. */
function wheel(event, picture, view) {
  if (!event.ctrlKey && performance.now() - pageScrolledAt < PAGE_SCROLL_PAUSE) {
    pageScrolledAt = performance.now();
    return;
  }
  const pixels = event.deltaMode === 1 ? event.deltaY * 18 : event.deltaY;
  const strength = event.ctrlKey ? 0.011 : 0.0022;
  if (view.zoom(...at(picture, event), Math.exp(-pixels * strength))) event.preventDefault();
}

const ARROWS = {
  ArrowLeft: [KEY_STEP, 0],
  ArrowRight: [-KEY_STEP, 0],
  ArrowUp: [0, KEY_STEP],
  ArrowDown: [0, -KEY_STEP],
};

function key(event, view) {
  if (event.target.closest("input, button") && event.key !== "Escape") return;
  const known = event.key in ARROWS || ["+", "=", "-", "0", "Escape", "Enter"].includes(event.key);
  if (!known || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (event.key in ARROWS) view.keyPan(...ARROWS[event.key]);
  else view.key(event.key === "=" ? "+" : event.key);
}

/** Whether a point lies inside a hand-drawn outline. */
export function within(outline, x, y) {
  let inside = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [xi, yi] = outline[i];
    const [xj, yj] = outline[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
