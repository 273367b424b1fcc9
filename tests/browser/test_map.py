"""The map in a real browser: it is drawn, moves, is picked from, searched, drawn around, zoomed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

expect.set_options(timeout=30_000)  # a busy machine draws late

STILL = ".map[data-state=still]"
QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"
# How many pixels of the dots differ from the background, and a sum that changes when they move.
PIXELS = """map => {
  const canvas = map.querySelector(".ground");
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let drawn = 0, sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    const differs = data[at] !== data[0] || data[at + 1] !== data[1] || data[at + 2] !== data[2];
    if (differs) { drawn += 1; sum = (sum + (at % 999_983) * data[at]) % 1_000_000_007; }
  }
  return [drawn, sum];
}"""


@pytest.fixture(scope="module")
def opened(dashboard: str, browser: Browser) -> Iterator[Page]:
    """One page for all tests that leave it as they found it."""
    context = browser.new_context(viewport={"width": 1440, "height": 1100})
    page = context.new_page()
    page.goto(f"{dashboard}/item_map", timeout=60_000)
    settled(page)
    yield page
    context.close()


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """The page with the whole map in view, bent to the person, nothing drawn around."""
    yield opened
    opened.locator(".map .picture").press("Escape")
    opened.locator(".map .picture").press("0")
    slide(opened, 1)


def settled(page: Page) -> Locator:
    """The map, once it has bent to the person and stands still, and nothing runs."""
    expect(page.locator(QUIET)).to_be_visible()
    expect(page.locator(".map .travel .after")).to_have_class("after on")
    expect(page.locator(STILL)).to_be_visible()
    return page.locator(".map")


def pixels(page: Page) -> list[int]:
    return page.locator(".map").evaluate(PIXELS)


def steady_pixels(page: Page) -> list[int]:
    """The pixels once they stay the same; what glides or fades may do so for a moment longer."""
    before = pixels(page)
    for _ in range(50):
        page.wait_for_timeout(200)
        if (now := pixels(page)) == before:
            return now
        before = now
    pytest.fail("the map does not come to rest")


def slide(page: Page, share: float) -> None:
    page.locator(".map .travel input").evaluate(
        "(slider, share) => { slider.value = share * slider.max;"
        " slider.dispatchEvent(new Event('input')); }",
        share,
    )
    expect(page.locator(STILL)).to_be_visible()


def place_of(page: Page, item_id: str) -> list[float]:
    return page.locator(".map").evaluate("(map, id) => map.locate(id)", item_id)


def address_of(page: Page, name: str) -> str:
    return page.evaluate("name => new URL(location).searchParams.get(name) ?? ''", name)


def near_button_ids(page: Page) -> list[str]:
    classes = page.locator("[class*=st-key-near_]").evaluate_all("all => all.map(e => e.className)")
    return [text.split("st-key-near_")[1].split()[0] for text in classes]


def test_thousands_of_dots_are_drawn(page):
    assert pixels(page)[0] > 1_000


def test_moving_the_slider_moves_the_dots_and_back_again(page):
    bent = steady_pixels(page)
    slide(page, 0)
    assert steady_pixels(page)[1] != bent[1]
    slide(page, 1)
    assert steady_pixels(page) == bent


def test_play_goes_from_this_person_to_everyone(page):
    page.get_by_role("button", name="Move between the map for everyone").click()
    expect(page.locator(".map .travel .before")).to_have_class("before on")
    expect(page.locator(STILL)).to_be_visible()
    assert page.locator(".map .travel input").input_value() == "0"


def test_a_click_on_a_dot_puts_that_item_in_focus(page):
    item_id = near_button_ids(page)[0]
    page.mouse.click(*place_of(page, item_id))
    expect(page.locator(".map .spoken")).to_contain_text("Selected")
    title = page.locator(".map .spoken").inner_text().removeprefix("Selected ")
    expect(page.locator(".re-focus h4")).to_contain_text(title)
    assert address_of(page, "item")


def test_hovering_tells_what_a_dot_is(page):
    page.mouse.move(*place_of(page, near_button_ids(page)[0]))
    expect(page.locator(".map .note strong")).to_be_visible()
    expect(page.locator(".map .note")).to_contain_text(re.compile("place|history"))


def test_a_neighbour_in_the_card_is_selected_on_the_map(page):
    item_id = near_button_ids(page)[0]
    before = page.locator(".re-focus h4").inner_text()
    page.locator(f".st-key-near_{item_id}").get_by_role("button").click()
    expect(page.locator(".re-focus h4")).not_to_have_text(before)
    assert address_of(page, "item") == item_id


def test_searching_rings_items_on_the_map(page):
    before = page.locator(".map").screenshot()
    title = page.locator(".re-focus h4").inner_text().split()[0]
    page.get_by_placeholder("Find one of").fill(title)
    expect(page.locator(".st-key-map_hits").get_by_role("button").first).to_be_visible()
    expect(page.locator(STILL)).to_be_visible()
    assert page.locator(".map").screenshot() != before
    page.get_by_placeholder("Find one of").fill("")
    expect(page.locator(".st-key-map_hits")).to_have_count(0)


def test_drawing_around_items_lists_them(page):
    page.get_by_role("button", name="Select items by drawing").click()
    box = page.locator(".map .picture").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    corners = [(-160, -120), (160, -120), (160, 120), (-160, 120)]
    page.mouse.move(middle[0] - 160, middle[1] - 120)
    page.mouse.down()
    for dx, dy in [*corners, corners[0]]:
        page.mouse.move(middle[0] + dx, middle[1] + dy, steps=4)
    page.mouse.up()
    expect(page.get_by_text("drawn around")).to_be_visible()
    said = page.locator(".map .spoken").inner_text()
    assert int(said.split()[0]) > 0
    page.locator(".map .picture").press("Escape")
    expect(page.get_by_text("drawn around")).to_have_count(0)


def test_wheel_zooms_and_the_button_shows_all_again(page):
    item_id = near_button_ids(page)[0]
    before = place_of(page, item_id)
    box = page.locator(".map .picture").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.wheel(0, -600)
    expect(page.locator(STILL)).to_be_visible()
    assert place_of(page, item_id) != before
    page.get_by_role("button", name="Show the whole map").click()
    page.wait_for_timeout(100)
    expect(page.locator(STILL)).to_be_visible()
    assert place_of(page, item_id) == pytest.approx(before, abs=1)


def test_zoom_is_kept_when_another_item_is_chosen(page):
    page.locator(".map .picture").press("+")
    page.wait_for_timeout(100)
    expect(page.locator(STILL)).to_be_visible()
    item_id = near_button_ids(page)[0]
    before = place_of(page, item_id)
    page.locator(f".st-key-near_{item_id}").get_by_role("button").click()
    expect(page.locator(".re-focus h4")).to_be_visible()
    page.wait_for_timeout(500)
    assert place_of(page, item_id) == pytest.approx(before, abs=1)


def test_keys_move_the_map(page):
    item_id = near_button_ids(page)[0]
    x, y = place_of(page, item_id)
    page.locator(".map .picture").press("ArrowLeft")
    expect(page.locator(STILL)).to_be_visible()
    assert place_of(page, item_id) == pytest.approx([x + 70, y], abs=1)


def test_dots_glide_to_the_map_of_another_moment(page):
    before = pixels(page)
    page.locator(".map").evaluate("map => { map.was = 'the same element' }")
    chosen = page.locator("[data-testid=stSidebar] [data-testid=stButtonGroup]").first
    chosen.get_by_role("button", pressed=False).or_(
        chosen.get_by_role("radio", checked=False)
    ).first.click()
    page.wait_for_timeout(2500)
    expect(page.locator(STILL)).to_be_visible()
    assert page.locator(".map").evaluate("map => map.was") == "the same element"
    assert pixels(page)[1] != before[1]


def test_the_picture_can_be_saved(page):
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the picture as PNG").click()
    assert saved.value.suggested_filename.endswith(".png")


def test_reduced_motion_shows_the_bent_map_at_once(dashboard, browser):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{dashboard}/item_map")
    expect(page.locator(".map .travel .after")).to_have_class("after on", timeout=60_000)
    assert page.locator(".map .travel input").input_value() == "1000"
    context.close()


def test_dark_mode_draws_on_a_dark_ground(dashboard, open_page):
    page = open_page(f"{dashboard}/item_map", color_scheme="dark")
    settled(page)
    corner = page.locator(".map .ground").evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(2, 2, 1, 1).data]"
    )
    assert max(corner[:3]) < 60


@pytest.mark.parametrize("width", [390, 1440])
def test_the_map_fits_the_page(dashboard, open_page, width):
    page = open_page(f"{dashboard}/item_map", width=width, height=844)
    settled(page)
    box = page.locator(".map .picture").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_timeline_plays_from_the_first_event_to_the_last(dashboard, open_page):
    page = open_page(f"{dashboard}/timeline", height=1400)
    map_ = page.locator(".map.path")
    expect(map_.locator(".moment .when")).to_contain_text("Event ")
    last = map_.locator(".moment .when").inner_text()
    slide(page, 0)
    expect(map_.locator(".moment .when")).to_contain_text("Event 1 of")
    map_.get_by_role("button", name="Play from the first event").click()
    expect(map_.locator(".moment .when")).to_have_text(last, timeout=20_000)


def test_chart_and_map_share_one_cursor(dashboard, open_page):
    page = open_page(f"{dashboard}/timeline", height=1400)
    line = page.locator(".js-plotly-plot > div[aria-hidden=true]").last
    expect(line).to_be_visible()
    at_the_end = line.bounding_box()["x"]
    slide(page, 0)
    assert line.bounding_box()["x"] < at_the_end - 100
