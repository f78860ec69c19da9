"""What could stand in the place of one node of a syntax tree, and what mistake that is."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator

#: Functions that are mistaken for each other.
TWINS = (
    ("max", "min"), ("maximum", "minimum"), ("argmax", "argmin"), ("floor", "ceil"), ("any", "all"), ("cumsum", "sum"),
    ("fmax", "fmin"), ("nanmax", "nanmin"), ("zeros_like", "ones_like"), ("zeros", "ones"), ("argsort", "sort"),
)  # fmt: skip
_TWIN = {a: b for pair in TWINS for a, b in (pair, pair[::-1])}
#: Functions of one argument that are forgotten, or mistaken for another.
_OTHERS = {
    "exp": ("expm1",), "expm1": (), "log": ("log1p", "log10", "log2"), "log1p": ("log",), "sqrt": ("cbrt",), "cbrt": ("sqrt",),
    "abs": (), "square": (), "sign": (), "tanh": ("sin", "arctan"), "asarray": (), "array": (), "float": (), "int": ("round",), "bool": (),
}  # fmt: skip

Change = tuple[str, ast.AST]


def changed(node: ast.AST, holder: ast.AST) -> Iterator[Change]:
    """What could stand in the place of a node, with the name of the mistake."""
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            yield from operator(node, holder)


def _comparison(node: ast.Compare, holder: ast.AST) -> Iterator[Change]:
    borders = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    against = {
        ast.Lt: (ast.Gt, ast.GtE), ast.LtE: (ast.GtE, ast.Gt), ast.Gt: (ast.Lt, ast.LtE), ast.GtE: (ast.LtE, ast.Lt),
        ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    }  # fmt: skip
    for k, op in enumerate(node.ops):
        with_ = lambda other, k=k: ast.Compare(
            node.left, [*node.ops[:k], other(), *node.ops[k + 1 :]], node.comparators
        )
        if type(op) in borders:
            yield "comparison-border", with_(borders[type(op)])
        for other in against.get(type(op), ()):
            yield "comparison-reversed", with_(other)


def _all_conditions(node: ast.BoolOp, holder: ast.AST) -> Iterator[Change]:
    yield "condition-mixed", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for k in range(len(node.values)):
        rest = node.values[:k] + node.values[k + 1 :]
        yield "case-left-out", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _sign(node: ast.UnaryOp, holder: ast.AST) -> Iterator[Change]:
    if isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        counted = isinstance(holder, (ast.Subscript, ast.Slice))
        yield "first-for-last" if counted else "sign-inside", node.operand
    if isinstance(node.op, ast.Not):
        yield "comparison-reversed", node.operand


def _arithmetic(node: ast.BinOp, holder: ast.AST) -> Iterator[Change]:
    left, op, right = node.left, node.op, node.right
    yield from _regrouped(left, op, right)
    same = lambda other: ast.BinOp(left, other, right)
    if isinstance(op, (ast.Add, ast.Sub)):
        yield "sign-inside", same(ast.Sub() if isinstance(op, ast.Add) else ast.Add())
        if isinstance(op, ast.Sub):
            yield "sign-inside", ast.BinOp(right, op, left)
            if isinstance(left, ast.Constant) and left.value == 1:
                yield "rest-for-share", right
        # To leave out what is being added up means to keep the last.
        target = holder.targets[0] if isinstance(holder, ast.Assign) else None
        kept = target is not None and ast.unparse(target) == ast.unparse(left)
        yield "kept-not-added" if kept else "term-left-out", right
        if isinstance(op, ast.Sub):
            yield "term-left-out", ast.UnaryOp(ast.USub(), right)
        yield "term-left-out", left
        yield "other-operation", same(ast.Mult())
    if isinstance(op, ast.Mult):
        yield "multiplied-divided", same(ast.Div())
        yield "multiplied-divided", ast.BinOp(right, ast.Div(), left)
        yield "factor-left-out", left
        yield "factor-left-out", right
        yield "factor-doubled", ast.BinOp(left, op, ast.BinOp(right, ast.Mult(), right))
        yield "factor-doubled", ast.BinOp(left, op, node)
        yield "other-operation", same(ast.Add())
    if isinstance(op, (ast.Div, ast.FloorDiv)):
        yield "multiplied-divided", same(ast.Mult())
        yield "multiplied-divided", ast.BinOp(right, op, left)
        yield "factor-left-out", left
        yield "factor-doubled", ast.BinOp(node, op, right)
        yield "cut-to-whole", same(ast.FloorDiv() if isinstance(op, ast.Div) else ast.Div())
    if isinstance(op, ast.Pow):
        yield "power-mixed", left
        yield "power-mixed", ast.BinOp(left, ast.Mult(), right)
        for change in (-1, 1):
            yield "power-mixed", ast.BinOp(left, op, ast.BinOp(right, ast.Add(), ast.Constant(change)))
    if isinstance(op, ast.MatMult):
        yield "product-reversed", ast.BinOp(right, op, left)
        yield "other-operation", same(ast.Mult())
        yield "factor-left-out", left
        for a, b in ((_transposed(left), right), (left, _transposed(right))):
            yield "not-transposed", ast.BinOp(a, op, b)


def _regrouped(left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[Change]:
    """A product with a sum in parentheses, without these."""
    if isinstance(op, (ast.Mult, ast.Div, ast.Pow, ast.MatMult)):
        if isinstance(left, ast.BinOp) and isinstance(left.op, (ast.Add, ast.Sub)):
            yield "parentheses-missing", ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
        if isinstance(right, ast.BinOp) and isinstance(right.op, (ast.Add, ast.Sub)):
            yield "parentheses-missing", ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
    if isinstance(op, ast.Div) and isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult):
        yield "parentheses-missing", ast.BinOp(ast.BinOp(left, op, right.left), ast.Mult(), right.right)


def _is_range(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range"


def _transposed(node: ast.expr) -> ast.expr:
    return (
        node.value
        if isinstance(node, ast.Attribute) and node.attr == "T"
        else ast.Attribute(node, "T", ast.Load())
    )


def _constant(node: ast.Constant, holder: ast.AST) -> Iterator[Change]:
    value = node.value
    if type(value) is bool:
        # keepdims=False and the like only make shapes, which have sentences of their own.
        if not isinstance(holder, ast.keyword):
            yield "other-constant", ast.Constant(not value)
    elif type(value) is int:
        counted = isinstance(holder, (ast.Subscript, ast.Slice, ast.Compare)) or _is_range(holder)
        for other in dict.fromkeys((value + 1, value - 1)):
            yield "off-by-one" if counted else "other-constant", ast.Constant(other)
        if not counted:
            for other in (0, 10) if value else (2,):
                yield "other-constant", ast.Constant(other)
    elif type(value) is float and value:
        for else_ in dict.fromkeys((2 * value, value / 2, 1 - value, 10 * value, value / 10, 0.0, 1.0)):
            yield "other-constant", ast.Constant(else_)


def _call(node: ast.Call, holder: ast.AST) -> Iterator[Change]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    # What a method is called on is its first argument.
    on = [node.func.value] if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value) else []
    values = [*on, *node.args]

    def called(other: str) -> ast.Call:
        func = (
            ast.Attribute(node.func.value, other, ast.Load())
            if isinstance(node.func, ast.Attribute)
            else ast.Name(other, ast.Load())
        )
        return ast.Call(func, node.args, node.keywords)

    if name in _TWIN:
        yield (
            "largest-smallest"
            if name not in ("cumsum", "sum", "zeros", "ones", "argsort", "sort")
            else "other-function",
            called(_TWIN[name]),
        )
    if name in ("maximum", "minimum") and isinstance(node.func, ast.Attribute):
        yield "along-an-axis", called(name[:3])
    if name in ("sum", "mean") and isinstance(node.func, ast.Attribute):
        other = "mean" if name == "sum" else "sum"
        yield f"{other}-for-{name}", called(other)
    if (
        name
        in (
            "exp",
            "log",
            "sqrt",
            "abs",
            "tanh",
            "square",
            "sign",
            "expm1",
            "log1p",
            "cbrt",
            "argmax",
            "argmin",
            "cumsum",
            "norm",
        )
        and values
    ):
        yield "function-left-out", values[0]
    if name in ("sum", "mean", "max", "min") and len(values) == 1:
        yield "each-by-itself", values[0]
    if name == "expm1":
        yield "term-left-out", called("exp")
    if name in ("tanh", "exp", "log", "sqrt") and len(node.args) == 1 and not on:
        yield "done-twice", ast.Call(node.func, [node], [])
    for other in _OTHERS.get(name, ()):
        yield "other-function", called(other)
    if name in ("maximum", "minimum", "fmax", "fmin", "max", "min", "where") and len(node.args) > 1:
        for argument in node.args[1:] if name == "where" else node.args:
            yield "case-left-out", argument
    if name == "where" and len(node.args) == 3:
        yield "comparison-reversed", ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], [])
    elif len(node.args) > 1 and name not in ("range", "maximum", "minimum", "add", "multiply", "logaddexp"):
        for k in range(len(node.args) - 1):
            args = list(node.args)
            args[k], args[k + 1] = args[k + 1], args[k]
            yield "exchanged-arguments", ast.Call(node.func, args, node.keywords)
    for k, keyword in enumerate(node.keywords):
        if keyword.arg == "axis" and isinstance(keyword.value, (ast.Constant, ast.UnaryOp)):
            rest = [*node.keywords[:k], *node.keywords[k + 1 :]]
            for axis in (0, 1):
                moved = ast.keyword("axis", ast.Constant(axis))
                options = [*node.keywords[:k], moved, *node.keywords[k + 1 :]]
                yield "other-axis", ast.Call(node.func, node.args, options)
            yield "other-axis", ast.Call(node.func, node.args, rest)
    if name == "len" and node.args:
        for attribute in ("size", "shape[1]", "shape[-1]"):
            call, _, index = attribute.partition("[")
            yield (
                "other-count",
                _expression(f"np.{call}({ast.unparse(node.args[0])}){'[' if index else ''}{index}"),
            )
    if name == "range":
        last = len(node.args) - (1 if len(node.args) < 3 else 2)
        for change in (-1, 1):
            args = list(node.args)
            args[last] = ast.BinOp(args[last], ast.Add(), ast.Constant(change))
            yield "off-by-one", ast.Call(node.func, args, [])
        if len(node.args) == 1:
            yield "off-by-one", ast.Call(node.func, [ast.Constant(1), node.args[0]], [])
            yield "off-by-one", _expression(f"range(1, {ast.unparse(node.args[0])} + 1)")


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_module(node: ast.AST) -> bool:
    return ast.unparse(node) in ("np", "np.linalg", "math", "np.add", "np.logaddexp")


def _attribute(node: ast.Attribute, holder: ast.AST) -> Iterator[Change]:
    if node.attr == "T":
        yield "not-transposed", node.value
    if node.attr == "size":
        yield "other-count", ast.Call(ast.Name("len", ast.Load()), [node.value], [])


def _subscript(node: ast.Subscript, holder: ast.AST) -> Iterator[Change]:
    if not isinstance(node.ctx, ast.Load):
        return
    index = node.slice
    at = lambda other: ast.Subscript(node.value, other, ast.Load())
    if "shape" in ast.unparse(node.value):
        for other in (0, 1, -1):
            yield "other-count", at(ast.Constant(other))
    elif isinstance(index, ast.Slice):
        yield "case-left-out", node.value
        for field in ("lower", "upper"):
            bound = getattr(index, field)
            if bound is None:
                continue
            for change in (-1, 1):
                moved = ast.BinOp(bound, ast.Add(), ast.Constant(change))
                lower, upper = (moved, index.upper) if field == "lower" else (index.lower, moved)
                yield "off-by-one", at(ast.Slice(lower, upper, index.step))
        if index.lower is None and index.upper is not None:
            yield "first-for-last", at(ast.Slice(index.upper, None, index.step))
        if index.upper is None and index.lower is not None:
            yield "first-for-last", at(ast.Slice(None, index.lower, index.step))
    elif isinstance(index, (ast.Constant, ast.UnaryOp)) and not isinstance(getattr(index, "value", 0), str):
        for other in (0, -1, 1):
            yield "first-for-last", at(ast.Constant(other))
    elif isinstance(index, ast.Name):
        for change in (-1, 1):
            yield "off-by-one", at(ast.BinOp(index, ast.Add(), ast.Constant(change)))


def _choice(node: ast.IfExp, holder: ast.AST) -> Iterator[Change]:
    yield "case-left-out", node.body
    yield "case-left-out", node.orelse
    yield "comparison-reversed", ast.IfExp(node.test, node.orelse, node.body)


def _added_up(node: ast.AugAssign, holder: ast.AST) -> Iterator[Change]:
    yield "kept-not-added", ast.Assign([node.target], node.value)
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield (
            "sign-inside",
            ast.AugAssign(node.target, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.value),
        )
    if isinstance(node.op, (ast.Mult, ast.Div)):
        yield (
            "multiplied-divided",
            ast.AugAssign(
                node.target, ast.Div() if isinstance(node.op, ast.Mult) else ast.Mult(), node.value
            ),
        )


def _loop(node: ast.For, holder: ast.AST) -> Iterator[Change]:
    anew = lambda over: ast.For(node.target, over, node.body, node.orelse)
    if not _is_range(node.iter):
        listed = f"list({ast.unparse(node.iter)})"
        for cause, part in (("off-by-one", "[1:]"), ("off-by-one", "[:-1]"), ("steps-exchanged", "[::-1]")):
            yield cause, anew(_expression(listed + part))
    yield "stopped-early", ast.For(node.target, node.iter, [*node.body, ast.Break()], node.orelse)


def _returned(node: ast.Return, holder: ast.AST) -> Iterator[Change]:
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        for order in itertools.permutations(range(len(node.value.elts))):
            if len(order) < 4 or sum(k != at for at, k in enumerate(order)) == 2:
                yield (
                    "results-exchanged",
                    ast.Return(ast.Tuple([node.value.elts[k] for k in order], ast.Load())),
                )


_OPERATORS: tuple[tuple[type, Callable[..., Iterator[Change]]], ...] = (
    (ast.Compare, _comparison), (ast.BoolOp, _all_conditions), (ast.UnaryOp, _sign), (ast.BinOp, _arithmetic), (ast.Constant, _constant),
    (ast.Call, _call), (ast.Attribute, _attribute), (ast.Subscript, _subscript), (ast.IfExp, _choice), (ast.AugAssign, _added_up),
    (ast.For, _loop), (ast.Return, _returned),
)  # fmt: skip
