/** The colours of the page's theme, of the roles, and of each item for a chosen question. */

export const hexToRgb = (hex) => {
  const text = hex.trim().replace("#", "");
  const full = text.length === 3 ? [...text].map((digit) => digit + digit).join("") : text;
  const number = Number.parseInt(full.slice(0, 6), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
};

const parsed = new Map();

export function withAlpha(hex, alpha) {
  if (!parsed.has(hex)) parsed.set(hex, hexToRgb(hex).join(","));
  return `rgba(${parsed.get(hex)},${alpha})`;
}

const luminance = ([red, green, blue]) => (0.299 * red + 0.587 * green + 0.114 * blue) / 255;

const mix = (from, to, t) => from.map((value, index) => Math.round(value + (to[index] - value) * t));

/** Read the page's theme from the custom properties around `host`. */
export function readTheme(host, palettes) {
  const style = getComputedStyle(host);
  const read = (name, otherwise) => {
    const value = style.getPropertyValue(name).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const background = read("--st-background-color", "#ffffff");
  const dark = background.startsWith("#") && luminance(hexToRgb(background)) < 0.5;
  return {
    dark,
    background: background.startsWith("#") ? background : "#ffffff",
    text: read("--st-text-color", dark ? "#fafafa" : "#1f2430"),
    font: read("--st-font", "system-ui, sans-serif"),
    roles: dark ? palettes.dark : palettes.light,
  };
}

const STEPS = 64;

/** Points along a list of colours, the first standing for the lowest value. */
function ramp(stops) {
  const colours = stops.map(hexToRgb);
  return Array.from({ length: STEPS }, (_, step) => {
    const place = (step / (STEPS - 1)) * (colours.length - 1);
    const left = Math.min(colours.length - 2, Math.floor(place));
    return mix(colours[left], colours[left + 1], place - left);
  });
}

const toStep = (share) => Math.round(Math.min(1, Math.max(0, share)) * (STEPS - 1));

/**
 * One colour per item as an index into a list of colours.
 *
 * Returns `codes` (Uint8Array), `colours` (list of [r, g, b]) and `strength`, how opaque dots are.
 */
export function colourItems(scene, question, theme, categories) {
  const { count, columns } = scene;
  const codes = new Uint8Array(count);
  const grey = hexToRgb(theme.roles.catalogue);
  if (question === "category") {
    const colours = categories.map((category) => hexToRgb(theme.dark ? category.dark : category.light));
    for (let i = 0; i < count; i++) codes[i] = Math.min(columns.category[i], colours.length);
    return { codes, colours: [...colours, grey], strength: theme.dark ? 0.66 : 0.62 };
  }
  const measure = columns[question];
  if (!measure) return { codes, colours: [grey], strength: theme.dark ? 0.45 : 0.35 };
  for (let i = 0; i < count; i++) codes[i] = toStep(measure[i]);
  return { codes, colours: ramp(theme.roles.ramps[question]), strength: 0.78 };
}
