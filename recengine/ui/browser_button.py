"""Buttons that the browser itself answers, in the look of Streamlit's own."""

from collections.abc import Callable
from typing import Any

import streamlit as st

_CSS = """
button {
  width: 100%; display: flex; gap: 0.45rem; align-items: center; justify-content: center;
  min-height: 2.5rem; padding: 0.25rem 0.6rem; cursor: pointer; color: var(--st-text-color);
  font: 400 0.875rem/1.4 var(--st-font); white-space: nowrap;
  border-radius: var(--st-button-radius);
  background: color-mix(in srgb, var(--st-background-color), var(--st-secondary-background-color));
  border: 1px solid var(--st-widget-border-color, var(--st-border-color));
}
button:hover, button:focus-visible {
  border-color: var(--st-primary-color); color: var(--st-primary-color); outline: none;
}
svg { width: 1.1rem; height: 1.1rem; fill: none; stroke: currentcolor; stroke-width: 1.8;
  stroke-linecap: round; }
"""


def browser_button(name: str, drawing: str, script: str) -> Callable[..., Any]:
    """A component that is one button; mount it with the data that its script reads.

    Args:
        name: of the component, unique.
        drawing: what its icon is drawn by, in an SVG of 20 by 20.
        script: its default export gets `data` and `parentElement`; the word on the button stands in
            the element of the class "word".
    """
    html = (
        '<button type="button" aria-live="polite"><svg viewBox="0 0 20 20" aria-hidden="true">'
        f'{drawing}</svg><span class="word"></span></button>'
    )
    return st.components.v2.component(name, html=html, css=_CSS, js=script)
