"""Lines that are left out or exchanged, old values, and one variable for another.

Each generator changes a tree, hands on what mistake that is, and puts the tree back.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator


def moved(tree: ast.Module) -> Iterator[str]:
    """The tree with lines left out or exchanged, and with other names; each time it is put back afterwards."""
    for holder in ast.walk(tree):
        for field in ("body", "orelse"):
            body = getattr(holder, field, None)
            if isinstance(body, list) and not isinstance(holder, ast.Module):
                yield from _lines(holder, field, body)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            yield from _old_values(function)
            yield from _other_names(function)


_LEFT_OUT = {ast.If: "case-left-out", ast.Break: "not-stopped", ast.Continue: "case-left-out"}


def _lines(holder: ast.AST, field: str, body: list[ast.stmt]) -> Iterator[str]:
    def with_(lines: list[ast.stmt]) -> None:
        setattr(holder, field, lines)

    for k, line in enumerate(body):
        if isinstance(line, (ast.FunctionDef, ast.Return, ast.Raise)) or _is_text(line):
            continue
        with_([*body[:k], *body[k + 1 :]] or [ast.Pass()])
        yield _LEFT_OUT.get(type(line), "step-left-out")
        if isinstance(line, ast.If):
            with_([*body[:k], *line.body, *body[k + 1 :]])
            yield "case-left-out"
            if line.orelse:
                with_([*body[:k], *line.orelse, *body[k + 1 :]])
                yield "case-left-out"
        if isinstance(line, ast.While):
            with_([*body[:k], ast.If(line.test, line.body, []), *body[k + 1 :]])
            yield "stopped-early"
        after = body[k + 1] if k + 1 < len(body) else None
        if after is None:
            continue
        if isinstance(line, (ast.For, ast.While)) and isinstance(after, ast.Return):
            line.body.append(after)
            with_(body)
            yield "stopped-early"
            line.body.pop()
        if not isinstance(after, (ast.Return, ast.FunctionDef)):
            with_([*body[:k], after, line, *body[k + 2 :]])
            yield "steps-exchanged"
    with_(body)


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _old_values(function: ast.FunctionDef) -> Iterator[str]:
    """A name that is given a new value, and the old one used behind it; or all of several, one after the other."""
    for holder in ast.walk(function):
        if not isinstance(holder, (ast.FunctionDef, ast.For, ast.While, ast.If)):
            continue
        body = holder.body
        for k, line in enumerate(body):
            if not isinstance(line, (ast.Assign, ast.AugAssign)):
                continue
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            if isinstance(target, ast.Tuple) and isinstance(line.value, ast.Tuple):
                pairs = list(zip(target.elts, line.value.elts, strict=True))
                for order in (pairs, pairs[::-1]):
                    holder.body = [*body[:k], *(ast.Assign([t], v) for t, v in order), *body[k + 1 :]]
                    yield "old-value"
            elif isinstance(target, ast.Name) and target.id in _bound_before(function, line):
                old = ast.Assign([ast.Name("_old", ast.Store())], ast.Name(target.id, ast.Load()))
                holder.body = [*body[:k], old, *body[k:]]
                for user in body[k + 1 :]:
                    for name in [n for n in ast.walk(user) if isinstance(n, ast.Name) and n.id == target.id]:
                        if isinstance(name.ctx, ast.Load):
                            name.id = "_old"
                            yield "old-value"
                            name.id = target.id
            holder.body = body


def _bound_before(function: ast.FunctionDef, line: ast.stmt) -> set[str]:
    names = {a.arg for a in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.lineno < line.lineno:
            names.add(node.id)
    return names


def _other_names(function: ast.FunctionDef) -> Iterator[str]:
    """One use of a variable replaced by each other variable."""
    names = [a.arg for a in function.args.args]
    names += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    names = list(dict.fromkeys(names))
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
            own = node.id
            for other in names:
                if other != own:
                    node.id = other
                    yield "other-variable"
            node.id = own
