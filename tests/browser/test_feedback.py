"""More, less and not now in a real browser: the address keeps it, undo takes it back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"


def titles(page: Page) -> list[str]:
    expect(page.locator(QUIET)).to_be_visible()
    return page.locator(".card .title").all_inner_texts()


def test_a_remark_changes_the_list_and_undo_gives_it_back(
    dashboard: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{dashboard}/recommendations")
    expect(page.locator(".card")).to_have_count(10)
    before = titles(page)
    hidden = before[2]
    page.get_by_role("button", name=f"Not now: {hidden}", exact=True).click()
    expect(page.locator(".re-said-not-now")).to_be_visible()
    expect(page.locator(".card .title").filter(has_text=hidden)).to_have_count(0)
    assert hidden not in titles(page)
    assert "told=n" in page.url
    more = page.get_by_role("button", name=f"More like this: {before[5]}", exact=True)
    more.focus()
    more.press("Enter")  # the keyboard does what the mouse does
    expect(more).to_have_attribute("aria-pressed", "true")
    shared = page.url
    page.get_by_role("button", name="Undo").click()
    expect(more).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".re-said-not-now")).to_have_count(0)
    assert titles(page) == before
    page.goto(shared)
    again = page.get_by_role("button", name=f"More like this: {before[5]}", exact=True)
    expect(again).to_have_attribute("aria-pressed", "true")


def test_two_maps_share_what_is_drawn_around(
    dashboard: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{dashboard}/item_map?maps=two&since=person")
    expect(page.locator(".map[data-state=still]")).to_have_count(2)
    expect(page.locator(QUIET)).to_be_visible()
    box = page.locator(".map .picture").first.bounding_box()
    left, top = box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2
    page.keyboard.down("Shift")
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((220, 0), (220, 220), (0, 220), (0, 0)):
        page.mouse.move(left + x, top + y, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator(".st-key-drawn_around_table")).to_be_visible()
    expect(page.get_by_text("Hold the selection still")).to_be_visible()
