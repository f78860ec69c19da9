"""What a student could put into a notebook to have it run, load or cover something where somebody opens it; and what an honest one shows.

Each kind has a name, and `alive-NAME` stands wherever it would come to life: in what a script sets, in an address that is asked for, in
an attribute or a style. So `alive` can say which kinds live in a page, and a browser which have run.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from typing import Any

from bs4 import BeautifulSoup, NavigableString
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

SET = "top.alive=(top.alive||'')+'alive-NAME '"
ELSEWHERE, OWN = "https://elsewhere.example/alive-NAME", "/api/alive-NAME"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{SET}"><script>{SET}</script></svg>'
COVER = "position:fixed;inset:0;z-index:99999;background:white;--x:alive-NAME"
SVG_64 = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()

#: Markup, which is displayed as HTML, and which is written into a text as well.
MARKUP = {
    "script": f"<script>{SET}</script>",
    "onerror": f'<img src=x onerror="{SET}">',
    "svg": SVG,
    "svg-in-style": f'<svg><style><img src=x onerror="{SET}"></style></svg>',
    "mathml": f'<math><mtext><table><mglyph><style><img src=x onerror="{SET}"></style></mglyph></table>',
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={SET}>"></noscript>',
    "comment": f'<!-- --!><img src=x onerror="{SET}"> -->',
    "textarea": f'<textarea></textarea><img src=x onerror="{SET}">',
    "frame": f'<iframe srcdoc="<script>{SET}</script>"></iframe>',
    "frame-of-script": f'<iframe src="javascript:{SET}"></iframe>',
    "frame-of-the-server": f'<iframe src="{OWN}"></iframe>',
    "object": f'<object data="{OWN}"></object><embed src="{ELSEWHERE}">',
    "opened": f'<details open ontoggle="{SET}">opened</details>',
    "animated": f'<b style="animation:spin 1s" onanimationstart="{SET}">x</b>',
    "focused": f'<input autofocus onfocus="{SET}">',
    "link-to-script": f'<a href="javascript:{SET}">a link</a>',
    "link-with-a-tab": f'<a href=" java\tscript:{SET}">a link</a>',
    "link-to-data": f'<a href="data:text/html,<script>{SET}</script>">a link</a>',
    "link-to-a-file": '<a href="alive-NAME.html">a link</a>',
    "form": f'<form action="{OWN}"><button>Grade</button></form>',
    "button-of-a-form": f'<button formaction="javascript:{SET}">Save</button>',
    "base": f'<base href="{ELSEWHERE}/">',
    "refresh": f'<meta http-equiv="refresh" content="0; url={ELSEWHERE}">',
    "sheet": f'<link rel="stylesheet" href="{ELSEWHERE}.css">',
    "import": f"<style>@import '{ELSEWHERE}.css';</style>",
    "hidden-points": "<style>.score, .alive-NAME { display: none !important }</style>",
    "cover": f'<div style="{COVER}">full points</div>',
    "background": f'<p style="background:url({ELSEWHERE})">x</p>',
    "picture-from-elsewhere": f'<img src="{ELSEWHERE}.png" alt="a tracker">',
    "picture-of-the-server": f'<img src="{OWN}" alt="a request">',
    "pictures": f'<picture><source srcset="{ELSEWHERE}.png"><img srcset="{ELSEWHERE}.png 2x"></picture>',
    "film": f'<video src="{ELSEWHERE}" poster="{OWN}" onerror="{SET}" autoplay></video>',
    "name-of-a-field": '<p id="test-count_parameters" class="score alive-NAME" name="alive-NAME">x</p>',
    "formula": f"$\\href{{javascript:{SET}}}{{click}}$",
}
#: What is written into a text alone.
TEXTS = {
    "link": "[a link](javascript:top.alive='alive-NAME')",
    "angle-link": "<javascript:top.alive='alive-NAME'>",
    "named-link": "[a link][x]\n\n[x]: javascript:top.alive='alive-NAME'",
    "picture": f"![a tracker]({ELSEWHERE}.png)",
    "picture-of-its-own": "![a file](alive-NAME.png)",
    "named-picture": f"![a tracker][y]\n\n[y]: {OWN}",
    "picture-with-a-sign": f'![$x" onerror="{SET}$](x)',
    "diagram": f'```mermaid\n<img src=x onerror="{SET}">\n```',
    "style-of-a-formula": "$\\style{position:fixed;alive-NAME:1}{x} \\class{alive-NAME}{y}$",
    "formula-with-room": f"text $ \\href{{javascript:{SET}}}{{click}} $ text",
    "formula-in-numbers": f"&#36;&#92;href{{javascript:{SET}}}{{click}}&#36;",
    "command-of-its-own": "$$\\def\\a{\\href}\\a{javascript:top.alive='alive-NAME'}{click}$$",
    "formula-that-covers": "$\\hspace{-99em}\\rule{99em}{99em}\\text{alive-NAME}$",
}
#: Bundles of kinds, and their metadata, as a cell displays them.
BUNDLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "javascript": ({"application/javascript": SET}, {}),
    "javascript-as-text": ({"text/javascript": SET, "text/plain": "x"}, {}),
    "drawing": ({"image/svg+xml": SVG}, {}),
    "document": ({"application/pdf": "alive-NAME"}, {}),
    "widget": ({"application/vnd.jupyter.widget-view+json": {"model_id": "alive-NAME"}}, {}),
    "vega": ({"application/vnd.vegalite.v5+json": {"data": {"url": ELSEWHERE}}, "text/plain": "x"}, {}),
    "plotly": ({"application/vnd.plotly.v1+json": {"layout": {"images": [{"source": ELSEWHERE}]}}}, {}),
    "mermaid": ({"text/vnd.mermaid": f'<img src=x onerror="{SET}">'}, {}),
    "unheard-of": ({"application/x-alive-name": SET}, {}),
    "report": ({"application/vnd.bplib.report+json": {"function": SET}, "text/html": f"<b onclick={SET}>8 of 8</b>"}, {}),
    "isolated": ({"text/html": f"<script>{SET}</script>"}, {"text/html": {"isolated": True}}),
    "text-as-markdown": ({"text/markdown": f'<img src=x onerror="{SET}">'}, {}),
    "picture-as-markdown": ({"text/markdown": f"![x]({ELSEWHERE}.png)"}, {}),
    "latex": ({"text/latex": f"$\\href{{javascript:{SET}}}{{click}}$"}, {}),
    "latex-of-html": ({"text/latex": f"<script>{SET}</script>"}, {}),
    "no-picture": ({"image/png": f'" onerror="{SET}'}, {}),
    "name-of-a-picture": ({"image/png": "AAAA"}, {"filenames": {"image/png": ELSEWHERE}}),
    "width-of-a-picture": ({"image/png": "AAAA"}, {"image/png": {"width": f"1 onload={SET}"}}),
}  # fmt: skip
ATTACHMENTS = {
    "attached-drawing": {"x.png": {"image/svg+xml": SVG_64 + "alive-NAME"}},
    "attached-page": {"x.png": {"text/html": "alive-NAME"}},
    "attached-quote": {"x.png": {"image/png": f'" onerror="{SET}'}},
}


def _named(value: Any, name: str) -> Any:
    return json.loads(json.dumps(value).replace("NAME", name))


def written() -> list[NotebookNode]:
    """Markdown and raw cells, one for each kind."""
    texts = {f"text-{name}": text for name, text in MARKUP.items()} | TEXTS
    cells = [new_markdown_cell(_named(text, name)) for name, text in texts.items()]
    for name, attached in ATTACHMENTS.items():
        cells.append(new_markdown_cell(f"![{name}](attachment:x.png)", attachments=_named(attached, name)))
    cells.append(new_markdown_cell("![gone](attachment:gone.png)"))
    cells.append(new_raw_cell(_named(MARKUP["script"], "raw")))
    html = {"raw_mimetype": "text/html"}
    return [*cells, new_raw_cell(_named(MARKUP["script"], "raw-html"), metadata=html)]


def bundles() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """What is displayed, by its kind: data and metadata."""
    markup = {f"html-{name}": ({"text/html": text}, {}) for name, text in MARKUP.items()}
    return {name: _named(bundle, name) for name, bundle in {**markup, **BUNDLES}.items()}


def displaying() -> NotebookNode:
    """A cell that displays all of them when it runs."""
    lines = [
        "import json",
        "from IPython.display import display",
        f"for data, metadata in json.loads({json.dumps(list(bundles().values()))!r}):",
        "    display(data, metadata=metadata, raw=True)",
    ]
    return new_code_cell("\n".join(lines))


def displayed() -> NotebookNode:
    """The same cell, as it is when it has run and nobody has looked at what it shows."""
    outputs = [new_output("display_data", data, metadata=metadata) for data, metadata in bundles().values()]
    return new_code_cell("show()", outputs=outputs)


def marked() -> NotebookNode:
    """A notebook whose metadata, ids and numbers are what no honest one has."""
    breakout = f'"><img src=x onerror="{SET}">'
    cell = new_code_cell("1", metadata={"tags": [_named(breakout, "tag")], "alt": _named(breakout, "alt")})
    cell.metadata["magics_language"] = _named(breakout, "magic")
    cell.metadata["nbgrader"] = {
        "grade_id": _named(breakout, "grade-id"),
        "solution": True,
        "grade": True,
        "points": 1,
    }
    cell["id"], cell["execution_count"] = _named(breakout, "id"), _named(breakout, "count")
    cell["outputs"] = [
        {"output_type": "alive-kind", "data": {}},
        {"output_type": "stream", "name": "alive-name", "text": ["a", "b"]},
    ]
    notebook = NotebookNode(new_notebook())
    notebook["cells"] = [
        cell,
        NotebookNode(cell_type="alive-type", metadata=NotebookNode(), source=["<script>"]),
    ]
    state = {"state": {"alive-state": {"model_name": _named(MARKUP["script"], "state")}}}
    notebook.metadata = from_dict({
        "widgets": {"application/vnd.jupyter.widget-state+json": state},
        "title": _named(breakout, "title"),
        "language_info": {"name": "python", "pygments_lexer": _named(breakout, "lexer"), "codemirror_mode": {"name": "alive-mode"}},
        "kernelspec": {"name": "python3", "display_name": _named(breakout, "kernel"), "language": "python"},
    })  # fmt: skip
    return notebook


def page(notebook: NotebookNode) -> str:
    """The notebook as nbconvert shows it, in the way that formgrader builds on."""
    made, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    return str(made)


_LIVE = ["script", "style", "iframe", "object", "noscript", "template", "svg"]
_TEX = re.compile(r"\\(?:href|style|class|def|rule)")


def alive(html: str, mathjax: bool = True) -> set[str]:
    """The kinds that would come to life in a page: by an attribute, in what is no text, or in a formula that MathJax sets."""
    found: set[str] = set()
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(True):
        found.update(re.findall(r"alive-[\w-]+", json.dumps(tag.attrs)))
    for text in soup.find_all(string=True):
        ignored = (
            not mathjax or text.find_parent(["code", "pre"]) or text.find_parent(class_="tex2jax_ignore")
        )
        if (
            text.find_parent(_LIVE)
            or type(text) is not NavigableString
            or (_TEX.search(text) and not ignored)
        ):
            found.update(re.findall(r"alive-[\w-]+", text))
    return found


def png() -> str:
    """A picture of one red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)).decode()


