"""Live figures in a real browser: their arithmetic is bplib's, and they work by hand, by keyboard and without a script."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from built_site import ROOT, find_site, page_names

from bplib.activation import ACTIVATIONS, softmax, softmax_backward
from bplib.applications.attention import attention, attention_backward
from bplib.applications.convolution import convolution, convolution_backward
from bplib.applications.generation import split
from bplib.applications.recurrence import recurrence, recurrence_backward
from bplib.applications.variational import variational_autoencoder
from bplib.backpropagation import backpropagation, backward
from bplib.data import moons
from bplib.error import LOSSES
from bplib.feedforward import feedforward
from bplib.iterations import train
from bplib.network import Network, initialize
from bplib.weight_update import OPTIMIZERS, momentum

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

sys.path.insert(0, str(ROOT / "book" / "_ext"))

import live

SMALL = {"rtol": 1e-12, "atol": 1e-12}


@pytest.fixture(scope="module")
def blank(browser: Browser, site: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(site + "search.html")
    yield page
    page.close()


def computed(page: Page, expression: str, given: Any) -> Any:
    """What an expression over the figures' arithmetic ``n`` and some numbers ``given`` comes to in the browser."""
    script = (
        f"async (given) => {{ const n = await import('/_static/live/numbers.js'); return {expression}; }}"
    )
    return page.evaluate(script, json.loads(json.dumps(given, default=lambda array: array.tolist())))


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "leaky_relu"])
def test_activation_functions(blank: Page, name: str) -> None:
    z = np.array([[-800.0, -3.7, -1e-9, 0.0, 1e-9, 0.6, 5.2, 800.0]])
    here = ACTIVATIONS[name]
    there = computed(
        blank, f"given.map((z) => [n.activations.{name}.value(z), n.activations.{name}.slope(z)])", z[0]
    )
    a = here.forward(z)
    np.testing.assert_allclose(np.transpose(there), [a[0], here.backward(np.ones_like(z), z, a)[0]], **SMALL)


