"""Every page can be the first one asked for after the server has started."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

PAGES = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_within_its_frame_on_a_server_that_nobody_has_visited(
    name, fresh_dashboard, open_page
):
    page = open_page(f"{fresh_dashboard}/{name}")
    expect(page.locator(".re-strip")).to_be_visible()  # drawn by app.py, not by the page
    expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    assert page.get_by_test_id("stException").all_inner_texts() == []
