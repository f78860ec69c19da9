"""The report as a small card: readable in light and dark notebooks and on nbgrader's feedback page.

Colors come from JupyterLab's variables where there are any, and follow the system where there are none. Every
verdict is a word and a sign, never a color alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from bplib.checking.diagnosis.causes import CAUSES, Cause
from bplib.checking.report.output import NOT_WRITTEN, RIGHT, UNDECIDED, WRONG, OutputReport, sentence
from bplib.types import Array

SIGNS = {
    RIGHT: ("✓", "right"),
    WRONG: ("✗", "wrong"),
    NOT_WRITTEN: ("…", "not written yet"),
    UNDECIDED: ("?", "undecided"),
}

_INK = "var(--jp-content-font-color1, currentColor)"
_LINE = "color-mix(in srgb, currentColor 22%, transparent)"
_FAINT = "color-mix(in srgb, currentColor 6%, transparent)"
_MONO = "var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace)"
_ACCENT = {RIGHT: "#1f7a47", WRONG: "#c2354c", NOT_WRITTEN: "#666c75", UNDECIDED: "#8f6200"}
#: Larger arrays are cut: a card is to be read at a glance.
ROWS, COLUMNS = 8, 8


def card(function: str, outputs: Sequence[OutputReport], notes: Sequence[str]) -> str:
    """HTML with inline styles only: nothing to load, nothing that leaks into the page around it."""
    points, earned = (
        float(sum(getattr(output, kind) for output in outputs)) for kind in ("points", "earned")
    )
    share = 0.0 if not points else 100.0 * earned / points
    verdicts = {output.verdict for output in outputs}
    tone = _ACCENT[verdicts.pop() if len(verdicts) == 1 else UNDECIDED]
    label = f"{function}: {earned:g} of {points:g} points"
    bar = (
        f'<div aria-hidden="true" style="height:4px;border-radius:2px;background:{_LINE};margin:0 0 .7em">'
        f'<div style="height:4px;border-radius:2px;width:{share:.0f}%;background:{tone}"></div></div>'
    )
    # What stopped the whole function is said once, under its first output; so is a call that shows several of them.
    calls = [output.call for output in outputs]
    told = [(output.message, output.cause, output.values) for output in outputs]
    rows = "".join(
        _row(output, quiet=told[k] in told[:k], again=output.call in calls[:k])
        for k, output in enumerate(outputs)
    )
    notes = "".join(
        f'<p style="margin:.5em 0 0;font-size:.92em;opacity:.85;white-space:pre-wrap"><b>Note.</b> {escape(note)}</p>'
        for note in notes
    )
    return (
        f'<section class="bp-report" aria-label="{escape(label)}" style="box-sizing:border-box;max-width:46em;color:{_INK};'
        f"border:1px solid {_LINE};border-left:4px solid {tone};border-radius:8px;padding:.8em 1.1em;margin:.3em 0;"
        f'font-family:var(--jp-ui-font-family, system-ui, sans-serif);font-size:14px;line-height:1.5">'
        f'<div style="display:flex;justify-content:space-between;gap:1em;align-items:baseline;margin:0 0 .45em">'
        f'<b style="font-family:{_MONO};font-size:1.05em">{escape(function)}</b>'
        f"<span><b>{earned:g}</b> of {points:g} points</span></div>"
        f"{bar}{rows}{notes}</section>"
    )


def _row(output: OutputReport, quiet: bool, again: bool) -> str:
    sign, word = SIGNS[output.verdict]
    tone = _ACCENT[output.verdict]
    chip = (
        f'<span style="flex:none;display:inline-block;width:1.5em;height:1.5em;line-height:1.5em;border-radius:50%;'
        f'text-align:center;font-weight:700;background:{tone};color:#fff;font-size:.86em" role="img" '
        f'aria-label="{word}">{sign}</span>'
    )
    said = ""
    if output.message not in ("", word) and quiet:
        said = '<div style="margin:.1em 0 0">The same as above.</div>'
    elif output.message not in ("", word):
        tables = _tables(output)
        said = f'<div style="margin:.1em 0 0">{escape(_sentence(output))}</div>{tables}'
        if output.values and not tables:
            said += f'<div style="font-family:{_MONO};font-size:.92em;margin:.25em 0 0">{escape(output.values)}</div>'
        said += ("" if again else _call(output)) + _hint(output)
    return (
        f'<div style="display:flex;gap:.7em;padding:.4em 0;align-items:flex-start">{chip}'
        f'<div style="flex:1;min-width:0"><div style="display:flex;justify-content:space-between;gap:1em">'
        f'<span><b style="font-family:{_MONO}">{escape(output.name)}</b> <span>{word}</span></span>'
        f'<span style="opacity:.8">{output.earned:g}/{output.points:g}</span></div>{said}</div></div>'
    )


def _call(output: OutputReport) -> str:
    """Folded away: the call that shows it, to be copied into a cell."""
    if not output.call:
        return ""
    return (
        f'<details style="margin:.4em 0 0"><summary style="cursor:pointer">The call that shows it</summary>'
        f'<pre style="margin:.3em 0 0;padding:.5em .7em;overflow-x:auto;background:{_FAINT};border-radius:4px;'
        f'font-family:{_MONO};font-size:.86em;color:inherit">{escape(output.call)}</pre></details>'
    )


def _hint(output: OutputReport) -> str:
    """Folded away: first what is wrong and where, and the hint for those who ask."""
    if output.cause is None:
        return ""
    cause = CAUSES[output.cause]
    return (
        f'<details style="margin:.4em 0 0"><summary style="cursor:pointer">A hint</summary>'
        f'<div style="margin:.2em 0 0">{escape(cause.hint)} {where_to_read(cause)}</div></details>'
    )


def where_to_read(cause: Cause) -> str:
    """The chapter, and the mistake's own file where the book's address is known."""
    if not cause.page:
        return ""
    file = ""
    if cause.link:
        file = f', the file <a style="color:inherit" href="{escape(cause.link)}">{cause.name}</a>'
    return f"<span>More on this kind of mistake: the chapter <i>{escape(cause.chapter)}</i>{file}.</span>"


def _tables(output: OutputReport) -> str:
    """Both arrays side by side, where they are small enough and have more than one entry."""
    if output.expected is None or output.given is None or output.expected.size < 2:
        return ""
    expected, given = np.atleast_2d(output.expected), np.atleast_2d(output.given)
    if expected.ndim > 2 or expected.shape[0] > ROWS or expected.shape[1] > COLUMNS:
        return ""
    index = output.index or ()
    worst = (0,) * (2 - len(index)) + index
    # So many digits that the two differ where it is worst.
    pair = float(expected[worst]), float(given[worst])
    digits = next((n for n in (4, 6, 9, 12) if f"{pair[0]:.{n}g}" != f"{pair[1]:.{n}g}"), 17)
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:.6em 1.6em;margin:.5em 0 0;overflow-x:auto">'
        + _table("expected", expected, worst, digits)
        + _table("yours", given, worst, digits)
        + "</div>"
    )


def _table(title: str, array: Array, worst: tuple[int, ...], digits: int) -> str:
    def cell(i: int, j: int) -> str:
        mark = (
            f"outline:2px solid {_ACCENT[WRONG]};outline-offset:-2px;font-weight:700;"
            if (i, j) == worst
            else ""
        )
        number = f"{array[i, j]:.{digits if (i, j) == worst else 4}g}"
        return (
            f'<td style="padding:.15em .55em;text-align:right;border:0;background:{_FAINT};{mark}">'
            f"{escape(number)}</td>"
        )

    body = "".join(
        f'<tr style="background:none">{"".join(cell(i, j) for j in range(array.shape[1]))}</tr>'
        for i in range(array.shape[0])
    )
    return (
        f'<table style="border-collapse:separate;border-spacing:2px;border:0;margin:0;font-family:{_MONO};'
        f'font-size:.86em;color:inherit"><caption style="caption-side:top;text-align:left;padding:0 0 .15em;'
        f'color:inherit;font-family:var(--jp-ui-font-family, system-ui, sans-serif)">{title}</caption>{body}</table>'
    )


def _sentence(output: OutputReport) -> str:
    text = sentence(output)
    # The name of an array, such as b1, stays what it is.
    first = text.split(" ", 1)[0].rstrip(",;:")
    text = text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
    return text + ("" if text.endswith((".", "?", "!")) else ".")