@pytest.mark.parametrize("seed", range(5))
def test_both_passes(blank: Page, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = tuple(int(n) for n in rng.integers(1, 6, size=4))
    names = tuple(str(name) for name in rng.choice(["sigmoid", "tanh", "relu", "leaky_relu"], size=3))
    network = Network(sizes, names, "mean_squared_error")
    params = {name: value + 0.1 for name, value in initialize(network, rng).items()}
    x, y = rng.normal(size=(1, sizes[0])), rng.normal(size=(1, sizes[-1]))
    output, cache = feedforward(network, params, x)
    loss = LOSSES["mean_squared_error"]
    expected, dz1 = backward(network, params, cache, loss.gradient(output, y))
    layers = [{"W": params[f"W{i}"], "b": params[f"b{i}"], "activation": names[i - 1]} for i in (1, 2, 3)]
    there = computed(
        blank,
        "(() => { const cache = n.feedforward(given.layers, given.x); const out = cache.at(-1).a;"
        " return { out, loss: n.squaredError.value(out, given.y),"
        " ...n.backward(given.layers, cache, n.squaredError.gradient(out, given.y)) }; })()",
        {"layers": layers, "x": x[0], "y": y[0]},
    )
    np.testing.assert_allclose(there["out"], output[0], **SMALL)
    np.testing.assert_allclose(there["loss"], loss.value(output, y), **SMALL)
    for number, layer in enumerate(there["gradients"], 1):
        np.testing.assert_allclose(layer["dW"], expected[f"W{number}"], **SMALL)
        np.testing.assert_allclose(layer["db"], expected[f"b{number}"], **SMALL)
    np.testing.assert_allclose(there["dx"], (dz1 @ params["W1"].T)[0], **SMALL)


def test_losses(blank: Page) -> None:
    for z in (-40.0, -3.0, 0.0, 0.7, 40.0):
        for target in (0.0, 1.0):
            loss, arrays = LOSSES["binary_cross_entropy"], (np.array([[z]]), np.array([[target]]))
            there = computed(
                blank,
                "[n.binaryCrossEntropy.value(...given), n.binaryCrossEntropy.gradient(...given)]",
                [z, target],
            )
            np.testing.assert_allclose(there, [loss.value(*arrays), loss.gradient(*arrays)[0, 0]], **SMALL)
    logits = np.array([[1000.0, 3.0, -2.0, 999.0]])
    np.testing.assert_allclose(computed(blank, "n.softmax(given)", logits[0]), softmax(logits)[0], **SMALL)


def test_a_kernel_on_an_image(blank: Page) -> None:
    rng = np.random.default_rng(0)
    image, kernel, blame = (
        rng.normal(size=(1, 1, 8, 7)),
        rng.normal(size=(1, 1, 3, 2)),
        rng.normal(size=(1, 1, 6, 6)),
    )
    out, cache = convolution(image, kernel, np.zeros(1))
    expected = convolution_backward(blame, cache)
    there = computed(
        blank,
        "({ out: n.convolution(given.x, given.W), ...n.convolutionBackward(given.x, given.W, given.dy) })",
        {"x": image[0, 0], "W": kernel[0, 0], "dy": blame[0, 0]},
    )
    np.testing.assert_allclose(there["out"], out[0, 0], **SMALL)
    np.testing.assert_allclose(there["dW"], expected.dW[0, 0], **SMALL)
    np.testing.assert_allclose(there["dx"], expected.dx[0, 0], **SMALL)


@pytest.mark.parametrize("steps", [1, 3, 20])
def test_a_recurrence_and_its_way_back(blank: Page, steps: int) -> None:
    """What arrives at each state and goes to the one before, and shares that add up to the gradients."""
    rng = np.random.default_rng(steps)
    x, W, U, b = (rng.normal(size=shape) for shape in ((1, steps, 2), (2, 3), (3, 3), (3,)))
    dy = rng.normal(size=(1, steps, 3))
    states, cache = recurrence(x, W, U, b)
    expected = recurrence_backward(dy, cache)
    there = computed(
        blank,
        "(() => { const cache = n.recurrence(given.x, given.W, given.U, given.b);"
        " return { states: cache.map(({ a }) => a),"
        " shares: n.recurrenceBackward(given.dy, cache, given.W, given.U) }; })()",
        {"x": x[0], "W": W, "U": U, "b": b, "dy": dy[0]},
    )
    np.testing.assert_allclose(there["states"], states[0], **SMALL)
    shares = {name: [share[name] for share in there["shares"]] for name in ("da", "dz", "dW", "db", "dx")}
    np.testing.assert_allclose(shares["dx"], expected.dx[0], **SMALL)
    both = np.concatenate([expected.dW, expected.dU])
    np.testing.assert_allclose(np.sum(shares["dW"], axis=0), both, **SMALL)
    np.testing.assert_allclose(np.sum(shares["db"], axis=0), expected.db, **SMALL)
    from_later = np.concatenate([np.array(shares["dz"])[1:] @ U.T, np.zeros((1, 3))])
    np.testing.assert_allclose(shares["da"], dy[0] + from_later, **SMALL)


def test_three_steps_are_those_of_the_chapter(blank: Page) -> None:
    """What the figure draws and adds up is what bplib finds for one unit, the last state alone blamed."""
    x, w, u = [1.0, 0.0, -1.0], 0.5, 2.0
    there = blank.evaluate(
        "async ([state, data]) => (await import('/_static/live/unrolled.js')).run(state, data)",
        [{"u": u, "w": w, "steps": 20}, {"x": x}],
    )
    padded = np.zeros((1, 20, 1))
    padded[0, :3, 0] = x
    states, cache = recurrence(padded, np.array([[w]]), np.array([[u]]), np.zeros(1))
    last = np.zeros((1, 20, 1))
    last[0, -1] = 1
    dx, dW, dU, db = recurrence_backward(last, cache)
    np.testing.assert_allclose([step["h"] for step in there], states[0, :, 0], **SMALL)
    np.testing.assert_allclose([step["dz"] for step in there], dx[0, :, 0] / w, **SMALL)
    assert there[-1]["dh"] == 1
    for name, whole in (("w", dW), ("u", dU)):
        np.testing.assert_allclose(sum(step["share"][name] for step in there), whole[0, 0], **SMALL)


@pytest.mark.parametrize("seen", [1, 2, 3, 4])
@pytest.mark.parametrize("divisor", [None, 1.0, 0.25])
def test_a_query_asks_and_is_blamed(blank: Page, seen: int, divisor: float | None) -> None:
    rng = np.random.default_rng(seen)
    q, k, v, dy = (rng.normal(size=shape) for shape in ((1, 3), (4, 3), (4, 2), (1, 2)))
    # bplib divides by the root of the query's numbers: another divisor is a query of another length.
    larger = np.sqrt(3) / (divisor or np.sqrt(3))
    y, cache = attention(larger * q, k, v, (np.arange(4) < seen)[None])
    dq, dk, dv = attention_backward(dy, cache)
    there = computed(
        blank,
        "(({ q, k, v, dy, seen, divisor = undefined }) => { const out = n.attention(q, k, v, seen, divisor);"
        " return { ...out, ...n.attentionBackward(dy, q, k, v, out.weights, divisor) }; })(given)",
        {"q": q[0], "k": k, "v": v, "dy": dy[0], "seen": seen, **({"divisor": divisor} if divisor else {})},
    )
    np.testing.assert_allclose(there["y"], y[0], **SMALL)
    np.testing.assert_allclose(there["weights"], cache.weights[0], **SMALL)
    np.testing.assert_allclose(there["dweights"], (dy @ v.T)[0], **SMALL)
    np.testing.assert_allclose(there["dscores"], softmax_backward(dy @ v.T, cache.weights)[0], **SMALL)
    np.testing.assert_allclose(there["dq"], larger * dq[0], **SMALL)
    np.testing.assert_allclose(there["dk"], dk, **SMALL)
    np.testing.assert_allclose(there["dv"], dv, **SMALL)


def test_a_code_is_decoded(blank: Page) -> None:
    network, rng = variational_autoencoder(12, 2, (5,)), np.random.default_rng(0)
    params = {name: rng.normal(size=shape) for name, shape in network.shapes().items()}
    codes = 3 * rng.normal(size=(6, 2))
    _, own = split(params, network.encoder, network.decoder)
    layers = [
        {"W": own[f"W{i}"], "b": own[f"b{i}"], "activation": name}
        for i, name in ((1, "tanh"), (2, "sigmoid"))
    ]
    there = computed(
        blank,
        "given.codes.map((z) => n.feedforward(given.layers, z).at(-1).a)",
        {"codes": codes, "layers": layers},
    )
    np.testing.assert_allclose(there, network.decode(params, codes), **SMALL)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_training_in_batches(blank: Page, activation: str) -> None:
    rng = np.random.default_rng(2)
    network = Network((2, 5, 1), (activation, "identity"), "binary_cross_entropy")
    params, (x, y) = initialize(network, rng), moons(23, 0.2, rng)
    begin = [
        {"W": params[f"W{i}"], "b": params[f"b{i}"], "activation": network.activations[i - 1]} for i in (1, 2)
    ]
    value, gradients = backpropagation(network, params, x, y)
    trained, _ = train(network, params, x, y, epochs=30, learning_rate=0.4, batch_size=10)
    there = computed(
        blank,
        "({ first: n.backpropagation(given.layers, given.x, given.y), after: "
        "[...Array(30)].reduce((layers) => n.train(layers, given.x, given.y, 0.4, 10), given.layers) })",
        {"layers": begin, "x": x, "y": y},
    )
    np.testing.assert_allclose(there["first"]["loss"], value, **SMALL)
    for number, (found, layer) in enumerate(zip(there["first"]["gradients"], there["after"]), 1):
        np.testing.assert_allclose(found["dW"], gradients[f"W{number}"], **SMALL)
        np.testing.assert_allclose(found["db"], gradients[f"b{number}"], **SMALL)
        np.testing.assert_allclose(layer["W"], trained[f"W{number}"], **SMALL)
        np.testing.assert_allclose(layer["b"], trained[f"b{number}"], **SMALL)


def test_the_border_is_where_the_sign_changes(blank: Page) -> None:
    z = [[2 * column - 3 * row + 1.5 for column in range(9)] for row in range(7)]
    drawn = blank.evaluate(
        "async (z) => (await import('/_static/live/plane.js')).border(z, (c, r) => `${c} ${r}`)", z
    )
    ends = np.array([end.split() for line in drawn.split("M")[1:] for end in line.split("L")], float)
    np.testing.assert_allclose(2 * ends[:, 0] - 3 * ends[:, 1] + 1.5, 0, atol=1e-12)
    assert ends[:, 0].min() == 0 and ends[:, 0].max() == 8 and len(ends) >= 2 * 8


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_the_ravine_rolls_as_momentum_does(blank: Page, beta: float) -> None:
    params, state = {"w": np.array([-4.0, 1.6])}, None
    path = [params["w"]]
    for _ in range(80):
        params, state = momentum(params, {"w": np.array([1.0, 20.0]) * params["w"]}, state, 0.03, beta)
        path.append(params["w"])
    there = blank.evaluate(
        "async (given) => (await import('/_static/live/ravine.js')).path('momentum', given)",
        {"steps": 80, "steep": 20, "beta": beta, "momentum": 0.03},
    )
    np.testing.assert_allclose(there, path, **SMALL)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "rmsprop", "adam"])
