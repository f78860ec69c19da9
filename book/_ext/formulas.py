"""Set formulas when the book is built: MathML, which browsers show and screen readers read, without a script.

latex2mathml does it; the font comes from the extension `fonts`. A formula that it does not know stops the build.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.writers.html5 import HTML5Translator


class FormulaError(SphinxError):
    """A formula that cannot be set."""

    category = "Formula"


#: A function named by letters, and what it is applied to without a bracket: latex2mathml sets them without a space between.
_NAMED = re.compile(r"(<mi>(?:ln|log|exp|tanh|sinh|cosh|sin|cos|tan)</mi>(?:<m[in]>[^<]*</m[in]></msup>)?)(?=<m(?:i|n|sub|sup|frac|row)\b)")
_THIN = '<mspace width="0.17em" />'


def mathml(tex: str, display: bool) -> str:
    """A formula in MathML.

    Parameters
    ----------
    tex
        LaTeX without the dollars.
    display
        Whether it stands in lines of its own.

    Raises
    ------
    FormulaError
        A command is unknown, or a bracket is not closed; the message has the formula.
    """
    # latex2mathml knows the environment of several lines by its other name.
    plain = re.sub(r"(\\(?:begin|end)\{)aligned\}", r"\1align*}", tex.strip())
    try:
        made = convert(plain, display="block" if display else "inline")
    except Exception as error:
        raise FormulaError(f"cannot set the formula {tex.strip()!r}: {type(error).__name__} {error}") from error
    if left := re.findall(r"\\\w+|&(?![#\w]+;)|&(?:amp|#x00026);", re.sub(r"<[^>]*>", " ", made)):
        raise FormulaError(f"cannot set {left[0]} in the formula {tex.strip()!r}")
    return _NAMED.sub(rf"\1{_THIN}", made)


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in the line."""
    self.body.append(f'<span class="bp-math">{mathml(node.astext(), display=False)}</span>')
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula in lines of its own."""
    self.body.append(f'<div class="bp-math math">{mathml(node.astext(), display=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer; `_config.yml` chooses it."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
