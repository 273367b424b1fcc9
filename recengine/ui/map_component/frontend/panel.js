/** The parts of the map that are not drawn: buttons, the slider, the key, the note at the pointer. */

import { withAlpha } from "./colours.js";
import { HISTORY, RECOMMENDATION } from "./scene.js";

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

/** Write what is known of an item into the note and put it near the pointer, inside the picture. */
export function showNote(note, scene, row, x, y, camera, blend) {
  const { columns } = scene;
  const year = columns.years[row];
  const lines = [make("strong", "", scene.titles[row] + (year ? ` (${year})` : ""))];
  const categories = scene.categorySets[columns.categorySet[row]];
  if (categories) lines.push(make("span", "soft", categories));
  lines.push(make("span", `role-${columns.role[row]}`, standing(scene, row)));
  const mover = scene.movers[columns.mover[row]];
  if (mover && blend > 0.5 && columns.distance[row] >= 0.005) {
    const distance = columns.distance[row].toFixed(2);
    lines.push(make("span", "soft", `moved ${distance}, most by ${mover}`));
  }
  if (columns.trust[row] < 0.5) lines.push(make("span", "soft", "place on the map uncertain"));
  note.replaceChildren(...lines);
  note.hidden = false;
  const width = note.offsetWidth;
  const height = note.offsetHeight;
  const left = x + 16 + width > camera.width - 6 ? x - 16 - width : x + 16;
  const top = y + 14 + height > camera.height - 6 ? y - 14 - height : y + 14;
  note.style.transform = `translate(${Math.max(6, left)}px, ${Math.max(6, top)}px)`;
}

function standing(scene, row) {
  const role = scene.columns.role[row];
  const rank = scene.columns.rank[row];
  if (role === HISTORY) return "in their history";
  const place = rank ? `place ${rank.toLocaleString("en")} for this person` : "not ranked";
  return role === RECOMMENDATION ? `recommended: ${place}` : place;
}

/** The key under the map: shapes of the roles, then the colours of the question that is asked. */
export function drawKey(root, data, scene, theme, onCategory, chosen) {
  const roles = make("div", "roles");
  const words = data.words;
  for (const [kind, word] of [
    ["history", words.history],
    ["recommendation", words.recommendation],
    ["interest", words.interest],
  ]) {
    if (!data.roles.includes(kind)) continue;
    const entry = make("span", "entry");
    const mark = make("i", `mark ${kind}`);
    mark.style.background = theme.roles[kind];
    entry.append(mark, make("span", "", word));
    roles.append(entry);
  }
  root.replaceChildren(roles);
  if (data.colour_by === "category") {
    root.append(categoryKey(data, scene, theme, onCategory, chosen));
  } else if (theme.roles.ramps[data.colour_by]) {
    root.append(rampKey(data, theme));
  }
}

function categoryKey(data, scene, theme, onCategory, chosen) {
  const counts = new Map();
  for (const code of scene.columns.category) counts.set(code, (counts.get(code) ?? 0) + 1);
  const present = data.categories
    .map((category, code) => ({ ...category, codes: [code], count: counts.get(code) ?? 0 }))
    .filter((category) => category.count)
    .sort((a, b) => b.count - a.count);
  const own = present.filter((category) => category.own);
  const shared = present.filter((category) => !category.own);
  if (shared.length) own.push(together(shared));
  const list = make("div", "colours");
  list.append(...own.map((category) => chipFor(category, theme, onCategory, chosen)));
  return list;
}

/** Rare categories share one colour, and one chip. */
const together = (shared) => ({
  ...shared[0],
  name: shared.length > 1 ? `${shared.length} rare ones` : shared[0].name,
  codes: shared.flatMap((category) => category.codes),
  count: shared.reduce((sum, category) => sum + category.count, 0),
  names: shared.map((category) => category.name).join(", "),
});

function chipFor(category, theme, onCategory, chosen) {
  const chip = make("button", "chip");
  chip.type = "button";
  const names = category.names ?? category.name;
  chip.title = `Show only ${names} (${category.count.toLocaleString("en")} items)`;
  chip.setAttribute("aria-pressed", String(chosen !== null && category.codes.every((c) => chosen.has(c))));
  const mark = make("i", "mark dot");
  mark.style.background = theme.dark ? category.dark : category.light;
  chip.append(mark, make("span", "", category.name));
  chip.onclick = () => onCategory(category.codes);
  return chip;
}

function rampKey(data, theme) {
  const words = data.ramp_words;
  const entry = make("div", "ramp");
  const bar = make("i", "bar");
  bar.style.background = `linear-gradient(90deg, ${theme.roles.ramps[data.colour_by].join(", ")})`;
  entry.append(make("span", "", words[0]), bar, make("span", "", words[1]));
  return entry;
}

/** Save the picture, with its sentence and remark above it, as a PNG file. */
export function savePicture(layers, theme, { sentence, remark, name }, density) {
  const { width, height } = layers[0];
  const line = Math.round(26 * density);
  const head = line * (remark ? 3 : 2);
  const sheet = make("canvas", "");
  sheet.width = width;
  sheet.height = height + head;
  const context = sheet.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = withAlpha(theme.text, 0.92);
  context.font = `600 ${Math.round(15 * density)}px ${theme.font}`;
  context.textBaseline = "middle";
  context.fillText(sentence, 16 * density, line, width - 32 * density);
  context.font = `400 ${Math.round(13 * density)}px ${theme.font}`;
  context.fillText(remark, 16 * density, 2 * line, width - 32 * density);
  for (const layer of layers) context.drawImage(layer, 0, head, width, height);
  sheet.toBlob((blob) => {
    const link = make("a", "");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}
