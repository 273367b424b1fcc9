"""Compare in a browser: a link to two people, and somebody whom two rankers treat differently."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_frame import asked, settle


def test_a_cold_link_opens_what_it_asks_for(fresh_dashboard, open_page):
    page = open_page(f"{fresh_dashboard}/compare?show=sides&beside=person")
    settle(page)
    expect(page.locator(".re-aligned li").first).to_be_visible()
    assert page.locator(".re-aligned h5").first.inner_text().startswith("Person")
    assert asked(page)["show"] == "sides"


def test_a_disagreement_leads_to_both_lists_of_that_person(dashboard, open_page, prepared):
    prepared.run(
        "evaluate", prepared.data, "--ranker", "popularity", "--ranker", "recent-popularity"
    )
    page = open_page(f"{dashboard}/compare?show=apart&ranker=popularity")
    settle(page)
    first = page.locator("[class*='st-key-story_apart_0'] button")
    person = first.locator("strong").inner_text()
    first.click()
    expect(page.locator(".re-aligned li").first).to_be_visible()
    expect(page.locator(".re-strip .re-name")).to_have_text(person)
    settle(page)
    question = asked(page)
    assert f"Person {question['user']}" == person
    assert question["show"] == "sides"


@pytest.mark.parametrize("show", ["board", "sides", "apart", "errors"])
def test_no_view_scrolls_sideways_on_a_telephone(dashboard, open_page, show):
    page = open_page(f"{dashboard}/compare?show={show}", width=390, height=844)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
