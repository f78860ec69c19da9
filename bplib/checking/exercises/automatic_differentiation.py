"""Checks of the exercise on automatic differentiation: six rules, and the walk back along a record."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.automatic_differentiation import TYPICAL, Line
from bplib.checking.judging.check import Check, Gradient, Value, without
from bplib.checking.judging.draws import Draw, Inputs
from bplib.checking.judging.results import Unusable, described
from bplib.types import Array

# Rules -----------------------------------------------------------------------------------------------------------


def _two_that_meet(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    a, b = d.array(m, n), d.array(m, n)
    return {"d": d.between(-2, 2, m, n), "y": np.logaddexp(a, b), "a": a, "b": b}


def _of_two(d: Array, a: Array, b: Array) -> Inputs:
    return {"d": d, "y": np.logaddexp(a, b), "a": a, "b": b}


def _two_that_are_large_and_close(d: Draw) -> Inputs:
    """Both exponentials are more than a float holds, or nothing at all, and neither share is zero."""
    m, n = d.samples(), d.units()
    a = 1000.0 * d.choice((-1, 1)) + d.array(m, n)
    return _of_two(d.between(-2, 2, m, n), a, a + d.between(-1.5, 1.5, m, n))


def _running_sum(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    x = d.array(m, n)
    return {"d": d.between(-2, 2, m, n), "y": np.cumsum(x, axis=1), "x": x}


def _factors(d: Draw) -> Inputs:
    """Rows to multiply, one of them with a zero in it."""
    m, n = d.samples(), d.units()
    x = d.array(m, n)
    x[d.integer(0, m - 1), d.integer(0, n - 1)] = 0
    return {"d": d.between(-2, 2, m), "y": np.prod(x, axis=1), "x": x}


def _rows(*rows: list[float], d: float = 1.0) -> Inputs:
    """Rows to multiply, of whose gradients the first is ``d``, the second twice as much, and so on."""
    x = np.array(rows)
    return {"d": d * np.arange(1.0, 1.0 + len(x)), "y": np.prod(x, axis=1), "x": x}


def _small_factors(d: Draw) -> Inputs:
    """Small is not zero."""
    return _rows([1e-4, 2.5, -2e-4], [0.5, -3e-5, 1.5], d=2.5)


def _bags(d: Draw) -> Inputs:
    """Words by their rows in a table; a word may come twice in a bag, and in several bags."""
    m, n, words = d.samples(), d.units(), d.classes()
    table, index = d.array(words, n), d.labels(3 * m, words).reshape(m, 3)
    index[-1, 2] = index[-1, 0]
    return {"d": d.between(-2, 2, m, n), "y": table[index].sum(axis=1), "table": table, "index": index}


def _bags_without_the_last_word(d: Draw) -> Inputs:
    """The table has more words than the texts."""
    table, index = d.array(5, 2), np.array([[0, 2, 2], [1, 0, 3]])
    return {"d": d.between(-2, 2, 2, 2), "y": table[index].sum(axis=1), "table": table, "index": index}


def _bag_of_the_text(d: Draw) -> Inputs:
    table, index = np.array([[0.5, -1.0], [2.0, 0.25]]), np.array([[1, 0, 1]])
    return {"d": np.array([[5.0, 7.0]]), "y": table[index].sum(axis=1), "table": table, "index": index}


def _copies(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    x, copies = d.array(m, n), (d.integer(2, 3), d.integer(2, 3))
    return {
        "d": d.between(-2, 2, copies[0] * m, copies[1] * n),
        "y": np.tile(x, copies),
        "x": x,
        "copies": copies,
    }


def _pairs(d: Draw) -> Inputs:
    m, n, k = d.samples(), d.units(), d.units()
    a, W, b = d.array(m, n), d.array(n, k), d.array(m, k)
    return {"d": d.between(-2, 2, m), "y": np.sum((a @ W) * b, axis=1), "a": a, "W": W, "b": b}


def _pair_of_the_text(d: Draw) -> Inputs:
    return {
        "d": np.array([1.0]),
        "y": np.array([55.0]),
        "a": np.array([[1.0, 2.0]]),
        "W": np.array([[3.0], [4.0]]),
        "b": np.array([[5.0]]),
    }


def _pairs_loss(d: Array, a: Array, W: Array, b: Array) -> float:
    return np.sum(d * np.sum((a @ W) * b, axis=1))


# The walk --------------------------------------------------------------------------------------------------------

#: What the operations of a record compute.
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "matmul": np.matmul,
    "add_bias": np.add,
    "tanh": np.tanh,
    "add": np.add,
    "multiply": np.multiply,
    "multiply_add": lambda a, b, c: a * b + c,
    "negative": np.negative,
    "sum": np.sum,
}
#: And how each hands a gradient back: one answer for each argument, in its shape.
_RULES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "matmul": lambda d, y, a, b: (d @ np.transpose(b), np.transpose(a) @ d),
    "add_bias": lambda d, y, x, b: (d, np.sum(d, axis=0)),
    "tanh": lambda d, y, x: (d * (1 - y**2),),
    "add": lambda d, y, a, b: (d, d),
    "multiply": lambda d, y, a, b: (d * b, d * a),
    "multiply_add": lambda d, y, a, b, c: (d * b, d * a, d),
    "negative": lambda d, y, x: (-d,),
    "sum": lambda d, y, x: (d * np.ones(np.shape(x)),),
}
#: The first lines of every record: x, which is bent at once, W and b, then a layer of tanh units. Its result is used, and the line
#: behind is not.
_LAYER: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("", ()), ("tanh", (0,)), ("", ()), ("", ()), ("matmul", (1, 2)), ("add_bias", (4, 3)), ("tanh", (5,)),
)  # fmt: skip
_HIDDEN = len(_LAYER) - 1
#: The lines of x, W and b.
_VARIABLES = [place for place, (name, _) in enumerate(_LAYER) if not name]


def _program(d: Draw) -> list[tuple[str, tuple[int, ...]]]:
    """Lines that end in one number, and one more: entry by entry, then as numbers."""
    program = [
        *_LAYER,
        ("negative", (0,)),
    ]
    latest = _HIDDEN
    for name in ("multiply", "add", "tanh", "multiply"):
        other = d.choice([_HIDDEN, latest])
        program.append((name, (latest,) if name == "tanh" else d.choice([(latest, other), (other, latest)])))
        latest = len(program) - 1
    program += [("sum", (latest,)), ("sum", (_HIDDEN,))]
    one, two = len(program) - 2, len(program) - 1
    program += [
        ("multiply", (one, two)),
        ("add", (two + 1, d.choice([one, two]))),
        ("multiply", (two + 2, two + 2)),
    ]
    return [*program, ("multiply", (len(program) - 1, one))]


def _run(program: Sequence[tuple[str, tuple[int, ...]]], given: Mapping[int, Any]) -> list[Any]:
    """The value of every line; those of some are given."""
    values: list[Any] = []
    for place, (name, arguments) in enumerate(program):
        known = given[place] if place in given else _OPERATIONS[name](*(values[k] for k in arguments))
        values.append(known)
    return values


def _record(d: Draw) -> Inputs:
    m, n, k = d.samples(), d.units(), d.units()
    variables = d.array(m, n), d.array(n, k), d.array(k)
    program = _program(d)
    return _as_record(program, len(program) - 2, *variables)


def _as_record(program: list[tuple[str, tuple[int, ...]]], output: int, *variables: Array) -> Inputs:
    values = _run(program, dict(zip(_VARIABLES, variables, strict=True)))
    used = {name for name, _ in program}
    return {
        "nodes": [(*line, value) for line, value in zip(program, values, strict=True)],
        "rules": {name: rule for name, rule in _RULES.items() if name in used},
        "output": output,
        **{f"_{name}": value for name, value in zip("xWb", variables, strict=True)},
        "_hidden": values[_HIDDEN],
    }


def _record_that_shares(d: Draw) -> Inputs:
    """A rule that hands back one array for both arguments, of which one is used again before it: who adds in place spoils the other."""
    program = [
        *_LAYER,
        ("negative", (6,)),
    ]
    program += [("tanh", (6,)), ("multiply", (6, 8)), ("add", (9, 6)), ("sum", (10,)), ("multiply", (11, 11))]
    return _as_record(program, len(program) - 1, d.array(2, 3), d.array(3, 4), d.array(4))


def _record_that_ends_in_a_sum(d: Draw) -> Inputs:
    """Neither the line before the output nor the one behind it is a single number."""
    program = [*_LAYER, ("sum", (6,)), ("negative", (6,))]
    return _as_record(program, len(program) - 2, d.array(2, 3), d.array(3, 4), d.array(4))


def _record_of_a_sum(d: Draw) -> Inputs:
    """The output adds two lines, so that its rule asks for no values."""
    program = [
        *_LAYER,
        ("sum", (6,)),
    ]
    program += [("multiply", (7, 7)), ("add", (8, 7)), ("negative", (9,))]
    return _as_record(program, len(program) - 2, d.array(2, 3), d.array(3, 4), d.array(4))


def _record_of_three(d: Draw) -> Inputs:
    """An operation of three arguments, of which two are the same line."""
    program = [*_LAYER, ("tanh", (6,)), ("multiply_add", (6, 7, 6)), ("sum", (8,)), ("multiply", (9, 9))]
    return _as_record(program, len(program) - 1, d.array(2, 3), d.array(3, 4), d.array(4))


def _record_of_opposites(d: Draw) -> Inputs:
    """Two samples that are each other's opposite: what has arrived adds up to nothing, and is not nothing."""
    program = [*_LAYER, ("multiply", (6, 6)), ("sum", (7,))]
    x = d.array(1, 3)
    return _as_record(program, len(program) - 1, np.concatenate([x, -x]), d.array(3, 1), np.zeros(1))


