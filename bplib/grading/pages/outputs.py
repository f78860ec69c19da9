"""What a student's own cell printed, drew or failed with: a limited amount, and nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from bplib.grading.pages.safe_html import fragment, markdown, picture, plain

#: For each cell: so many outputs, so many lines of each, and so many characters (in base64) of a picture.
OUTPUTS, LINES, PICTURE = 8, 40, 1_000_000


def shown_outputs(cell: NotebookNode) -> Iterator[Markup]:
    """Yield the outputs of a cell as HTML. A report in them is plain text here: anyone can print a report."""
    outputs = _merged(cell.get("outputs", []))
    for output in outputs[:OUTPUTS]:
        yield _shown(output)
    if len(outputs) > OUTPUTS:
        yield Markup("<p>… and {} outputs more.</p>").format(len(outputs) - OUTPUTS)


def _shown(output: NotebookNode) -> Markup:
    if output.output_type == "stream":
        return plain(strip_ansi(output.text), LINES)
    if output.output_type == "error":
        told = plain(strip_ansi("\n".join(output.traceback)), LINES)
        headline = f"{output.ename}: {output.evalue}".rstrip(": ").split("\n")[0][:300]
        return Markup(
            "<p>It failed with <code>{}</code></p><details><summary>Where</summary>{}</details>"
        ).format(headline, told)
    data = output.get("data", {})
    for mimetype in ("image/png", "image/jpeg", "image/gif"):
        if isinstance(data.get(mimetype), str):
            drawn = picture(mimetype, data[mimetype], "A figure that this cell drew")
            if drawn is not None and len(drawn) <= PICTURE:
                return drawn
            return Markup("<p>A picture that is not shown: it is too large, or broken.</p>")
    if isinstance(data.get("text/html"), str):
        return fragment(data["text/html"])
    if isinstance(data.get("text/markdown"), str):
        return markdown(data["text/markdown"])
    if isinstance(data.get("text/plain"), str):
        return plain(strip_ansi(data["text/plain"]), LINES)
    return Markup("<p>An output of a kind that is not shown here.</p>")


def _merged(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join pieces of the same stream: a loop that prints comes as many outputs."""
    merged: list[NotebookNode] = []
    for output in outputs:
        before = merged[-1] if merged else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before["text"] = before.text + output.text
        else:
            merged.append(NotebookNode(output))
    return merged
