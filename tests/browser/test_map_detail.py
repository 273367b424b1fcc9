"""A large catalogue in a real browser: the closer one looks, the more of it is drawn."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from recengine.ui.map_component import pack
from tests.benchmarks.drawing import CATEGORIES, made_up, map_alone, told_to_browser

NUM_ITEMS = 40_000
STILL = ".map[data-state=still]"
ALL = f"All {NUM_ITEMS:,} items drawn"
FIRST = f"12,500 of {NUM_ITEMS:,} items drawn; zoom in for more"
DARK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 0; at < data.length; at += 4) drawn += data[at] + data[at + 1] + data[at + 2] < 740;
  return drawn / (data.length / 4);
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = map_alone(browser)
    page.evaluate("told => show(told)", told_to_browser(pack(made_up(NUM_ITEMS), CATEGORIES)))
    expect(page.locator(".map .travel .after")).to_have_class("after on")
    yield page
    page.close()


def whole(page: Page) -> None:
    page.locator(".map .picture").press("0")
    expect(page.locator(".counts")).to_have_text(FIRST)
    expect(page.locator(STILL)).to_be_visible()


def closely(page: Page, item_id: str) -> None:
    """Zoom in with this item staying where it is."""
    place = page.locator(".map").evaluate("(map, id) => map.locate(id)", item_id)
    page.mouse.move(*place)
    for _ in range(6):
        page.mouse.wheel(0, -300)
    expect(page.locator(".counts")).to_have_text(ALL)
    expect(page.locator(STILL)).to_be_visible()


def last_to_appear() -> str:
    items = made_up(NUM_ITEMS).items
    middle = items[items["static_x"].abs().lt(0.3) & items["static_y"].abs().lt(0.3)]
    return str(middle.nlargest(1, "detail")["item_id"].iat[0])


def test_it_says_how_many_are_drawn_and_more_once_one_looks_closely(page):
    whole(page)
    closely(page, last_to_appear())
    whole(page)


def test_what_is_seen_stays_as_full_of_dots(page):
    whole(page)
    before = page.locator(".ground").evaluate(DARK)
    page.locator(".map .picture").press("+")
    expect(page.locator(".counts")).not_to_have_text(FIRST)
    expect(page.locator(STILL)).to_be_visible()
    assert before / 3 < page.locator(".ground").evaluate(DARK) < before * 4


def test_an_item_that_appears_late_has_its_name_once_it_is_there(page):
    item_id = last_to_appear()
    whole(page)
    place = page.locator(".map").evaluate("(map, id) => map.locate(id)", item_id)
    page.mouse.move(*place)
    name = page.locator(".map .note strong")
    if name.is_visible():
        assert not name.inner_text().split(" (")[0].endswith(f" {item_id}")
    closely(page, item_id)
    place = page.locator(".map").evaluate("(map, id) => map.locate(id)", item_id)
    page.mouse.move(place[0] + 1, place[1])
    page.mouse.move(*place)
    expect(name).to_contain_text(f" {item_id} (")


def test_a_small_catalogue_says_nothing(browser):
    page = map_alone(browser)
    page.evaluate("told => show(told)", told_to_browser(pack(made_up(500), CATEGORIES)))
    expect(page.locator(".counts")).to_be_hidden()
    page.close()
