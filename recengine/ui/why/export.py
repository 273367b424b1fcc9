"""One answer as a page that needs nothing else: no script, no font, no address of elsewhere."""

import pandas as pd

from recengine.ui.actions import spoken
from recengine.ui.text import markup
from recengine.ui.view import View

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } p { opacity: .8; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
i { display: inline-block; height: .6rem; border-radius: 3px; vertical-align: middle; }
mark { color: inherit; border-radius: 4px; padding: 0 .2rem;
  background: color-mix(in srgb, #0072B2 var(--strength), transparent); }
.re-passed { opacity: .5; }
i.for { background: #0072B2; } i.against { background: #D55E00; }
"""
_BAR = 9.0  # rem, of the largest number


def html_page(
    view: View, what: str, sentence: str, table: pd.DataFrame, how: str = "", marked: str = ""
) -> str:
    """The sentence, who was asked about, and every row, with a bar for each weight.

    Args:
        view: who, when, by which ranker.
        what: what the table holds.
        sentence: what it says.
        table: its rows.
        how: by which method, and whether that was tested; empty if there is none.
        marked: a text with marks in it, as HTML, to stand above the table; empty without one.
    """
    weights = next((name for name in table if table[name].dtype.kind == "f"), None)
    largest = float(table[weights].abs().max() or 1.0) if weights and len(table) else 1.0
    heads = "".join(f"<th>{markup(name)}</th>" for name in table)
    rows = "".join(
        f"<tr>{''.join(_cell(row[name], name == weights, largest) for name in table)}</tr>"
        for row in table.to_dict("records")
    )
    about = f"{view.dataset.title}: {spoken(view.request, view)}. {what}."
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{markup(what)}</title>'
        f"<style>{_STYLE}</style><h1>{markup(sentence)}</h1>"
        f"<p>{markup(about)}</p>{f'<p>{markup(how)}</p>' if how else ''}{marked}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></html>"
    )


def _cell(value: object, is_weight: bool, largest: float) -> str:
    if isinstance(value, float) and pd.notna(value):
        bar = ""
        if is_weight:
            side = "for" if value >= 0 else "against"
            bar = f' <i class="{side}" style="width:{_BAR * abs(value) / largest:.2f}rem"></i>'
        return f'<td class="number">{value:+.3f}{bar}</td>'
    written = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
    return f"<td>{'' if written is None or written is pd.NA else markup(written)}</td>"
