"""A text with its words marked by weight: on the page, in a page to keep, and as a picture."""

from collections.abc import Mapping

import streamlit as st

from recengine.engine.why.answers import Words
from recengine.ui.browser_button import browser_button
from recengine.ui.charts.answered import is_word
from recengine.ui.text import markup, one_line
from recengine.ui.view import View

_MOST_WORDS = 400  # of a long text that are drawn
_BETWEEN = "|"  # where a reader saw a mark between two texts
_STRONGEST = 0.65  # of the colour, behind the word of most weight
_DRAWING = """<path d="M10 3v9m0 0 3.4-3.4M10 12 6.6 8.6"/>
<path d="M4 14.5V16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-1.5"/>"""
_JS = """
const WIDTH = 760, EDGE = 24, DENSITY = 2;

/** Words in lines as wide as the picture; returns the height that they take. */
function write(context, words, top, size, weight, colours, font) {
  const line = Math.round(size * 1.75), space = size * 0.45;
  context.font = `${weight} ${size}px ${font}`;
  let left = EDGE, base = top + line;
  for (const [word, strength, passed] of words) {
    const wide = context.measureText(word).width;
    if (left > EDGE && left + wide > WIDTH - EDGE) { left = EDGE; base += line; }
    if (strength > 0) {
      context.globalAlpha = strength;
      context.fillStyle = colours.mark;
      context.beginPath();
      context.roundRect(left - 3, base - size * 1.05, wide + 6, size * 1.4, 4);
      context.fill();
    }
    context.globalAlpha = passed ? 0.5 : 1;
    context.fillStyle = colours.text;
    context.fillText(word, left, base);
    context.globalAlpha = 1;
    left += wide + space;
  }
  return base - top + line * 0.5;
}

function draw(context, { sentence, words, remark, colours }, font) {
  const plain = (text) => text.split(" ").map((word) => [word, 0, false]);
  let height = EDGE / 2;
  height += write(context, plain(sentence), height, 18, 600, colours, font);
  height += write(context, words, height, 16, 400, colours, font);
  height += write(context, plain(remark), height, 13, 400, colours, font);
  return height + EDGE / 2;
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.querySelector(".word").textContent = data.word;
  button.onclick = () => {
    const font = getComputedStyle(button).fontFamily;
    const sheet = document.createElement("canvas");
    const context = sheet.getContext("2d");
    sheet.height = draw(context, data, font) * DENSITY; // once to measure; this clears it
    sheet.width = WIDTH * DENSITY;
    context.scale(DENSITY, DENSITY);
    context.fillStyle = data.colours.ground;
    context.fillRect(0, 0, sheet.width, sheet.height);
    draw(context, data, font);
    sheet.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${data.name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  };
}
"""

_mount = browser_button("recengine_marked_words", _DRAWING, _JS)


def draw_marked(view: View, words: Words, name: str, remark: str) -> str:
    """Draw the text and the button that saves it as a PNG; returns it as HTML.

    Args:
        view: whose colours.
        words: the text, and what answered each word.
        name: file name without ending.
        remark: what marks mean, to be read below the picture; there with the method's verdict.
    """
    answers: dict[int, str] = {}
    for one in words.evidence:
        answers.setdefault(one.facts["position"], _said(one.facts))
    drawn = _drawn(words)
    text = " ".join(_marked(*word, answers.get(place, "")) for place, word in enumerate(drawn))
    html = f'<p class="re-marked">{text}</p>'
    st.html(html)
    colours = {"ground": view.palette.surface, "text": view.palette.text}
    remark = f"{remark} {words.trust.mark}." if words.trust else remark
    said = {"sentence": words.sentence, "remark": remark, "words": drawn, "name": name}
    _mount(
        key=f"save_{name}",
        width="content",
        data={**said, "word": "Save as PNG", "colours": {**colours, "mark": view.palette.history}},
    )
    return html


def _drawn(words: Words) -> list[tuple[str, float, bool]]:
    """Each word in its order, how strong its mark is, and whether it was passed over."""
    head = words.text.head(_MOST_WORDS)
    weighed = [is_word(kind, word) for kind, word in zip(head["kind"], head["word"], strict=True)]
    weights = head["weight"].where(weighed, 0.0)
    strengths = _STRONGEST * weights / (weights.max() or 1.0)
    shown = [
        _BETWEEN if kind == "mark" else one_line(word)
        for kind, word in zip(head["kind"], head["word"], strict=True)
    ]
    drawn = list(zip(shown, strengths.round(3).tolist(), (~head["compared"]).tolist(), strict=True))
    return [*drawn, ("…", 0.0, False)] if len(words.text) > len(head) else drawn


def _marked(word: str, strength: float, passed: bool, said: str) -> str:
    if passed:
        return f'<span class="re-passed">{markup(word)}</span>'
    if strength <= 0:
        return markup(word)
    title = f' title="{markup(said)}"' if said else ""
    return f'<mark style="--strength:{strength:.0%}"{title}>{markup(word)}</mark>'


def _said(facts: Mapping[str, str]) -> str:
    answer = facts.get("history_word", "")
    return f"{answer} in {facts['title']}" if answer else facts["title"]
