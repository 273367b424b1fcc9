"""The frame in a browser: what is chosen goes into the address, and the address brings it back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)  # a busy machine is no failure

STILL = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def settle(page: Page) -> None:
    """Wait until the frame is there and nothing runs."""
    page.wait_for_selector(".re-strip")
    page.wait_for_selector(STILL)


def asked(page: Page) -> dict[str, str]:
    """What the address says."""
    query = urlsplit(page.evaluate("location.href")).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def other_moment(page: Page) -> str:
    """Choose a value of the moment that is not chosen yet; gives it as the strip writes it."""
    control = page.locator(".st-key-moment").get_by_role("radio", checked=False).first
    chosen = control.inner_text().strip()
    control.click()
    expect(page.locator(".re-strip .re-moment", has_text=chosen.lower()).first).to_be_visible()
    settle(page)
    return chosen.lower()


def test_address_brings_back_person_and_moment(dashboard, open_page):
    page = open_page(f"{dashboard}/recommendations")
    settle(page)
    page.get_by_role("button", name="Anyone").click()
    page.wait_for_timeout(300)
    settle(page)
    moment = other_moment(page)
    expect(page.locator(STILL)).to_be_visible()
    strip = page.locator(".re-strip").inner_text()
    question = asked(page)
    assert moment in {value.lower() for value in question.values()}

    again = open_page(page.evaluate("location.href"), width=1200)
    settle(again)
    assert again.locator(".re-strip").inner_text() == strip
    assert asked(again) == question


def test_question_goes_along_from_page_to_page(dashboard, open_page):
    page = open_page(dashboard)
    settle(page)
    other_moment(page)
    question = asked(page)
    page.get_by_test_id("stTopNavLink").filter(has_text="Recommendations").click()
    page.wait_for_selector("ol.cards > li")
    settle(page)
    assert urlsplit(page.evaluate("location.href")).path == "/recommendations"
    assert asked(page) == question


def test_back_button_brings_back_the_moment_before(dashboard, open_page):
    page = open_page(f"{dashboard}/recommendations")
    settle(page)
    before = asked(page)
    strip = page.locator(".re-strip").inner_text()
    other_moment(page)
    page.go_back()
    page.wait_for_function("before => document.querySelector('.re-strip').innerText === before",
                           arg=strip)  # fmt: skip
    settle(page)
    assert asked(page) == before


def test_card_leads_to_its_reasons_with_the_item_in_the_address(dashboard, open_page):
    page = open_page(f"{dashboard}/recommendations")
    settle(page)
    page.locator("ol.cards button.why").nth(1).click()
    page.wait_for_url("**/why?*item=*")
    settle(page)
    assert asked(page)["item"]


def test_unknown_person_in_the_address_is_answered_calmly(dashboard, open_page):
    page = open_page(f"{dashboard}/recommendations?user=nobody")
    settle(page)
    expect(page.get_by_text("Unknown user")).to_be_visible()
    assert asked(page)["user"] != "nobody"
    expect(page.locator("ol.cards > li")).to_have_count(10)


def test_list_without_the_moment_shows_where_cards_were(dashboard, open_page):
    page = open_page(f"{dashboard}/recommendations")
    settle(page)
    page.get_by_role("radio", name="Without the moment").click()
    expect(page.locator("ol.cards .move").first).to_be_visible()
    expect(page.locator("ol.cards > li")).to_have_count(10)


@pytest.mark.parametrize("path", ["", "recommendations"])
def test_narrow_page_never_scrolls_sideways(dashboard, open_page, path):
    page = open_page(f"{dashboard}/{path}", width=390, height=844, color_scheme="dark")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_role("button", name="Anyone")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavLink").filter(has_text="Timeline")).to_be_visible()
