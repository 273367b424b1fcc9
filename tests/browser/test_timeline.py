"""The timeline in a real browser: brushed, clicked, played into the future, shared by a link."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"
PLOT = "[class*=st-key-journey_stream] .js-plotly-plot"
CALIBRATED = 240_000  # ms that the first forecast of a ranker may take on a busy machine
# Pixels of the drawn layer whose colour leans to that of the interest: the cone, the way, the star.
INTEREST_PIXELS = """map => {
  const canvas = map.querySelector(".ink");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let seen = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue, alpha] = data.subarray(at, at + 4);
    if (alpha > 8 && red > green + 40 && blue > green + 30) seen += 1;
  }
  return seen;
}"""


@pytest.fixture(scope="module")
def page(dashboard: str, browser: Browser) -> Iterator[Page]:
    """One page for all tests that leave it as they found it."""
    context = browser.new_context(viewport={"width": 1440, "height": 1500})
    page = context.new_page()
    page.goto(f"{dashboard}/timeline?axis=event")
    # the forecast comes later, and the picture is drawn anew with it
    expect(page.get_by_text("next 10 events")).to_be_visible(timeout=CALIBRATED)
    expect(plot(page)).to_have_count(1)
    expect(plot(page)).to_be_visible()
    yield page
    context.close()


def plot(page: Page) -> Locator:
    return page.locator(PLOT)


def chosen(page: Page, name: str) -> str:
    expect(page.locator(QUIET)).to_be_visible()
    return page.evaluate("name => new URL(location).searchParams.get(name) ?? ''", name)


def test_dragging_across_the_stream_opens_that_stretch(page):
    box = plot(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 180, steps=8)
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"events \d+ to \d+"))).to_be_visible()
    first, last = int(chosen(page, "first")), int(chosen(page, "last"))
    assert 1 < first < last
    expect(page.get_by_role("heading", name=f"After event {last:,}")).to_be_visible()
    page.locator(".st-key-brush_close button").first.click()
    expect(page.locator(".st-key-brush_close")).to_have_count(0)
    assert chosen(page, "first") == ""


def test_a_click_on_the_stream_takes_the_map_to_that_event(page):
    moment = page.locator(".map.path .moment .when")
    before = moment.inner_text()
    bars = plot(page).locator(".barlayer .point path")
    bar = bars.nth(bars.count() // 3).bounding_box()
    page.mouse.move(bar["x"], bar["y"] - 150)
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] - 150)
    expect(moment).not_to_have_text(before)
    expect(page.get_by_role("heading", name=re.compile("Around event"))).to_be_visible()
    assert chosen(page, "at") in {str(bars.count() // 3 + near) for near in (0, 1, 2)}


def test_the_cone_is_drawn_at_the_end_and_fades_in_the_past(page):
    map_ = page.locator(".map.path")
    slider = map_.locator(".travel input")
    seen = []
    for share in (1, 0):
        slider.evaluate(
            "(slider, share) => { slider.value = share * slider.max;"
            " slider.dispatchEvent(new Event('input')); }",
            share,
        )
        page.wait_for_timeout(400)
        seen.append(map_.evaluate(INTEREST_PIXELS))
    assert seen[0] > seen[1]


def test_a_link_shows_the_same_to_somebody_else(dashboard, open_page):
    link = f"{dashboard}/timeline?axis=event&ahead=20&band=95&first=3&last=9&at=5"
    other = open_page(link, height=1500)
    expect(other.get_by_text("events 3 to 9")).to_be_visible()
    expect(other.locator(".map.path .moment .when")).to_contain_text("Event 5 of")
    expect(other.get_by_text("next 20 events")).to_be_visible(timeout=CALIBRATED)


@pytest.mark.parametrize("view", ["person", "pair", "groups", "mine"])
def test_every_view_fits_a_phone_in_the_dark(view, dashboard, open_page):
    page = open_page(
        f"{dashboard}/timeline?view={view}", width=390, height=844, color_scheme="dark"
    )
    expect(page.locator("[data-testid=stHeading]").first).to_be_visible()
    expect(page.locator(QUIET)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_test_id("stException").all_inner_texts() == []