def _record_of_the_text(output: int) -> Inputs:
    """Plain numbers alone. There is no seventh line, and nothing depends on it."""
    nodes = [("", (), 3.0), ("", (), 4.0), ("multiply", (0, 0), 9.0), ("add", (2, 1), 13.0)]
    return {
        "nodes": nodes,
        "rules": {name: _RULES[name] for name in ("multiply", "add")},
        "output": output,
        **{f"_{name}": np.array(nodes[place][2]) for name, place in zip("xWb", _VARIABLES, strict=True)},
        "_hidden": np.array(0.0),
    }


def _record_loss(nodes: list[Line], output: int, _x: Array, _W: Array, _b: Array) -> float:
    given: dict[int, Any] = dict(zip(_VARIABLES, (_x, _W, _b), strict=True))
    values: list[Any] = []
    for place, (name, arguments, value) in enumerate(nodes):
        if not name:
            values.append(given.get(place, value))
            continue
        values.append(_OPERATIONS[name](*(values[k] for k in arguments)))
        if place in given:  # In the record of the text it is the result of an operation: by what it is off, is added to it.
            values[-1] = values[-1] + (given[place] - value)
    return values[output]


def _loss_of_hidden(nodes: list[Line], output: int, _hidden: Array) -> float:
    before = {place: value for place, (_, _, value) in enumerate(nodes[:_HIDDEN])}
    return _run([line[:2] for line in nodes], {**before, _HIDDEN: _hidden})[output]