def test_update_rules(blank: Page, rule: str) -> None:
    start, curvature, state = np.array([-4.0, 1.6]), np.array([1.0, 20.0]), None
    params = {"w": start}
    for _ in range(60):
        params, state = OPTIMIZERS[rule](params, {"w": curvature * params["w"]}, state, learning_rate=0.03)
    there = computed(
        blank,
        f"n.walk('{rule}', (p) => p.map((v, i) => v * given[1][i]), given[0], 0.03, 60)",
        [start, curvature],
    )
    np.testing.assert_allclose(there[-1], params["w"], **SMALL)
    assert len(there) == 61 and there[0] == start.tolist()


def woken(page: Page, figure: str) -> Locator:
    """A live figure, once it has been scrolled to and drawn; until then it is not shown at all."""
    page.locator(f'[data-live="{figure}"]').evaluate("box => box.parentElement.scrollIntoView()")
    box = page.locator(f'[data-live="{figure}"][data-ready]')
    box.wait_for()
    return box


def shown() -> list[tuple[str, str]]:
    """Every live figure of the built book: its page and its name."""
    site = find_site() if page_names() else None
    found = []
    for name in page_names() if site else ():
        text = (site / name).read_text(encoding="utf-8")
        found += [(name, figure) for figure in re.findall(r'class="bp-live" data-live="([\w-]+)"', text)]
    return found


