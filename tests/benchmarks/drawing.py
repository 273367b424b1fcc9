"""How large a map travels to the browser, and how long Chromium takes to paint it.

    python -m tests.benchmarks.drawing [--items 3706 10000 100000] [--times 5]

A made-up catalogue of each size is packed as a real one; the page is the map component alone, with
the same JavaScript and the same Arrow tables as in the dashboard. Prints size of the payload, time
to pack it, time until the first picture stands (median of several), and the median of one frame:
of the morph, of panning over the whole map, and of panning where one looks closely, with the frames
per second that panning reaches (a screen shows 60).
"""

import argparse
import base64
import shutil
import statistics
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from playwright.sync_api import Browser, Page, sync_playwright

from recengine.engine.results import ItemMap
from recengine.projection.sample import order_of_detail
from recengine.types import Request
from recengine.ui.map_component import pack
from recengine.ui.map_component.component import joined_script
from recengine.ui.map_component.tints import category_pairs, role_colours
from recengine.ui.map_component.wording import WORDS

FRONTEND = Path(__file__).parents[2] / "recengine" / "ui" / "map_component" / "frontend"
CATEGORIES = tuple(f"Category {number}" for number in range(18))
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The component reads Arrow tables by these three members alone.
PAGE = """
<style>body { margin: 0; width: 1000px; font-family: sans-serif }
:root { --st-background-color: #ffffff; --st-text-color: #222222; --st-font: sans-serif;
        --st-border-color: #dddddd }
%(css)s</style><div id="host">%(html)s</div>
<script type="module">
%(script)s
const TYPES = { u1: Uint8Array, u2: Uint16Array, i2: Int16Array, i4: Int32Array, f4: Float32Array };
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const column = ({ type, data }) => {
  const values =
    type === "text" ? data
    : type === "bytes" ? data.map(bytes)
    : new TYPES[type](bytes(data).buffer);
  return { get: (row) => values[row], toArray: () => values };
};
const table = ({ rows, columns }) => {
  const read = Object.fromEntries(Object.entries(columns).map(([n, c]) => [n, column(c)]));
  return { numRows: rows, getChild: (name) => read[name] };
};
globalThis.show = (told) => {
  const data = { ...told };
  for (const name of ["items", "titles", "path", "regions"]) data[name] = table(told[name]);
  const started = performance.now();
  mountMap({ data, parentElement: document.querySelector("#host"), setTriggerValue() {} });
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() - started))));
};
globalThis.frames = async (count) => {
  const slider = document.querySelector(".travel input");
  const times = [];
  for (let frame = 0; frame < count; frame++) {
    slider.value = (1000 * frame) / count;
    const started = performance.now();
    slider.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - started);
  }
  return times;
};
const picture = () => document.querySelector(".picture");
const pointer = (kind, x, y) => picture().dispatchEvent(new PointerEvent(
  kind, { clientX: x, clientY: y, pointerId: 1, button: 0, buttons: 1, bubbles: true }));
globalThis.closer = async (steps) => {
  const { left, top, width, height } = picture().getBoundingClientRect();
  for (let step = 0; step < steps; step++) {
    picture().dispatchEvent(new WheelEvent("wheel", { deltaY: -200, bubbles: true,
      cancelable: true, clientX: left + width / 2, clientY: top + height / 2 }));
    await new Promise((done) => requestAnimationFrame(done));
  }
};
globalThis.pan = async (count) => {
  const times = [];
  picture().setPointerCapture = () => {};
  pointer("pointerdown", 300, 300);
  for (let frame = 1; frame <= count; frame++) {
    pointer("pointermove", 300 + 40 * Math.sin(frame / 4), 300 + 30 * Math.cos(frame / 5));
    const started = performance.now();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - started);
  }
  pointer("pointerup", 300, 300);
  return times;
};
</script>
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[3_706, 10_000, 100_000])
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("No Chromium was found; install one and try again.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for size in asked.items:
            _report(browser, made_up(size), asked.times)
        browser.close()


def made_up(num_items: int) -> ItemMap:
    """A catalogue in clusters."""
    rng = np.random.default_rng(0)
    centres = rng.uniform(-0.8, 0.8, (18, 2))
    cluster = rng.integers(0, 18, num_items)
    xy = (centres[cluster] + rng.normal(scale=0.09, size=(num_items, 2))).astype(np.float32)
    rows = np.arange(num_items)
    moved = xy + rng.normal(scale=0.02, size=xy.shape)
    items = pd.DataFrame(
        {
            "item_id": rows.astype(str),
            "title": [f"The Item With a Title of Usual Length {row}" for row in rows],
            "year": pd.array(1950 + rows % 70, dtype="Int64"),
            "category": [CATEGORIES[each] for each in cluster[rows]],
            "categories": [[CATEGORIES[each]] for each in cluster[rows]],
            "static_x": xy[rows, 0], "static_y": xy[rows, 1],
            "x": moved[rows, 0], "y": moved[rows, 1],
            "shift": np.abs(moved - xy)[rows].sum(axis=1), "score": rng.normal(size=len(rows)),
            "rank": 1 + np.arange(len(rows)), "trust": rng.uniform(size=len(rows)),
            "role": np.select([rows < 190, rows < 200], ["history", "recommendation"], "catalogue"),
            "moved_by": [f"Event {each}" for each in rows % 200],
            "detail": np.argsort(order_of_detail(xy)),
        }
    )  # fmt: skip
    path = pd.DataFrame({"step": np.arange(1, 121), "x": np.linspace(-1, 1, 120), "y": 0.0})
    regions = pd.DataFrame({"label": CATEGORIES, "x": centres[:, 0], "y": centres[:, 1], "size": 9})
    return ItemMap(
        Request(user_id="1"), items, path, regions, trust=0.9, num_items=num_items, sentence="Made."
    )


def _report(browser: Browser, item_map: ItemMap, times: int) -> None:
    started = time.perf_counter()
    packed = pack(item_map, CATEGORIES)
    seconds = time.perf_counter() - started
    size = sum(_arrow_bytes(each) for each in packed.values() if isinstance(each, pa.Table)) / 1e3
    told = told_to_browser(packed)
    runs = [_one_run(browser, told) for _ in range(times)]
    first, morph, whole, close = (statistics.median(each) for each in zip(*runs, strict=True))
    print(
        f"{len(item_map.items):>8,} items   {size:7,.0f} KB   packed {seconds:5.2f} s   "
        f"first picture {first:5.0f} ms   a frame: morph {morph:5.1f} ms, "
        f"panning {whole:5.1f} ms ({1000 / whole:.0f} a second), "
        f"close {close:5.1f} ms ({1000 / close:.0f} a second)",
        flush=True,
    )


def _one_run(browser: Browser, told: dict) -> tuple[float, float, float, float]:
    """Milliseconds to the first picture, and of one frame of the morph and of panning twice."""
    page = map_alone(browser)
    first = page.evaluate("told => show(told)", told)
    page.wait_for_timeout(2_500)  # the first look has bent
    morph = statistics.median(page.evaluate("frames(30)"))
    whole = statistics.median(page.evaluate("pan(30)"))
    page.evaluate("closer(8)")
    close = statistics.median(page.evaluate("pan(30)"))
    page.close()
    return first, morph, whole, close


def map_alone(browser: Browser) -> Page:
    """A page with nothing but the map component; `show(told)` there mounts it."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    script = joined_script().replace("export default function", "function mountMap")
    parts = {"css": (FRONTEND / "map.css").read_text(), "html": (FRONTEND / "map.html").read_text()}
    page.set_content(PAGE % {**parts, "script": script})
    page.wait_for_function("() => Boolean(globalThis.show)")
    return page


