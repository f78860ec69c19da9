"""Is the gradient checker right, does it name the mistake, and how long does it take, beside its peers: part of ``make bench``.

Random networks with right gradients; the suite of losses that are no networks; every mistake of the bug zoo, on the half of its
networks that the checker was not tuned on; mistakes of people who knew neither checker nor catalogue, and others that were reported
in public; gradients that come from no mistake; differences handed in as backpropagation. Writes ``book/_data/detection.json``; the
book prints it.

    python tests/benchmarks/detection.py            everything, and write it
    python tests/benchmarks/detection.py named ...  these parts alone, and print them
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from typing import Any

import matplotlib as mpl
import numpy as np
import peers
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

import blind
import blind_losses
import names
import public_bugs
import soundness
import zoo

from bplib.checking import GradientReport, check_gradients
from bplib.checking.rule import CORRECT, UNDECIDED, WRONG
from bplib.partial_derivatives import central_difference, forward_difference

TARGET = ROOT / "book" / "_data" / "detection.json"
REPORTED = zoo.ARCHITECTURES[1::2]
#: Networks drawn for each architecture of the zoo; right ones for all checkers, and for ours alone; gradients of no mistake.
SEEDS, CORRECT_ALL, CORRECT_OURS, ARBITRARY = 3, 150, 2_000, 5_000
#: A wrong gradient that is off by more than this share of its array should be seen.
OFF = 1e-3
#: Seconds for a loss of the suite. The verdict takes a tenth of one, the search for the mistake may take many.
PATIENCE = 1.5

Row = dict[str, Any]


def quiet() -> None:
    """Overflows and the like are what some of the cases are about."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    mpl.use("agg")