def test_there_are_fifteen_and_each_stands_in_the_book_once() -> None:
    figures = [figure for _, figure in shown()]
    assert sorted(figures) == live.names() and len(figures) >= 15


@pytest.mark.parametrize(("name", "figure"), shown())
def test_a_figure_answers_the_keyboard_and_says_so(
    browser: Browser, site: str, name: str, figure: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda r: problems.append(r.url) if not r.url.startswith((site, "data:", "blob:")) else None,
    )
    try:
        page.goto(site + name)
        box = woken(page, figure)
        said, heard = box.locator(".bp-live-said"), box.locator("[role=status]")
        first, drawn = said.inner_text(), box.locator("svg").inner_html()
        moved = 0
        for control in box.locator("input[type=range], select").all():
            before = box.locator("svg").inner_html() + said.inner_text()
            control.focus()
            for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"):
                page.keyboard.press(key)
                if box.locator("svg").inner_html() + said.inner_text() != before:
                    moved += 1
                    break
            assert control.evaluate("control => control.labels.length") == 1
        assert moved >= 1, "no control changes anything"
        page.wait_for_function(
            "([box, text]) => box.textContent === text", arg=[heard.element_handle(), said.inner_text()]
        )
        assert said.inner_text() in (box.locator("svg").get_attribute("aria-label") or "")
        play = box.get_by_role("button", name="Play")
        if play.count():
            play.click()
            assert play.inner_text() == "Play", "with less motion it takes one step"
        box.get_by_role("button", name="Reset").click()
        assert said.inner_text() == first and box.locator("svg").inner_html() == drawn
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not problems
    finally:
        context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_still_figure_stands_there_until_it_moves(browser: Browser, site: str, scripts: bool) -> None:
    """One of the two is seen, and a reader without scripts is offered nothing that does not work."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    try:
        for name in sorted({name for name, _ in shown()}):
            page.goto(site + name)
            for box in page.locator(".bp-live").all():
                if scripts:
                    woken(page, box.get_attribute("data-live") or "")
                assert box.is_visible() is scripts
                if box.get_attribute("data-instead") is not None:
                    before = box.locator("xpath=preceding::figure[contains(@class, 'bp-figure')][1]")
                    assert before.is_visible() is not scripts, name
                    page.emulate_media(media="print")
                    assert before.is_visible() and not box.is_visible(), "on paper nothing moves"
                    page.emulate_media(media="screen")
    finally:
        context.close()


def test_a_digit_is_drawn_by_pointer_and_by_key(browser: Browser, site: str) -> None:
    (name,) = [name for name, figure in shown() if figure == "digit"]
    page = browser.new_page()
    try:
        page.goto(site + name)
        box = woken(page, "digit")
        box.get_by_label("Begin with").select_option("")
        empty = box.locator(".bp-live-said").inner_text()
        svg = box.locator(".bp-live-body > svg")
        svg.hover(position={"x": 40, "y": 60})
        page.mouse.down()
        page.mouse.move(*(svg.bounding_box()[key] + 80 for key in ("x", "y")), steps=8)
        page.mouse.up()
        drawn = box.locator(".bp-live-said").inner_text()
        assert drawn != empty
        svg.focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Space", "Space"):
            page.keyboard.press(key)
        assert svg.evaluate("svg => svg.querySelectorAll('rect[fill-opacity]').length") >= 128
        assert page.evaluate("document.activeElement.tagName") == "svg"
    finally:
        page.close()


def test_a_query_is_dragged_learns_and_is_stuck(browser: Browser, site: str) -> None:
    """Ten steps bring its mean to the target, unless the softmax is flat. It lies where the pointer says."""
    (name,) = [name for name, figure in shown() if figure == "attend"]
    page = browser.new_page()
    try:
        page.goto(site + name)
        box = woken(page, "attend")
        said, learn = box.locator(".bp-live-said"), box.get_by_role("button", name="Learn")
        box.get_by_label("Numbers of a query").select_option("128")
        divided = said.inner_text()
        for _ in range(10):
            learn.click()
        assert "the loss 0.000." in said.inner_text()
        box.get_by_role("button", name="Reset").click()
        assert said.inner_text() == divided, "with the root, the numbers of a query make no difference"
        box.get_by_label("Numbers of a query").select_option("128")
        box.get_by_label("Scores are").select_option("")
        stuck = said.inner_text()
        for _ in range(10):
            learn.click()
        assert said.inner_text() == stuck and "the loss 3.125." in stuck
        svg = box.locator(".bp-live-body > svg")
        svg.scroll_into_view_if_needed()
        size = svg.evaluate("svg => svg.querySelector('g rect').getBBox().width")
        svg.click(position={"x": 1 + size / 2, "y": 28 + size / 2})
        numbers = [box.get_by_label(f"Query, {which} number") for which in ("first", "second")]
        assert [number.input_value() for number in numbers] == ["0", "0"]
        assert "0.25" in said.inner_text()
        svg.click(position={"x": 1.5 * size + 60, "y": 28 + size / 4})
        assert numbers[0].input_value() == "0", "the other plane moves nothing"
    finally:
        page.close()


def test_blame_goes_back_no_farther_than_the_first_step(browser: Browser, site: str) -> None:
    (name,) = [name for name, figure in shown() if figure == "unrolled"]
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    try:
        page.goto(site + name)
        box = woken(page, "unrolled")
        said, back = box.locator(".bp-live-said"), box.get_by_label("Blame has gone back")
        assert (back.get_attribute("max"), back.input_value()) == ("3", "3")
        assert "the sum is now 0.5218" in said.inner_text()
        box.get_by_role("button", name="Play").click()
        assert said.inner_text().startswith("Back at step 3"), "after the end it begins anew"
        box.get_by_label("Steps", exact=True).press("End")
        assert (back.get_attribute("max"), back.input_value()) == ("20", "20")
        assert said.inner_text().startswith("Back at step 1:")
        back.press("Home")
        assert said.inner_text().startswith("Forward: after 20 steps")
    finally:
        context.close()


def plane(page: Page, site: str) -> tuple[Locator, Locator]:
    """The figure that colors the plane, and the sentence under it."""
    (name,) = [name for name, figure in shown() if figure == "plane"]
    page.goto(site + name)
    box = woken(page, "plane")
    return box, box.locator(".bp-live-said")


def test_the_plane_learns_what_bplib_learns(browser: Browser, site: str) -> None:
    """By its buttons and from the page's own points and weights: the loss that it says is that of `train`."""
    page = browser.new_page()
    try:
        box, said = plane(page, site)
        for _ in range(3):
            box.get_by_role("button", name="Step").click()
        data = json.loads(box.locator("script").text_content() or "")
        network = Network((2, 3, 1), ("tanh", "identity"), "binary_cross_entropy")
        params = {name: np.array(value) for name, value in data["starts"]["tanh"][2].items()}
        x, y = (np.array(data["sets"]["moons"][key], float) for key in "xy")
        trained, _ = train(network, params, x, y, epochs=3, learning_rate=0.3, batch_size=10)
        output, _ = feedforward(network, trained, x)
        loss, right = LOSSES["binary_cross_entropy"].value(output, y), int(((output > 0) == y).sum())
        assert said.inner_text() == (
            f"3 epochs, 30 updates: loss {loss:.4f}, {right} of 100 points on the right side."
        )
        assert box.locator("path[shape-rendering]").count() == 10
        box.get_by_label("Hidden units").press("ArrowRight")
        assert said.inner_text().startswith("Not trained yet")
        box.get_by_label("Learning rate").press("ArrowRight")
        box.get_by_label("Points per update").select_option("100")
        box.get_by_role("button", name="Step").click()
        assert said.inner_text().startswith("1 epoch, 1 update: ")
    finally:
        page.close()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_plane_starts_and_rests_when_it_is_told(browser: Browser, site: str, motion: str) -> None:
    context = browser.new_context(reduced_motion=motion)
    page = context.new_page()
    try:
        box, said = plane(page, site)
        heard = box.locator("[role=status]")
        page.wait_for_function("box => box.textContent !== ''", arg=heard.element_handle())
        before = heard.inner_text()
        page.wait_for_timeout(300)
        assert said.inner_text() == before, "nothing moves without a press"
        box.get_by_role("button", name="Start").click()
        if motion == "reduce":
            assert said.inner_text().startswith("20 epochs"), "one leap in the place of motion"
            assert box.get_by_role("button", name="Pause").count() == 0
            return
        page.wait_for_function("said => parseInt(said.textContent) > 15", arg=said.element_handle())
        assert heard.inner_text() == before, "nobody is told of each turn"
        box.get_by_role("button", name="Pause").click()
        rested = said.inner_text()
        page.wait_for_function(
            "([box, text]) => box.textContent === text", arg=[heard.element_handle(), rested]
        )
        assert said.inner_text() == rested
        box.get_by_role("button", name="Start").click()
        box.get_by_role("button", name="Reset").click()
        page.wait_for_timeout(200)
        assert said.inner_text() == before, "a reset ends the motion, too"
    finally:
        context.close()


def test_bad_figures_say_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="no live figure 'walley' in book/_live: expected one of .*valley"):
        live.live("walley", "A valley", ["Look."])
    with pytest.raises(ValueError, match="nothing to try"):
        live.live("valley", "A valley", [])
    with pytest.raises(ValueError, match="at most 40,000: fewer digits"):
        live.live("valley", "A valley", ["Look."], data=np.arange(20_000) / 7)
    markup = live.live("valley", "<b>", ["a < b"], data={"word": "</script>"}).html
    assert "<b>" not in markup and markup.count("</script>") == 1