def told_to_browser(packed: dict) -> dict:
    """What a page with the map alone needs to show a packed map."""
    tables = {key: _plain(value) for key, value in packed.items() if isinstance(value, pa.Table)}
    return {**packed, **tables, **_look()}


def _look() -> dict:
    return {
        "mode": "explore", "colour_by": "category", "ramp_words": ["", ""], "trails": 40,
        "selected": "", "searched": [], "cursor": 0, "dynamic": True, "stand": "", "ringed": [],
        "roles": ["history", "recommendation", "interest"], "remark": "", "height": 640,
        "beside": "", "report_moment": False, "categories": category_pairs(CATEGORIES),
        "palettes": role_colours(), "words": dict(WORDS), "sentence": "Made.", "name": "map",
    }  # fmt: skip


def _arrow_bytes(table: pa.Table) -> int:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().size


def _plain(table: pa.Table) -> dict:
    """The table for a page without an Arrow reader: numbers as base64, text as lists."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_string(column.type):
            columns[name] = {"type": "text", "data": column.to_pylist()}
            continue
        if pa.types.is_binary(column.type):
            cells = [base64.b64encode(cell).decode() for cell in column.to_pylist()]
            columns[name] = {"type": "bytes", "data": cells}
            continue
        values = column.to_numpy()
        data = base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
        columns[name] = {"type": f"{values.dtype.kind}{values.dtype.itemsize}", "data": data}
    return {"rows": table.num_rows, "columns": columns}


if __name__ == "__main__":
    main()
