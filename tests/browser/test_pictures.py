"""Every page looks like something, in both lights; `make pictures` keeps what it looks like."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

PAGES = sorted(path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py"))


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_in_both_lights(name, light, dashboard, open_page):
    page = open_page(f"{dashboard}/{name}", color_scheme=light)
    expect(page.locator(".re-strip")).to_be_visible()
    at_rest = {"name": "data-test-script-state", "value": "notRunning"}
    for _ in range(2):  # a page that waits for something begins anew when it is there
        expect(page.get_by_test_id("stApp")).to_have_attribute(**at_rest)
        page.wait_for_timeout(1_000)  # what glides must have come to rest
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    picture = page.screenshot()
    assert page.get_by_test_id("stException").all_inner_texts() == []
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    colours = image.getcolors(1 << 24)
    most = max(count for count, _ in colours) / sum(count for count, _ in colours)
    assert len(colours) > 300
    assert most < 0.95, "the page is nearly empty"
    if light == "light" and (folder := os.environ.get("RECENGINE_PICTURES")):
        Path(folder).mkdir(parents=True, exist_ok=True)
        image.quantize(256).save(Path(folder) / f"{name}.png", optimize=True)
