"""A button that copies the address of the page, which holds the whole question."""

import streamlit as st

_JS = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const show = (word) => { button.querySelector(".word").textContent = word; };
  const copied = async (address) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(address);
    const field = document.createElement("textarea"); // plain http has no clipboard object
    field.value = address;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  show(data.word);
  button.onclick = async () => {
    await copied(window.location.href);
    show(data.done);
    setTimeout(() => show(data.word), 1800);
  };
}
"""

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

_HTML = """
<button type="button" aria-live="polite"><svg viewBox="0 0 20 20" aria-hidden="true">
<path d="M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.6-2.6a3.2 3.2 0 0 0-4.6-4.6L9.9 5.5"/>
<path d="M11.5 8.5a3.2 3.2 0 0 0-4.6 0l-2.6 2.6a3.2 3.2 0 0 0 4.6 4.6l1.2-1.2"/>
</svg><span class="word"></span></button>
"""

_mount = st.components.v2.component("recengine_copy_link", html=_HTML, css=_CSS, js=_JS)


def copy_link() -> None:
    """Draw the button."""
    _mount(key="copy_link", data={"word": "Copy link", "done": "Copied"})
