"""Figures are drawn, follow the theme, and carry words."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from bplib import data, example, plots
from bplib.backpropagation import backpropagation
from bplib.feedforward import feedforward, predict
from bplib.iterations import History
from bplib.network import Network, initialize

ALT = "The loss falls steeply, then levels off."


def _history(epochs=5, validation=True):
    losses = [1.0 / (epoch + 1) for epoch in range(epochs)]
    return History(losses, [loss + 0.1 for loss in losses] if validation else [], [0.1] * epochs, losses)


def _classifier(points):
    return np.exp(-(points**2)).sum(axis=1, keepdims=True) / 2


POINTS, CLASSES = data.moons(40, 0.1, np.random.default_rng(0))
_, GRADIENTS = backpropagation(example.NETWORK, example.parameters(), example.X, example.Y)
_, CACHE = feedforward(example.NETWORK, example.parameters(), example.X[:1])
VALUES = [example.X[0], *(layer.a[0] for layer in CACHE)]

FIGURES = {
    "figure": lambda: plots.figure()[0],
    "learning_curves": lambda: plots.learning_curves({"plain": _history(), "adam": _history(3)}, log=True),
    "decision_boundary": lambda: plots.decision_boundary(_classifier, POINTS, CLASSES, title="moons"),
    "weights": lambda: plots.weights(example.parameters()),
    "templates": lambda: plots.templates(np.random.default_rng(0).normal(size=(64, 10))),
    "gradients": lambda: plots.gradients(GRADIENTS),
    "descent_path": lambda: plots.descent_path(
        lambda p: p @ p,
        {"slow": [[2.0, 1.0], [1.0, 0.5]], "fast": [[2.0, 1.0], [-1.0, 0.5]]},
        (-3, 3),
        (-2, 2),
    ),
    "activation_curves": lambda: plots.activation_curves(["sigmoid", "tanh", "relu"]),
    "network_diagram": lambda: plots.network_diagram(
        example.NETWORK, example.parameters(), values=VALUES, title="forward"
    ),
    "digits_grid": lambda: plots.digits_grid(np.eye(64)[:10], titles=range(10), columns=5),
    "photographs": lambda: plots.photographs(
        [np.eye(4), np.full((3, 5, 3), 0.5), np.eye(4)], ["grey", "color", "again"]
    ),
    "u_curve": lambda: plots.u_curve(
        [1e-8, 1e-5, 1e-2], {"central": [1e-8, 1e-11, 1e-5], "complex": [0, 0, 1e-4]}
    ),
    "confusion": lambda: plots.confusion([[50, 3], [4, 60]], ["malignant", "benign"]),
    "bars": lambda: plots.bars(["one", "two"], [-1.0, 2.0], errors=[0.1, 0.2], xlabel="meters"),
}


def _svg(name):
    return plots.show(FIGURES[name](), ALT)._repr_html_()


def _texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


class _Elements(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.elements = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", FIGURES)
def test_every_function_returns_a_figure_that_draws_something(name):
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    drawn = plots.show(figure, ALT)._repr_html_()
    assert len(re.findall(r"<(path|use)\b", drawn)) > (1 if name == "figure" else 4)


@pytest.mark.parametrize("name", FIGURES)
def test_every_color_comes_from_the_theme(name):
    svg = _svg(name)
    left = {
        color for color in re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r"var\(--bp-c\d, #[0-9a-f]{6}\)", "", svg))
    }
    assert left == set(), "colors that do not follow the theme"
    assert "var(--bp-ink, currentColor)" in svg
    assert not re.search(r"\b(black|white)\b", svg)
    # A presentation attribute cannot hold var(): all colors have to be in style attributes.
    assert not re.search(r' (fill|stroke)="', svg)


@pytest.mark.parametrize("name", ["weights", "templates", "digits_grid", "confusion"])
def test_pixels_are_shapes_because_an_embedded_picture_cannot_follow_the_theme(name):
    assert "<image" not in _svg(name)


def test_a_weight_matrix_stays_a_small_page_element_and_keeps_its_rectangles():
    matrix = np.random.default_rng(0).normal(size=(64, 64))
    html = plots.show(plots.weights({"W1": matrix}), ALT).html
    assert len(html) < 150_000
    rectangles = re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H\1z", html)
    # Each is a run of pixels of one level in a row, so all of them together cover the matrix but for the zeros.
    widths = np.array([float(right) - float(left) for left, _, right, _ in rectangles])
    levels = np.rint(np.clip(matrix / np.abs(matrix).max(), -1, 1) * 16)
    pixel = widths[widths > 1].min()
    assert widths[widths > 1].sum() / pixel == pytest.approx((levels != 0).sum(), rel=0.02)


def test_the_alternative_text_is_the_accessible_name_and_is_escaped():
    shown = plots.show(FIGURES["bars"](), 'One is "below" zero & two <above> it.')
    elements = _Elements(shown._repr_html_()).elements
    assert elements[0] == ("figure", {"class": "bp-figure", "style": "margin: 1rem 0"})
    tag, attributes = elements[1]
    assert tag == "svg" and attributes["role"] == "img"
    assert attributes["aria-label"] == 'One is "below" zero & two <above> it.'
    assert repr(shown) == 'One is "below" zero & two <above> it.'


def test_a_caption_stands_under_the_figure_as_it_was_written():
    alt = "A curve that falls."
    html = plots.show(FIGURES["bars"](), alt, "Where a < b, look.").html
    assert html.endswith("</svg><figcaption>Where a &lt; b, look.</figcaption></figure>")
    assert "figcaption" not in plots.show(FIGURES["bars"](), alt).html


@pytest.mark.parametrize(
    ("alt", "complaint"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (None, "empty"),
        ("a loss curve", "fewer than 15"),
        ("_build/images/loss_curve.png", "file name"),
        ("loss_curve_of_the_network.svg", "file name"),
        ("figures/loss_curve_of_the_network", "file name"),
        ("my figures/loss curve of the network.png", "file name"),
        ("<Figure size 640x480 with 1 Axes>", "what Python prints"),
        ("loss_curve_of_the_network", "fewer than three words"),
        ("...... ...... ......", "fewer than three words"),
    ],
)
def test_a_figure_without_words_is_refused_with_advice(alt, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        plots.show(FIGURES["figure"](), alt)
    assert "Say in one to three sentences what is seen" in str(caught.value)


def test_words_that_mention_a_file_or_a_fraction_are_words():
    assert plots.show(FIGURES["figure"](), "The image cat.png, sharpened, beside 1/2 of it.").alt.startswith(
        "The"
    )


def test_show_refuses_what_is_no_figure():
    with pytest.raises(TypeError, match="got ndarray, expected a matplotlib Figure"):
        plots.show(np.zeros(3), ALT)


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(name):
    assert _svg(name) == _svg(name)


def test_the_same_figure_gives_the_same_bytes_in_another_process():
    program = (
        "from bplib import plots; f, ax = plots.figure(); ax.plot([0, 1], 'o-'); ax.set_xlim(0, .5); "
        f"print(plots.show(f, {ALT!r}).html)"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(runs) == 1 and "<svg" in runs.pop()


def test_figures_on_one_page_share_no_id_and_every_reference_arrives():
    pages = [_svg("learning_curves"), _svg("decision_boundary"), _svg("u_curve")]
    ids = [re.findall(r' id="([^"]+)"', page) for page in pages]
    everything = [name for page in ids for name in page]
    assert len(everything) == len(set(everything))
    for page, own in zip(pages, ids):
        assert len(own) > 1, "clip paths and markers are expected to have ids"
        assert '<use href="#' in page and "url(#" in page
        assert set(re.findall(r'(?:url\(|href=")#([^")]+)', page)) <= set(own)
    same_figure_other_words = plots.show(FIGURES["u_curve"](), ALT + " Again.").html
    assert not set(ids[2]) & set(re.findall(r' id="([^"]+)"', same_figure_other_words))


def test_no_style_leaks_into_the_page():
    styles = re.findall(r"<style[^>]*>(.*?)</style>", _svg("learning_curves"), re.DOTALL)
    assert styles
    for style in styles:
        assert re.fullmatch(r"#bp\w+ \*\{[^}]*\}", style)


def test_black_and_white_of_a_figure_from_elsewhere_follow_the_theme():
    figure = Figure()
    axes = figure.subplots()
    axes.set_title("title")
    axes.scatter([0], [0], color="white")
    svg = plots.show(figure, ALT).html
    assert "#000000" not in svg and "#ffffff" not in svg
    assert "stroke: var(--bp-ink, currentColor)" in svg and "fill: var(--bp-surface" in svg


def test_the_figure_shrinks_with_the_page_and_has_no_background():
    attributes = dict(_Elements(_svg("figure")).elements)["svg"]
    assert "max-width" in attributes["style"] and "height: auto" in attributes["style"]
    assert "width" not in attributes and "height" not in attributes
    assert attributes["viewbox"].startswith("0 0 ")
    # The background rectangle that matplotlib draws first is there, but unpainted.
    assert re.search(r'<path d="M 0 \d+.*?fill: none', _svg("figure"), re.DOTALL)


def test_plots_leave_matplotlib_as_they_found_it():
    import matplotlib

    before = dict(matplotlib.rcParams)
    _svg("learning_curves")
    assert dict(matplotlib.rcParams) == before


def test_a_figure_made_with_pyplot_is_closed_so_that_it_is_not_shown_twice():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, _ = pyplot.subplots()
    plots.show(figure, ALT)
    assert not pyplot.fignum_exists(figure.number)


def _luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("background", ["#ffffff", "#14181e"])
@pytest.mark.parametrize("color", plots.COLORS)
def test_data_colors_stand_out_from_both_pages(color, background):
    lighter, darker = sorted((_luminance(color), _luminance(background)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3.0


def test_the_diagram_writes_every_number_of_the_small_network():
    texts = _texts(FIGURES["network_diagram"]())
    for number in (
        "0.2",
        "−0.4",
        "0.6",
        "0.8",
        "0.5",
        "−1",
        "0.646",
        "0.450",
        "0.543",
        "bias +0.1",
        "bias −0.2",
        "bias +0.3",
    ):
        assert number in texts


def test_the_diagram_shows_gradients_in_place_of_weights():
    network, params = example.NETWORK, example.parameters()
    _, gradients = backpropagation(network, params, example.X[:1], example.Y[:1])
    texts = _texts(plots.network_diagram(network, params, values=VALUES, gradients=gradients))
    assert {"−0.013", "0.028", "0.014", "−0.073", "−0.051", "bias −0.113"} <= set(texts)
    assert "−0.4" not in texts


@pytest.mark.parametrize("sizes", [(2, 2, 1), (3, 3, 2), (2, 4, 1), (2, 2, 2, 2), (4, 6, 6, 3)])
def test_numbers_in_the_diagram_do_not_overlap(sizes):
    network = Network(sizes, ("tanh",) * (len(sizes) - 1))
    figure = plots.network_diagram(network, initialize(network, np.random.default_rng(0)))
    figure.draw_without_rendering()
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    for i, one in enumerate(boxes):
        for j in range(i):
            assert not one.overlaps(boxes[j]), f"{texts[i].get_text()} covers {texts[j].get_text()}"


def test_labels_of_lines_that_end_together_are_moved_apart():
    figure, ax = plots.figure()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    plots.label_lines(ax, [(1, y, f"line {y}", plots.INK) for y in (0.5, 0.501, 0.499, 0.9)])
    figure.draw_without_rendering()
    heights = sorted((text.get_window_extent().y0, text.get_window_extent().y1) for text in ax.texts)
    assert all(upper[0] >= lower[1] for lower, upper in pairwise(heights))
    assert [text.get_text() for text in sorted(ax.texts, key=lambda t: t.xy[1])] == [
        "line 0.499", "line 0.5", "line 0.501", "line 0.9"
    ]  # fmt: skip


def test_one_history_is_named_training_and_validation():
    assert {"training", "validation"} <= set(_texts(plots.learning_curves(_history())))
    assert "validation" not in _texts(plots.learning_curves(_history(validation=False)))


def test_a_list_of_losses_is_a_learning_curve_too():
    (ax,) = plots.learning_curves({"mine": [3.0, 2.0], "yours": np.array([1.0, 0.5])}).axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[3.0, 2.0], [1.0, 0.5]]
    assert "training" in _texts(plots.learning_curves([3.0, 2.0]))


def test_curves_are_the_functions_they_are_named_after():
    left, right = plots.activation_curves(["tanh"]).axes
    z, a = left.lines[0].get_data()
    assert np.allclose(a, np.tanh(z))
    assert np.allclose(right.lines[0].get_ydata(), 1 - np.tanh(z) ** 2)


def test_decision_boundary_draws_into_given_axes_and_takes_all_forms_of_classes():
    figure, axes = plots.figure(columns=2)
    labels = CLASSES[:, 0].astype(int)
    assert plots.decision_boundary(_classifier, POINTS, labels, ax=axes[0]) is figure
    plots.decision_boundary(_classifier, POINTS, np.eye(2)[labels], ax=axes[1])
    assert isinstance(axes[0], Axes) and len(axes[0].collections) == len(axes[1].collections) > 2


def test_decision_boundary_of_three_classes():
    network = Network((2, 3), ("identity",), "categorical_cross_entropy")
    params = {"W1": np.array([[1.0, 0, -1], [0, 2, 0]]), "b1": np.zeros(3)}
    figure = plots.decision_boundary(lambda p: predict(network, params, p), POINTS, np.arange(40) % 3)
    assert {"class 0", "class 1", "class 2"} <= set(_texts(figure))


def test_dead_gradients_are_named_because_a_logarithm_cannot_show_them():
    assert "50% zeros" in _texts(plots.gradients({"W1": np.array([[0.0, 1.0]]), "b1": np.zeros(2)}))


WRONG = {
    "images": (lambda: plots.digits_grid(np.zeros((3, 63))), r"\(3, 63\), expected \(m, side²\)"),
    "photographs": (
        lambda: plots.photographs([np.zeros((3, 5, 4))], ["a"]),
        r"\(3, 5, 4\), expected \(height, width\) or",
    ),
    "no photograph": (lambda: plots.photographs([], []), "0 titles for 0 images"),
    "titles": (lambda: plots.digits_grid(np.zeros((3, 64)), titles=["a"]), "1 titles for 3 images"),
    "templates": (lambda: plots.templates(np.zeros((63, 2))), r"\(63, 2\), expected \(64, units\)"),
    "confusion": (lambda: plots.confusion(np.eye(3), ["a", "b"]), r"\(3, 3\), expected \(2, 2\)"),
    "bars": (lambda: plots.bars(["a"], [1.0, 2.0]), r"\(2,\), expected \(1,\)"),
    "errors": (lambda: plots.bars(["a"], [1.0], errors=[1.0, 2.0]), r"\(2,\), expected that of the values"),
    "u_curve": (lambda: plots.u_curve([1.0, 2.0], {"c": [1.0]}), r"\(1,\), expected that of the steps"),
    "weights": (lambda: plots.weights(example.parameters(), ["W3"]), r"\['W3'\] are not there.*W1"),
    "a bias": (lambda: plots.weights(example.parameters(), ["b1"]), "expected a matrix"),
    "gradients": (lambda: plots.gradients({"x": np.ones(2)}), "expected gradients with names such as 'W1'"),
    "softmax": (lambda: plots.activation_curves(["softmax"]), "expected functions of one number"),
    "no history": (lambda: plots.learning_curves({}), "0 entries, expected 1 to 6"),
    "untrained": (lambda: plots.learning_curves(History()), "no finished epoch"),
    "one loss": (lambda: plots.learning_curves(0.5), "or a list of losses"),
    "a path": (lambda: plots.descent_path(np.sum, {"p": [1.0, 2.0]}, (0, 1), (0, 1)), r"\(2,\), expected \(steps, 2\)"),
    "points": (lambda: plots.decision_boundary(_classifier, np.zeros((4, 3)), np.zeros(4)), r"\(4, 3\), expected \(samples, 2\)"),
    "classes": (lambda: plots.decision_boundary(_classifier, POINTS, np.zeros(3)), "3 labels for 40 samples"),
    "fractions": (lambda: plots.decision_boundary(_classifier, POINTS, np.full(40, 0.5)), "expected labels 0, 1"),
    "flat": (lambda: plots.decision_boundary(lambda p: p[:, 0], POINTS, CLASSES), r"expected \(8100, classes\)"),
    "large": (lambda: plots.network_diagram(Network((64, 2), ("relu",))), "at most 10 units"),
    "values": (lambda: plots.network_diagram(example.NETWORK, values=[[1, 2], [3]]), r"\(2, 1\) numbers per layer, expected \(2, 2, 1\)"),
    "foreign": (lambda: plots.network_diagram(example.NETWORK, {"W1": np.eye(2)}), "expected"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_errors_name_what_was_given_and_what_was_expected(case):
    call, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_a_table_can_be_seen_read_aloud_and_scrolled():
    shown = plots.table(
        ["who", "seconds", "calls"], [["a<b", 0.1234, 12345], ["c", 2, None]], "How long it takes."
    )
    page = shown._repr_html_()
    assert "<caption>How long it takes.</caption>" in page and 'tabindex="0"' in page
    assert (
        '<th scope="row">a&lt;b</th>' in page and "12,345" in page and "0.123" in page and "<td></td>" in page
    )
    assert repr(shown).splitlines() == [
        "How long it takes.",
        "who a<b, seconds 0.1234, calls 12345",
        "who c, seconds 2",
    ]
    with pytest.raises(ValueError, match="has 1 cells, expected 3"):
        plots.table(["who", "seconds", "calls"], [["a"]], "Nothing.")