TABLE = (
    '<div>\n<style scoped>\n.dataframe tbody tr th { vertical-align: top; }\n</style>\n<table border="1" class="dataframe">\n'
    '<thead>\n<tr style="text-align: right;">\n<th></th>\n<th>loss</th>\n</tr>\n</thead>\n'
    "<tbody>\n<tr>\n<th>0</th>\n<td>0.693</td>\n</tr>\n</tbody>\n</table>\n</div>"
)
#: What an honest student writes, which is to stay as it is.
ORDINARY = (
    "# My notes\n\nThe **chain** rule, `dz = da * (1 - a**2)`, with $\\frac{\\partial L}{\\partial W} = x^\\top \\delta$ and $a<b$.",
    "| layer | units |\n|:--|--:|\n| 1 | 64 |\n\n1. one\n2. two\n\n- [x] done\n- [ ] to do\n\n> quoted\n\n---\n\n~~no~~",
    "```python\nif a < b and isinstance(x, list[int]):\n    print('<b>')\n```\n\n    indented <class 'int'>\n\nSee [the book](https://book.example/a?b=1&c=2).",
    "$$\n\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix} \\in \\mathbb{R}^{2 \\times 2}\n$$\n\n\\begin{align}\na &= b \\\\[2pt]\nc &= d\n\\end{align}",
    "x<sub>1</sub> and a line<br>break, **é ü 你好** “quoted” & co",
)  # fmt: skip
HONEST = "\n".join(
    [
        "from IPython.display import HTML, Latex, Markdown, display",
        "print('a printed line')",
        f"display({{'image/png': {png()!r}, 'text/plain': '<Figure size 640x480>'}}, metadata={{'image/png': {{'width': 320}}}}, raw=True)",
        f"display(HTML({TABLE!r}))",
        "display(Markdown('a **shown** text with $x^2$'))",
        "display(Latex(r'$\\frac{1}{2}$'))",
        "'a result'",
    ]
)