def shared(function: Callable[[int], Any], count: int) -> list[Any]:
    """Call a function with every number below ``count``, on all cores, in order."""
    # Not forked: what PyTorch and JAX have started would hang.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), quiet) as pool:
        return list(pool.map(function, range(count), chunksize=max(1, min(16, count // 16))))


def report_on(case: zoo.Case, known: bool, loss: Callable[[dict], float] | None = None) -> GradientReport:
    """Ours, told the network or not."""
    if not known:
        return check_gradients(loss or case.loss, case.params, case.grads, samples=len(case.x))
    return check_gradients(
        None, case.params, case.grads, network=case.network, x=case.x, target=case.target, penalty=case.penalty,
        masks=case.masks,
    )  # fmt: skip


# --- Right gradients ---------------------------------------------------------------------------------------------


def one_correct(seed: int) -> list[tuple[str, bool, str, bool]]:
    """Precision, whether the network was known, the verdict, and whether a mistake was named."""
    right = zoo.correct(seed)
    precision = "float32" if right.condition == "float32" else "float64"
    found = []
    for known in (True, False) if right.scale == 1 else (False,):
        report = report_on(right.case, known, lambda p: right.scale * right.case.loss(p))
        found.append((precision, known, report.verdict, report.cause is not None))
        if report.verdict == WRONG:
            print(f"unsound: zoo.correct({seed}), network {'known' if known else 'unknown'}", flush=True)
    return found


def verdicts() -> list[Row]:
    """What ours says of right gradients in random networks."""
    rows: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for found in shared(one_correct, CORRECT_OURS):
        for precision, known, verdict, accused in found:
            rows[precision, known].update({verdict: 1, "accused": int(accused)})
    return [
        {
            "precision": precision, "network known": known,
            **{key: rows[precision, known][key] for key in (CORRECT, UNDECIDED, WRONG, "accused")},
        }
        for precision, known in sorted(rows, reverse=True)
    ]  # fmt: skip


# --- Losses that are no networks ---------------------------------------------------------------------------------


def off_by(wrong: Any, right: Any) -> float:
    """The largest error of a gradient, as a share of the largest number of its array."""
    shares = []
    for bad, good in zip(soundness.tree_leaves(wrong), soundness.tree_leaves(right), strict=True):
        error, size = (
            float(np.abs(np.asarray(v, float)).max(initial=0.0)) for v in (np.subtract(bad, good), good)
        )
        shares.append(error / size if size else np.inf if error else 0.0)
    return max(shares)


def one_loss(index: int) -> list[tuple[str, bool, str, float]]:
    """The right gradients of a loss and the wrong ones: which, at a hard point or not, what is said, how far off."""
    case = soundness.CASES[index]
    right = [case.gradient, *case.also]
    found = []
    for number, (kind, gradient) in enumerate(
        [*(("right", g) for g in right), *(("wrong", g) for g in case.wrong.values())]
    ):
        try:
            report = check_gradients(case.loss, case.params, gradient, seconds=PATIENCE)
            str(report), report._repr_html_()
            if kind == "wrong" and number == len(right):
                drawn(report)
            verdict = report.verdict
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - that is what is counted
            verdict = f"crash: {type(error).__name__}: {error}"
        given = gradient(case.params)
        off = min(off_by(given, g(case.params)) for g in right) if kind == "wrong" else 0.0
        found.append((kind, case.hard, verdict, off))
        if verdict.startswith("crash") or (kind, verdict) in (("right", WRONG), ("wrong", CORRECT)):
            print(f"unsound: {case.name}, gradient {number}, {kind}: {verdict}", flush=True)
    return found


def drawn(report: GradientReport) -> None:
    """Draw the figure, if there is one."""
    import matplotlib.pyplot as plt

    if report.tensors:
        report.plot().canvas.draw()
        plt.close("all")


def suite() -> Row:
    """How sound the verdicts are on small losses of every kind."""
    told = [one for found in shared(one_loss, len(soundness.CASES)) for one in found]

    def count(kind: str, *said: str, hard: bool | None = None) -> int:
        # One that is off by less may be taken for right.
        least = OFF if kind == "wrong" and hard is not None else -1.0
        return sum(
            k == kind and (not said or v in said) and hard in (None, h) and off > least
            for k, h, v, off in told
        )

    row: Row = {
        "losses": len(soundness.CASES),
        "hard": sum(case.hard for case in soundness.CASES),
        "gradients": len(told),
        "right": count("right"),
        "right called wrong": count("right", WRONG),
        "wrong called correct": count("wrong", CORRECT),
        "crashes": sum(verdict.startswith("crash") for *_, verdict, _ in told),
    }
    for kind, opposite in (("right", WRONG), ("wrong", CORRECT)):
        for hard, place in ((False, "ordinary"), (True, "hard")):
            row[f"{kind} at {place} points"] = count(kind, hard=hard)
            row[f"{kind} misjudged at {place} points"] = count(kind, opposite, hard=hard)
            row[f"{kind} undecided at {place} points"] = count(kind, UNDECIDED, hard=hard)
    return row


# --- Which mistake -----------------------------------------------------------------------------------------------


@cache
def reported() -> list[zoo.Case]:
    """The mistakes of the zoo that nothing was tuned on."""
    return list(zoo.zoo(REPORTED, range(SEEDS)))


def one_named(index: int) -> list[tuple[str, str | None]]:
    """What is said of one of them, the network known and unknown."""
    reports = [report_on(reported()[index], known) for known in (True, False)]
    return [(report.verdict, report.cause) for report in reports]


@cache
def zoo_told() -> list[list[tuple[str, str | None]]]:
    """What is said of all of them: the verdict and the cause, the network known and unknown."""
    return shared(one_named, len(reported()))


def named() -> list[Row]:
    """How many wrong gradients of the zoo get their name, or another one."""
    told = zoo_told()
    rows = []
    for number, known in enumerate((True, False)):
        said = [(case.mistake, *found[number]) for case, found in zip(reported(), told, strict=True)]
        rows.append(
            {
                "network known": known,
                "cases": len(said),
                "found": sum(verdict == WRONG for _, verdict, _ in said),
                "named": sum(cause == mistake for mistake, _, cause in said),
                "misnamed": sum(cause not in (mistake, None) for mistake, _, cause in said),
            }
        )
    return rows


def blindly() -> Row:
    """The thirty mistakes, and six right ones, of somebody who has seen neither catalogue nor zoo."""
    row = {"wrong": 0, "right": 0, "judged": 0, "located": 0, "named": 0}
    for work in blind.SUBMISSIONS:
        report = check_gradients(
            None, work.params, work.backward(work), network=work.network, x=work.x, target=work.target,
            penalty=work.penalty, masks=work.masks,
        )  # fmt: skip
        row["right" if work.layer is None else "wrong"] += 1
        row["judged"] += report.verdict == (CORRECT if work.layer is None else WRONG)
        row["located"] += report.layer == work.layer
        row["named"] += report.cause is not None
    return row


@cache
def told_by_people(which: str) -> list[tuple[str, Any, frozenset[str]]]:
    """Cases from the loss alone, by name, with what a teacher would call them."""
    if which == "public":
        return [(bug.name, bug, names.PUBLIC[bug.name]) for bug in public_bugs.BUGS]
    return [
        (name, case, names.BLIND[name]) for name, case in zip(names.BLIND, blind_losses.CASES, strict=True)
    ]


def one_told(which: str, index: int) -> tuple[str, str | None, tuple[str, ...], str]:
    """What is said of one of them: the verdict, the cause, the candidates, the line; the right one has to pass."""
    _, case, _ = told_by_people(which)[index]
    passed = check_gradients(case.loss, case.params, case.right).verdict
    report = check_gradients(case.loss, case.params, case.wrong)
    return report.verdict, report.cause, report.candidates, passed


def by_people(which: str) -> Row:
    """How many wrong gradients of other people are found and named from the loss alone.

    ``named`` holds those whose cause is one that a teacher would accept; ``open`` those that no numbers can tell apart, and of which
    all candidates would be accepted; ``misnamed`` those that get a name which would not be accepted.
    """
    cases = told_by_people(which)
    told = shared(partial(one_told, which), len(cases))
    row: Row = {"cases": len(cases), "nameless": sum(not accepted for *_, accepted in cases)}
    row |= dict.fromkeys(("found", "right ones refused", "named", "open", "several", "misnamed"), 0)
    row["names that are false"] = {}
    for (name, _, accepted), (verdict, cause, candidates, passed) in zip(cases, told, strict=True):
        row["found"] += verdict == WRONG
        row["right ones refused"] += passed == WRONG
        row["named"] += cause in accepted
        if cause is not None and cause not in accepted:
            row["misnamed"] += 1
            row["names that are false"][name] = cause
        if candidates and cause is None:
            row["open" if name in names.TWINS and set(candidates) <= accepted else "several"] += 1
    return row


#: What is done to a right gradient that is no mistake of anybody, and the names that are true of it all the same.
KINDS: dict[str, frozenset[str]] = {
    "random numbers": frozenset(),
    "some entries": frozenset({"single-entries"}),
    "an error times 1.37": frozenset({"scaled"}),
    "a mixture": frozenset(),
}


def spoiled(
    kind: str, right: zoo.Case, elsewhere: zoo.Case, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """A gradient that no mistake makes."""
    grads = {name: np.array(g) for name, g in right.grads.items()}
    layer = int(rng.integers(1, right.network.depth + 1))
    if kind == "random numbers":
        for name in grads if rng.random() < 0.5 else (f"W{layer}",):
            grads[name] = rng.normal(size=grads[name].shape) * np.abs(grads[name]).max()
    if kind == "some entries":
        for g in grads.values():
            chosen = rng.random(g.shape) < rng.choice([0.1, 0.5])
            chosen.flat[rng.integers(g.size)] = True
            g[chosen] *= rng.uniform(-2, 0.9, size=int(chosen.sum()))
    if kind == "an error times 1.37":
        # As a blame that is 1.37 times too large would leave it, from a layer down.
        for name in grads:
            grads[name] *= 1.37 if int(name[1:]) <= layer else 1.0
    if kind == "a mixture":
        # With the gradient of another network: one with a mistake's would be a milder mistake.
        share = rng.uniform(0.2, 0.8)
        grads = {name: share * g + (1 - share) * elsewhere.grads[name] for name, g in grads.items()}
    return grads


def one_arbitrary(seed: int) -> tuple[str, str, str | None]:
    """The kind, the verdict and the cause of a gradient that no mistake has made."""
    rng = np.random.default_rng([37, seed])
    depth = int(rng.choice([1, 1, 2]))
    sizes = tuple(int(n) for n in rng.integers(2, 4, size=depth + 1))
    bends = (*(str(b) for b in rng.choice(["tanh", "sigmoid", "relu"], size=depth - 1)), "identity")
    loss = "categorical_cross_entropy" if rng.random() < 0.25 else "mean_squared_error"
    plan = (sizes, bends, loss, bool(rng.random() < 0.25), False)
    right, elsewhere = (zoo.network_and_batch(plan, number, samples=3) for number in (seed, seed + ARBITRARY))
    kind = list(KINDS)[seed % len(KINDS)]
    grads = spoiled(kind, right, elsewhere, rng)
    report = report_on(right._replace(grads=grads), known=bool(seed // len(KINDS) % 2))
    return kind, report.verdict, report.cause


def arbitrary() -> Row:
    """Gradients that no mistake has made: what is named there is false, but for what is true by chance of making."""
    told = shared(one_arbitrary, ARBITRARY)
    false = Counter(
        f"{kind}: {cause}" for kind, _, cause in told if cause is not None and cause not in KINDS[kind]
    )
    return {
        "gradients": len(told),
        "found": sum(verdict == WRONG for _, verdict, _ in told),
        "described": sum(cause is not None and cause in KINDS[kind] for kind, _, cause in told),
        "given a false name": sum(false.values()),
        "false names": dict(false),
    }


def by_differences(case: zoo.Case, method: Any, step: float, params: dict) -> dict:
    """The gradient of somebody who hands in differences instead."""
    return {n: method(lambda v, n=n: case.loss({**params, n: v}), params[n], step) for n in params}


def differences() -> list[Row]:
    """How many gradients by differences are recognized: from the numbers alone, and when the function is given."""
    found = []
    for method in (central_difference, forward_difference):
        for step in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 3e-6):
            row = {"method": method.__name__, "step": step, "cases": 0, "numbers": 0, "function": 0}
            for architecture in zoo.ARCHITECTURES:
                case = zoo.network_and_batch(architecture, 11)
                gradient = partial(by_differences, case, method, step)
                row["cases"] += 1
                for way, grads in (("numbers", gradient(case.params)), ("function", gradient)):
                    cause = check_gradients(case.loss, case.params, grads).cause
                    row[way] += cause == "numerical-gradient"
            found.append(row)
    return found


# --- Beside its peers --------------------------------------------------------------------------------------------


@cache
def wrong_cases() -> list[tuple[str, zoo.Case, float]]:
    """Mistakes by name, with what the loss is multiplied by."""
    rows = [(str(case.mistake), case, 1.0) for case in reported()]
    for architecture in REPORTED:
        right = zoo.network_and_batch(architecture, 0)
        off = {k: 1.0005 * g for k, g in right.grads.items()}
        rows.append(("0.05 % off everywhere", right._replace(grads=off), 1.0))
        nothing = {k: 0 * g for k, g in right.grads.items()}
        rows.append(("all zero, loss times 1e-5", right._replace(grads=nothing), 1e-5))
    return rows


@cache
def correct_cases() -> list[tuple[str, zoo.Case, float]]:
    """Right gradients by what makes them hard to believe."""
    drawn_ones = [zoo.correct(10_000 + seed) for seed in range(CORRECT_ALL)]
    return [(right.condition, right.case, right.scale) for right in drawn_ones]


def judged_by_peers(cases: Callable[[], list[tuple[str, zoo.Case, float]]], index: int) -> dict[str, bool]:
    """Which of the others let it pass."""
    _, case, scale = cases()[index]
    return {name: peer(case, lambda p: scale * case.loss(p)) for name, peer in peers.PEERS.items()}


def judged_by_us(cases: Callable[[], list[tuple[str, zoo.Case, float]]], index: int) -> dict[str, bool]:
    """Whether ours lets it pass, with the network and without."""
    _, case, scale = cases()[index]

    def loss(params: dict) -> float:
        return scale * case.loss(params)

    return {
        "bplib": report_on(case, scale == 1, loss).passed,
        "bplib, loss alone": check_gradients(loss, case.params, case.grads).passed,
    }


def table(cases: Callable[[], list[tuple[str, zoo.Case, float]]], known: int = 0) -> list[Row]:
    """The number of cases of each row, and how many of them each checker lets pass.

    Of the first ``known`` cases, those of the zoo, it is known what ours says.
    """
    ours_of_zoo = [
        {
            name: verdict == CORRECT
            for name, (verdict, _) in zip(("bplib", "bplib, loss alone"), said, strict=True)
        }
        for said in (zoo_told() if known else ())
    ]
    rest = shared(partial(after, partial(judged_by_us, cases), known), len(cases()) - known)
    others = shared(partial(judged_by_peers, cases), len(cases()))
    rows: dict[str, Row] = {}
    for (name, *_), own, other in zip(cases(), ours_of_zoo + rest, others, strict=True):
        row = rows.setdefault(name, {"name": name, "cases": 0, **dict.fromkeys(own | other, 0)})
        row["cases"] += 1
        for checker, passes in (own | other).items():
            row[checker] += passes
    return [rows[name] for name in sorted(rows)]


def after(function: Callable[[int], Any], start: int, index: int) -> Any:
    """Call a function with a number, counted from another one."""
    return function(start + index)


def passed(report: GradientReport) -> int:
    """How many evaluations it took to find a right gradient correct."""
    if not report.passed:
        raise RuntimeError(f"a right gradient did not pass: {report}")
    return report.evaluations


def ours(b: peers.Benchmark) -> dict[str, Callable[[], int]]:
    """Our checks of the right gradient: those that look at every entry, and what is left without a record."""
    return {
        "bplib": lambda: passed(
            check_gradients(None, b.params, b.grads, network=b.network, x=b.x, target=b.target)
        ),
        "bplib, loss alone": lambda: passed(check_gradients(b.loss, b.params, b.grads)),
        "bplib, not recorded": lambda: passed(
            check_gradients(b.loss, b.params, b.grads, full=False, memory=0)
        ),
    }


#: Those that look at every entry; the others take sums or one random direction.
FULL = ("bplib", "bplib, loss alone", "PyTorch", "SciPy")


def best(function: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The seconds of the quickest round, and what it gave."""
    found, given = np.inf, None
    for _ in range(rounds):
        start = time.perf_counter()
        given = function()
        found = min(found, time.perf_counter() - start)
    return found, given


def speed() -> list[Row]:
    """Seconds of a check, side by side in this process: the best of three, or of one where it takes long."""
    found = []
    for sizes, rounds in (((64, 32, 10), 3), ((784, 128, 10), 1)):
        b = peers.benchmark(sizes)
        for name, check in (ours(b) | peers.timed(b)).items():
            seconds, evaluations = best(check, 3 if name.startswith("bplib") else rounds)
            found.append(
                {
                    "network": "-".join(map(str, sizes)), "name": name, "every entry": name in FULL,
                    "seconds": round(seconds, 4), "evaluations": evaluations,
                }
            )  # fmt: skip
    return found


def million() -> list[Row]:
    """A million entries: seconds, and how many evaluations of the loss would take as long."""
    found = []
    for samples in (32, 256, 1024):
        b = peers.benchmark((1000, 900, 100), samples)
        one, _ = best(partial(b.loss, b.params), 9)
        for name in ("bplib", "bplib, loss alone"):
            seconds, evaluations = best(ours(b)[name], 3)
            found.append(
                {
                    "network": "1000-900-100", "entries": b.entries, "samples": samples, "name": name,
                    "seconds": round(seconds, 3), "evaluations": evaluations,
                    "one evaluation": round(one, 5), "evaluations' worth": round(seconds / one, 1),
                }
            )  # fmt: skip
    return found


#: What is measured, in this order: what takes all cores first, what is timed last.
PARTS: dict[str, Callable[[], Any]] = {
    "verdicts": verdicts,
    "soundness": suite,
    "named": named,
    "blind": blindly,
    "public bugs": lambda: by_people("public"),
    "blind losses": lambda: by_people("blind"),
    "arbitrary": arbitrary,
    "differences": differences,
    "wrong": lambda: table(wrong_cases, len(reported())),
    "correct": lambda: table(correct_cases),
    "million": million,
    "speed": speed,
}


def main(chosen: list[str]) -> None:
    quiet()
    if unknown := [name for name in chosen if name not in PARTS]:
        sys.exit(f"there is no part {unknown[0]!r}, expected some of {', '.join(map(repr, PARTS))}.")
    results = {}
    for name in chosen or PARTS:
        start = time.perf_counter()
        results[name] = PARTS[name]()
        print(f"{name} ({time.perf_counter() - start:.0f} s)", flush=True)
        rows = results[name] if isinstance(results[name], list) else [results[name]]
        for row in rows:
            print("   ", ", ".join(f"{key}: {value}" for key, value in row.items()), flush=True)
    if not chosen:
        record(TARGET, peers.versions(), results)


if __name__ == "__main__":
    main(sys.argv[1:])
