"""A button that copies the address of the page, which holds the whole question."""

from recengine.ui.browser_button import browser_button

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

_DRAWING = """<path d="M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.6-2.6a3.2 3.2 0 0 0-4.6-4.6L9.9 5.5"/>
<path d="M11.5 8.5a3.2 3.2 0 0 0-4.6 0l-2.6 2.6a3.2 3.2 0 0 0 4.6 4.6l1.2-1.2"/>"""

_mount = browser_button("recengine_copy_link", _DRAWING, _JS)


def copy_link() -> None:
    """Draw the button."""
    _mount(key="copy_link", data={"word": "Copy link", "done": "Copied"})