def _hidden_line(result: Any) -> Any:
    """What came back for the layer's result; a record that ends before has none."""
    lines = _lines(result)
    return lines[_HIDDEN] if _HIDDEN < len(lines) else 0.0


def _lines(result: Any) -> list[Any]:
    """What came back for each line, in whatever holds it in their order."""
    if isinstance(result, Mapping):
        raise Unusable(f"expected a list with a gradient for each line, not {described(result)}")
    return [result[k] for k in range(len(result))]


def _walk(nodes: list[Line], rules: dict[str, Any], output: int) -> list[Any]:
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name:
            shares = rules[name](found[k], value, *(nodes[j][2] for j in arguments))
            for j, share in zip(arguments, shares, strict=True):
                found[j] = found[j] + share
    return found


CHECKS = (
    Check(
        "logaddexp_backward",
        typical=TYPICAL["logaddexp_backward"],
        outputs=(
            Gradient("da", 1, loss=lambda d, a, b: np.sum(d * np.logaddexp(a, b)), wrt="a"),
            Gradient("db", 1, loss=lambda d, a, b: np.sum(d * np.logaddexp(a, b)), wrt="b"),
        ),
        draw=_two_that_meet,
        cases={
            "as many samples as units": lambda d: _two_that_meet(d.alike()),
            "the numbers of the text": lambda d: _of_two(
                np.array([[1.0, 1.0]]), np.array([[0.0, 1000.0]]), np.array([[0.0, 0.0]])
            ),
            "numbers that are both large, and close": _two_that_are_large_and_close,
        },
    ),
    Check(
        "cumsum_backward",
        typical=TYPICAL["cumsum_backward"],
        outputs=(Gradient("dx", 2, loss=lambda d, x: np.sum(d * np.cumsum(x, axis=1)), wrt="x"),),
        draw=_running_sum,
        cases={
            "as many samples as units": lambda d: _running_sum(d.alike()),
            "the row of the text": lambda d: {
                "d": np.array([[1.0, 10.0, 100.0]]),
                "y": np.array([[0.5, 2.0, 1.0]]),
                "x": np.array([[0.5, 1.5, -1.0]]),
            },
        },
    ),
    Check(
        "prod_backward",
        typical=TYPICAL["prod_backward"],
        outputs=(Gradient("dx", 2, loss=lambda d, x: np.sum(d * np.prod(x, axis=1)), wrt="x"),),
        draw=_factors,
        edges=without("saturated"),
        cases={
            "as many samples as units": lambda d: _factors(d.alike()),
            "the row of the text": lambda d: _rows([2.0, 0.0, 5.0]),
            "rows with two zeros, and with equal factors": lambda d: _rows(
                [0.0, 3.0, 0.0], [2.0, 2.0, 5.0], [3.0, 3.0, 3.0]
            ),
            "two zeros beside a large factor": lambda d: _rows([0.0, 30.0, 0.0], d=40.0),
            "factors that are small, and not zero": _small_factors,
        },
    ),
    Check(
        "bag_backward",
        typical=TYPICAL["bag_backward"],
        outputs=(
            Gradient(
                "dtable", 3, loss=lambda d, table, index: np.sum(d * table[index].sum(axis=1)), wrt="table"
            ),
        ),
        draw=_bags,
        cases={
            "as many samples as units": lambda d: _bags(d.alike()),
            "the numbers of the text": _bag_of_the_text,
            "a last word that does not occur": _bags_without_the_last_word,
        },
    ),
    Check(
        "tile_backward",
        typical=TYPICAL["tile_backward"],
        outputs=(Gradient("dx", 2, loss=lambda d, x, copies: np.sum(d * np.tile(x, copies)), wrt="x"),),
        draw=_copies,
        cases={
            "as many samples as units": lambda d: _copies(d.alike()),
            "the numbers of the text": lambda d: {
                "d": np.array([[1.0, 2.0, 30.0, 40.0]]),
                "y": np.array([[0.5, -1.0, 0.5, -1.0]]),
                "x": np.array([[0.5, -1.0]]),
                "copies": (1, 2),
            },
        },
    ),
    Check(
        "pairs_backward",
        typical=TYPICAL["pairs_backward"],
        outputs=(
            Gradient("da", 1, loss=_pairs_loss, wrt="a"),
            Gradient("dW", 2, loss=_pairs_loss, wrt="W"),
            Gradient("db", 1, loss=_pairs_loss, wrt="b"),
        ),
        draw=_pairs,
        cases={
            "the numbers of the text": _pair_of_the_text,
            "as many samples as units": lambda d: _pairs(d.alike()),
        },
    ),
    Check(
        "walk_back",
        typical=TYPICAL["walk_back"],
        outputs=(
            *(
                Gradient(f"line {place}", 1, loss=_record_loss, wrt=f"_{name}", pick=place)
                for name, place in zip("xWb", _VARIABLES, strict=True)
            ),
            Gradient(f"line {_HIDDEN}", 1, loss=_loss_of_hidden, wrt="_hidden", pick=_hidden_line),
            Value("every line", 1, pick=_lines, each="line"),
        ),
        answer=_walk,
        draw=_record,
        cases={
            "as many samples as units": lambda d: _record(d.alike()),
            "the record of the text": lambda d: _record_of_the_text(3),
            "an output that is a variable": lambda d: _record_of_the_text(1),
            "an operation of three arguments": _record_of_three,
            "a rule that hands back one array twice": _record_that_shares,
            "an output that is a sum": _record_of_a_sum,
            "an output right behind an array": _record_that_ends_in_a_sum,
            "shares that add up to nothing": _record_of_opposites,
        },
        edges=without("saturated"),
    ),
)
