"""Answers to the exercise on generation: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_DENOISE = """
def denoising_gradients(x, noise, W, b, c):
    m = x.shape[0]
    seen = x + noise
    h = 1 / (1 + np.exp(-(seen @ W + b)))
    again = h @ W.T + c
    loss = np.sum((again - x) ** 2) / (2 * m)
    dagain = (again - x) / m
    dh = dagain @ W
    dz = dh * h * (1 - h)
    dW = seen.T @ dz + dagain.T @ h
    db = dz.sum(axis=0)
    dc = dagain.sum(axis=0)
    return loss, dW, db, dc
"""

_SPARSE = """
def sparse_backward(da, z, rate, strength):
    m, k = z.shape
    a = 1 / (1 + np.exp(-z))
    mean = a.mean(axis=0)
    slope = strength * (-rate / mean + (1 - rate) / (1 - mean))
    total = da + slope / m
    return total * a * (1 - a)
"""

_DRAWS = """
def draws_backward(dz, log_deviation, noise):
    sigma = np.exp(log_deviation)
    dmean = dz.sum(axis=0)
    dlog_deviation = np.sum(dz * noise * sigma, axis=0)
    return dmean, dlog_deviation
"""

_SPREAD = """
def spread_divergence(mean, log_deviation, spread):
    m = len(mean)
    sigma = np.exp(log_deviation)
    terms = np.log(spread / sigma) + (sigma**2 + mean**2) / (2 * spread**2) - 0.5
    price = terms.sum() / m
    dmean = mean / (m * spread**2)
    dlog_deviation = (sigma**2 / spread**2 - 1) / m
    return price, dmean, dlog_deviation
"""

_PAINTER = """
def painter_backward(code, W, b, v, c):
    m = code.shape[0]
    picture = np.tanh(code @ W + b)
    s = picture @ v + c
    p = 1 / (1 + np.exp(-s))
    ds = (p - 1) / m
    dpicture = np.outer(ds, v)
    dz = dpicture * (1 - picture**2)
    return code.T @ dz, dz.sum(axis=0)
"""

_TOP = """
def top_draw(logits, temperature, keep, u):
    m, n = logits.shape
    order = np.argsort(-logits, axis=1)
    z = np.full((m, n), -np.inf)
    for i in range(m):
        kept = order[i, :keep]
        z[i, kept] = logits[i, kept] / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    cum = np.cumsum(p, axis=1)
    picked = np.argmax(cum > u[:, None], axis=1)
    return p, picked
"""

_CLEAN = ("wrong-tensor", "other-variable", "term-left-out", "factor-left-out", "old-value")
_PATH = ("path-missing", "assigned-not-added", "part-missing", "term-left-out")
_MEANS = (
    "mean-for-sum",
    "bias-averaged",
    "averaged-twice",
    "other-count",
    "divided-by-samples",
    "scaled",
    "one-for-all",
)
_SUMS = ("not-averaged", "times-samples", "sum-for-mean", "factor-missing", "factor-left-out")
_SLOPE = ("activation-derivative-missing", "slope-left-out", "term-left-out", "factor-missing")
_SIGN = ("sign", "turned-sign", "sign-inside", "uphill", "weight-decay-sign")
_HALF = ("log-variance-mixed", "factor-half", "factor-two", "halved", "doubled", "power-mixed")
_AXIS = ("other-axis", "wrong-axis", "each-by-itself", "one-for-all")
_FACTOR = ("factor-missing", "factor-left-out", "step-left-out", "scaled")
_POWER = (
    "multiplied-divided",
    "power-mixed",
    "factor-missing",
    "multiplied-for-divided",
    "other-variable",
    "factor-left-out",
)
_JUDGED = (
    "rest-for-share",
    "term-left-out",
    "sign-inside",
    "path-missing",
    "step-left-out",
    "other-constant",
)
_TEMPERED = (
    "multiplied-divided",
    "multiplied-for-divided",
    "factor-left-out",
    "step-left-out",
    "steps-exchanged",
)
_LIST = (
    "steps-exchanged",
    "step-left-out",
    "mask-forgotten",
    "other-constant",
    "off-by-one",
    "largest-smallest",
)
_PLACE = ("other-places", "off-by-one", "begins-elsewhere", "first-for-last", "mirrored")

WRONG: tuple[Answer, ...] = (
    # denoising_gradients
    Answer(
        "denoising_gradients",
        "compared with the spoiled image",
        _with(_DENOISE, ("again - x", "again - seen")),
        _any(*_CLEAN),
    ),
    Answer(
        "denoising_gradients",
        "the noise is forgotten",
        _with(_DENOISE, ("x + noise", "x")),
        _any(*_CLEAN),
    ),
    Answer(
        "denoising_gradients",
        "on the way back the clean image was seen",
        _with(_DENOISE, ("seen.T @ dz", "x.T @ dz")),
        _any(*_CLEAN),
    ),
    Answer(
        "denoising_gradients",
        "the noise alone on the way back",
        _with(_DENOISE, ("seen.T @ dz", "noise.T @ dz")),
        _any(*_CLEAN),
    ),
    Answer(
        "denoising_gradients",
        "the weights blamed as the encoder's alone",
        _with(_DENOISE, (" + dagain.T @ h", "")),
        _any(*_PATH),
    ),
    Answer(
        "denoising_gradients",
        "the weights blamed as the decoder's alone",
        _with(_DENOISE, ("seen.T @ dz + dagain.T @ h", "dagain.T @ h")),
        _any(*_PATH),
    ),
    Answer(
        "denoising_gradients",
        "a mean over all numbers of the image",
        _with(_DENOISE, ("/ (2 * m)", "/ (2 * x.size)"), ("(again - x) / m", "(again - x) / x.size")),
        _any(*_MEANS),
    ),
    Answer(
        "denoising_gradients",
        "np.mean of the squares",
        _with(
            _DENOISE,
            ("np.sum((again - x) ** 2) / (2 * m)", "np.mean((again - x) ** 2)"),
            ("(again - x) / m", "2 * (again - x) / x.size"),
        ),
        _any(*_MEANS),
    ),
    Answer(
        "denoising_gradients",
        "nothing is divided by on the way back",
        _with(_DENOISE, ("(again - x) / m", "(again - x)")),
        _any(*_SUMS),
    ),
    Answer(
        "denoising_gradients",
        "the square's two is kept",
        _with(_DENOISE, ("(again - x) / m", "2 * (again - x) / m")),
        _any("factor-two"),
    ),
    Answer(
        "denoising_gradients",
        "the sigmoid is stepped over",
        _with(_DENOISE, ("dh * h * (1 - h)", "dh")),
        _any(*_SLOPE),
    ),
    Answer(
        "denoising_gradients",
        "the slope of tanh",
        _with(_DENOISE, ("dh * h * (1 - h)", "dh * (1 - h**2)")),
        _any("other-activation", "other-function"),
    ),
    Answer(
        "denoising_gradients",
        "prediction and target exchanged",
        _with(_DENOISE, ("(again - x) / m", "(x - again) / m")),
        _any(*_SIGN),
    ),
    Answer(
        "denoising_gradients",
        "the biases get a mean",
        _with(_DENOISE, ("dz.sum(axis=0)", "dz.mean(axis=0)"), ("dagain.sum(axis=0)", "dagain.mean(axis=0)")),
        _any(*_MEANS),
    ),
    # sparse_backward
    Answer(
        "sparse_backward",
        "the price is left out",
        _with(_SPARSE, ("da + slope / m", "da")),
        _any(*_PATH, "weight-decay-missing"),
    ),
    Answer(
        "sparse_backward",
        "the price alone",
        _with(_SPARSE, ("da + slope / m", "slope / m")),
        _any(*_PATH, "upstream-missing"),
    ),
    Answer(
        "sparse_backward",
        "the mean over the samples is taken for a sum",
        _with(_SPARSE, ("slope / m", "slope")),
        _any(*_SUMS, "path-missing"),
    ),
    Answer(
        "sparse_backward",
        "divided by the units",
        _with(_SPARSE, ("slope / m", "slope / k")),
        _any(*_MEANS, "other-variable"),
    ),
    Answer(
        "sparse_backward",
        "the price has the wrong sign",
        _with(_SPARSE, ("da + slope / m", "da - slope / m")),
        _any(*_SIGN),
    ),
    Answer(
        "sparse_backward",
        "a plus within the price",
        _with(_SPARSE, ("-rate / mean", "rate / mean")),
        _any(*_SIGN),
    ),
    Answer(
        "sparse_backward",
        "the price does not pass the sigmoid",
        _with(_SPARSE, ("total * a * (1 - a)", "da * a * (1 - a) + slope / m")),
        _any(*_SLOPE),
    ),
    Answer(
        "sparse_backward",
        "nothing passes the sigmoid",
        _with(_SPARSE, ("total * a * (1 - a)", "total")),
        _any(*_SLOPE),
    ),
    Answer(
        "sparse_backward",
        "a price for every activation",
        _with(_SPARSE, ("a.mean(axis=0)", "a")),
        _any(*_AXIS),
    ),
    Answer(
        "sparse_backward",
        "the mean over the units",
        _with(_SPARSE, ("a.mean(axis=0)", "a.mean(axis=1, keepdims=True)")),
        _any(*_AXIS),
    ),
    Answer(
        "sparse_backward",
        "half of the price",
        _with(_SPARSE, ("-rate / mean + (1 - rate) / (1 - mean)", "-rate / mean")),
        _any(*_PATH),
    ),
    Answer(
        "sparse_backward",
        "rate and mean are exchanged",
        _with(
            _SPARSE,
            (
                "-rate / mean + (1 - rate) / (1 - mean)",
                "np.log(mean / rate) - np.log((1 - mean) / (1 - rate))",
            ),
        ),
        _any("exchanged-arguments"),
    ),
    Answer(
        "sparse_backward",
        "the square of the distance for the divergence",
        _with(_SPARSE, ("-rate / mean + (1 - rate) / (1 - mean)", "mean - rate")),
        _any("other-function", "factor-missing", "divisor-slope"),
    ),
    Answer(
        "sparse_backward",
        "the strength is forgotten",
        _with(
            _SPARSE,
            ("strength * (-rate / mean + (1 - rate) / (1 - mean))", "-rate / mean + (1 - rate) / (1 - mean)"),
        ),
        _any(*_FACTOR),
    ),
    Answer(
        "sparse_backward",
        "the slope of the sigmoid at the mean",
        _with(
            _SPARSE, ("return total * a * (1 - a)", "return da * a * (1 - a) + slope / m * mean * (1 - mean)")
        ),
        _any("wrong-tensor", "other-variable", "steps-exchanged"),
    ),
    Answer(
        "sparse_backward",
        "one factor of the sigmoid's slope is missing",
        _with(_SPARSE, ("total * a * (1 - a)", "total * (1 - a)")),
        _any("factor-left-out", "factor-missing", "slope-left-out", "value-for-slope"),
    ),
    Answer(
        "sparse_backward",
        "the slope of the sigmoid twice",
        _with(_SPARSE, ("total * a * (1 - a)", "total * (a * (1 - a)) ** 2")),
        _any("slope-squared", "factor-twice"),
    ),
    Answer(
        "sparse_backward",
        "a mean of z, and then its sigmoid",
        _with(_SPARSE, ("a.mean(axis=0)", "1 / (1 + np.exp(-z.mean(axis=0)))")),
        _any("steps-exchanged"),
    ),
    Answer(
        "sparse_backward",
        "only whether the unit is too busy counts",
        _with(_SPARSE, ("-rate / mean + (1 - rate) / (1 - mean)", "np.sign(mean - rate)")),
        _any("other-function"),
    ),
    # draws_backward
    Answer(
        "draws_backward",
        "a mean over the draws",
        _with(_DRAWS, ("dz.sum(axis=0)", "dz.mean(axis=0)"), ("np.sum(", "np.mean(")),
        _any(*_MEANS),
    ),
    Answer(
        "draws_backward",
        "the half of the chapter, which has variances",
        _with(_DRAWS, ("np.sum(dz", "0.5 * np.sum(dz")),
        _any(*_HALF),
    ),
    Answer(
        "draws_backward",
        "the deviation of the chapter, which has variances",
        _with(_DRAWS, ("np.exp(log_deviation)", "np.exp(0.5 * log_deviation)")),
        _any(*_HALF),
    ),
    Answer(
        "draws_backward",
        "both, as in the chapter",
        _with(
            _DRAWS, ("np.exp(log_deviation)", "np.exp(0.5 * log_deviation)"), ("np.sum(dz", "0.5 * np.sum(dz")
        ),
        _any(*_HALF),
    ),
    Answer(
        "draws_backward",
        "the noise is left out",
        _with(_DRAWS, ("dz * noise * sigma", "dz * sigma")),
        _any(*_FACTOR),
    ),
    Answer(
        "draws_backward",
        "the deviation is left out",
        _with(_DRAWS, ("dz * noise * sigma", "dz * noise")),
        _any(*_FACTOR, *_SLOPE),
    ),
    Answer(
        "draws_backward",
        "the logarithm for the deviation",
        _with(_DRAWS, ("np.exp(log_deviation)", "log_deviation")),
        _any("function-left-out", "value-for-slope", "slope-left-out", "wrong-tensor", "other-activation"),
    ),
    Answer(
        "draws_backward",
        "the first draw alone",
        _with(
            _DRAWS,
            ("dz.sum(axis=0)", "dz[0]"),
            ("np.sum(dz * noise * sigma, axis=0)", "dz[0] * noise[0] * sigma"),
        ),
        _any(*_PATH, "only-one-sample", "one-for-all"),
    ),
    Answer(
        "draws_backward",
        "the last draw stays",
        """
def draws_backward(dz, log_deviation, noise):
    for one, eps in zip(dz, noise):
        dmean = one
        dlog_deviation = one * eps * np.exp(log_deviation)
    return dmean, dlog_deviation
""",
        _any(*_PATH, "only-one-sample", "kept-not-added"),
    ),
    Answer(
        "draws_backward",
        "summed before it is multiplied",
        _with(_DRAWS, ("np.sum(dz * noise * sigma, axis=0)", "dz.sum(axis=0) * noise.sum(axis=0) * sigma")),
        _any("steps-exchanged", "each-by-itself"),
    ),
    Answer(
        "draws_backward",
        "the noise of the first draw for all",
        _with(_DRAWS, ("dz * noise * sigma", "dz * noise[0] * sigma")),
        _any("one-for-all", "wrong-tensor", "wrong-step"),
    ),
    Answer(
        "draws_backward",
        "new noise on the way back",
        _with(_DRAWS, ("dz * noise", "dz * np.random.default_rng(0).standard_normal(dz.shape)")),
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "draws_backward",
        "the two are returned the other way round",
        _with(_DRAWS, ("return dmean, dlog_deviation", "return dlog_deviation, dmean")),
        _any("results-exchanged"),
    ),
    Answer(
        "draws_backward",
        "divided by the samples",
        _with(
            _DRAWS,
            ("return dmean, dlog_deviation", "return dmean / dz.shape[1], dlog_deviation / dz.shape[1]"),
        ),
        _any(*_MEANS),
    ),
    Answer(
        "draws_backward",
        "the mean is blamed by its noise",
        _with(_DRAWS, ("dz.sum(axis=0)", "(dz * noise).sum(axis=0)")),
        _any("factor-too-many"),
    ),
    Answer(
        "draws_backward",
        "the variance for the deviation",
        _with(_DRAWS, ("dz * noise * sigma", "dz * noise * sigma**2")),
        _any(*_HALF),
    ),
    # spread_divergence
    Answer(
        "spread_divergence",
        "the price is averaged over the code",
        _with(
            _SPREAD,
            ("terms.sum() / m", "terms.mean()"),
            ("(m * spread**2)", "(mean.size * spread**2)"),
            ("- 1) / m", "- 1) / mean.size"),
        ),
        _any(*_MEANS),
    ),
    Answer(
        "spread_divergence",
        "the samples are added up",
        _with(_SPREAD, ("m = len(mean)", "m = 1")),
        _any(*_SUMS, "other-count"),
    ),
    Answer(
        "spread_divergence",
        "the formula of the chapter",
        """
def spread_divergence(mean, log_deviation, spread):
    m = len(mean)
    variance = np.exp(log_deviation)
    price = 0.5 * np.sum(mean**2 + variance - 1 - log_deviation) / m
    return price, mean / m, 0.5 * (variance - 1) / m
""",
        _any(*_HALF, *_POWER),
    ),
    Answer(
        "spread_divergence",
        "the spread is ignored",
        """
def spread_divergence(mean, log_deviation, spread):
    m = len(mean)
    variance = np.exp(2 * log_deviation)
    price = np.sum(0.5 * (mean**2 + variance - 1) - log_deviation) / m
    return price, mean / m, (variance - 1) / m
""",
        _any(*_POWER, "same-for-all"),
    ),
    Answer(
        "spread_divergence",
        "the logarithm is taken for that of a variance",
        _with(
            _SPREAD,
            ("np.exp(log_deviation)", "np.exp(log_deviation / 2)"),
            ("dlog_deviation = (", "dlog_deviation = 0.5 * ("),
        ),
        _any(*_HALF),
    ),
    Answer(
        "spread_divergence",
        "half of the slope, as in the chapter",
        _with(_SPREAD, ("- 1) / m", "- 1) / (2 * m)")),
        _any(*_HALF),
    ),
    Answer(
        "spread_divergence",
        "the sign of the price",
        _with(
            _SPREAD,
            ("terms.sum()", "-terms.sum()"),
            ("mean / (m", "-mean / (m"),
            ("(sigma**2 / spread**2 - 1)", "(1 - sigma**2 / spread**2)"),
        ),
        _any(*_SIGN),
    ),
    Answer(
        "spread_divergence",
        "the spread is not squared",
        _with(_SPREAD, ("spread**2", "spread")),
        _any(*_POWER),
    ),
    Answer(
        "spread_divergence",
        "multiplied by the spread",
        _with(
            _SPREAD,
            ("(2 * spread**2)", "2 * spread**2"),
            ("mean / (m * spread**2)", "mean * spread**2 / m"),
            ("sigma**2 / spread**2", "sigma**2 * spread**2"),
        ),
        _any(*_POWER, "parentheses-missing", "multiplied-divided"),
    ),
    Answer(
        "spread_divergence",
        "the logarithm of the spread is left out",
        _with(_SPREAD, ("np.log(spread / sigma)", "-np.log(sigma)")),
        _any("term-left-out", "factor-left-out", "factor-missing"),
    ),
    Answer(
        "spread_divergence",
        "the distance is taken the other way",
        """
def spread_divergence(mean, log_deviation, spread):
    m = len(mean)
    sigma = np.exp(log_deviation)
    price = (np.log(sigma / spread) + (spread**2 + mean**2) / (2 * sigma**2) - 0.5).sum() / m
    return price, mean / sigma**2 / m, (1 - (spread**2 + mean**2) / sigma**2) / m
""",
        _any("exchanged-arguments"),
    ),
    Answer(
        "spread_divergence",
        "the one is divided, too",
        _with(_SPREAD, ("(sigma**2 / spread**2 - 1)", "(sigma**2 - 1) / spread**2")),
        _any("parentheses-missing", "factor-too-many", "other-operation"),
    ),
    Answer(
        "spread_divergence",
        "the logarithm's own slope is forgotten",
        _with(_SPREAD, ("(sigma**2 / spread**2 - 1)", "sigma**2 / spread**2")),
        _any(*_PATH),
    ),
    Answer(
        "spread_divergence",
        "the gradient of the deviation, not of its logarithm",
        _with(_SPREAD, ("(sigma**2 / spread**2 - 1)", "(sigma / spread**2 - 1 / sigma)")),
        _any(*_SLOPE),
    ),
    Answer(
        "spread_divergence",
        "the gradient of the variance, not of the log-deviation",
        _with(_SPREAD, ("(sigma**2 / spread**2 - 1)", "0.5 * (1 / spread**2 - 1 / sigma**2)")),
        _any(*_SLOPE, *_HALF),
    ),
    Answer(
        "spread_divergence",
        "the square of the sum",
        _with(_SPREAD, ("(sigma**2 + mean**2)", "(sigma + mean) ** 2")),
        _any("parentheses-missing"),
    ),
    Answer(
        "spread_divergence",
        "the constant is forgotten",
        _with(_SPREAD, (" - 0.5\n", "\n")),
        _any("term-left-out"),
    ),
    # painter_backward
    Answer(
        "painter_backward",
        "the blame of a picture that is a fake",
        _with(_PAINTER, ("(p - 1) / m", "p / m")),
        _any(*_JUDGED),
    ),
    Answer(
        "painter_backward",
        "the painter wants to be caught",
        _with(_PAINTER, ("(p - 1) / m", "(1 - p) / m")),
        _any(*_SIGN),
    ),
    Answer(
        "painter_backward",
        "the painter minimizes the logarithm of one minus p",
        _with(_PAINTER, ("(p - 1) / m", "-p / m")),
        _any(*_JUDGED, *_SIGN),
    ),
    Answer(
        "painter_backward",
        "the slope of the judge's sigmoid is left out",
        _with(_PAINTER, ("(p - 1) / m", "-1 / p / m")),
        _any(*_SLOPE),
    ),
    Answer(
        "painter_backward",
        "the slope of the judge's sigmoid twice",
        _with(_PAINTER, ("(p - 1) / m", "(p - 1) * p * (1 - p) / m")),
        _any(
            "factor-too-many",
            "slope-squared",
            "factor-twice",
            "softmax-differentiated-twice",
            "function-too-many",
        ),
    ),
    Answer(
        "painter_backward",
        "the picture's tanh is stepped over",
        _with(_PAINTER, ("dpicture * (1 - picture**2)", "dpicture")),
        _any(*_SLOPE),
    ),
    Answer(
        "painter_backward",
        "the picture's slope as that of a sigmoid",
        _with(_PAINTER, ("1 - picture**2", "picture * (1 - picture)")),
        _any("other-activation", "other-function"),
    ),
    Answer(
        "painter_backward",
        "the judge's weights are skipped",
        _with(_PAINTER, ("np.outer(ds, v)", "np.outer(ds, np.ones(len(v)))")),
        _any("weights-skipped", "factor-missing"),
    ),
    Answer(
        "painter_backward",
        "nothing is divided by",
        _with(_PAINTER, ("(p - 1) / m", "p - 1")),
        _any(*_SUMS),
    ),
    Answer(
        "painter_backward",
        "a mean over the samples once more",
        _with(_PAINTER, ("code.T @ dz, dz.sum(axis=0)", "code.T @ dz / m, dz.mean(axis=0)")),
        _any(*_MEANS),
    ),
    Answer(
        "painter_backward",
        "the first picture's blame for all",
        _with(_PAINTER, ("dz.sum(axis=0)", "dz[0]")),
        _any("only-one-sample", "bias-not-summed"),
    ),
    Answer(
        "painter_backward",
        "the judge's bias is forgotten",
        _with(_PAINTER, ("picture @ v + c", "picture @ v")),
        _any("term-left-out", "path-missing", "step-left-out"),
    ),
    Answer(
        "painter_backward",
        "a mean over the pixels",
        _with(_PAINTER, ("(p - 1) / m", "(p - 1) / (m * len(v))")),
        _any(*_MEANS),
    ),
    Answer(
        "painter_backward",
        "the logarithm is left out",
        _with(_PAINTER, ("(p - 1) / m", "-p * (1 - p) / m")),
        _any(*_SLOPE),
    ),
    Answer(
        "painter_backward",
        "the slope is taken behind the tanh",
        _with(_PAINTER, ("1 - picture**2", "1 - np.tanh(picture) ** 2")),
        _any("derivative-at-activation", "done-twice", "other-activation"),
    ),
    Answer(
        "painter_backward",
        "the painter's biases are forgotten",
        _with(_PAINTER, ("np.tanh(code @ W + b)", "np.tanh(code @ W)")),
        _any("term-left-out", "path-missing"),
    ),
    Answer(
        "painter_backward",
        "a judge with tanh",
        _with(_PAINTER, ("1 / (1 + np.exp(-s))", "np.tanh(s)")),
        _any("other-function"),
    ),
    # top_draw
    Answer(
        "top_draw",
        "multiplied by the temperature",
        _with(_TOP, ("/ temperature", "* temperature")),
        _any(*_TEMPERED),
    ),
    Answer(
        "top_draw",
        "no temperature",
        _with(_TOP, (" / temperature", "")),
        _any(*_TEMPERED),
    ),
    Answer(
        "top_draw",
        "the temperature after the softmax",
        _with(
            _TOP, (" / temperature", ""), ("keepdims=True)\n    cum", "keepdims=True) / temperature\n    cum")
        ),
        _any(*_TEMPERED),
    ),
    Answer(
        "top_draw",
        "the list after the softmax, and not made whole again",
        """
def top_draw(logits, temperature, keep, u):
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    least = np.sort(logits, axis=1)[:, -keep]
    p = np.where(logits >= least[:, None], p, 0.0)
    picked = np.argmax(np.cumsum(p, axis=1) > u[:, None], axis=1)
    return p, picked
""",
        _any(*_LIST),
    ),
    Answer(
        "top_draw",
        "no list",
        _with(_TOP, (":keep", ":")),
        _any(*_LIST),
    ),
    Answer(
        "top_draw",
        "the others get the logit zero",
        _with(_TOP, ("-np.inf", "0.0")),
        _any(*_LIST),
    ),
    Answer(
        "top_draw",
        "the smallest are kept",
        _with(_TOP, ("np.argsort(-logits", "np.argsort(logits")),
        _any(*_LIST),
    ),
    Answer(
        "top_draw",
        "one too many is kept",
        _with(_TOP, (":keep", ":keep + 1")),
        _any(*_LIST),
    ),
    Answer(
        "top_draw",
        "a softmax over the batch",
        _with(
            _TOP,
            ("-np.inf", "-1e9"),
            ("e / e.sum(axis=1, keepdims=True)", "e / e.sum(axis=0, keepdims=True)"),
        ),
        _any(*_AXIS),
    ),
    Answer(
        "top_draw",
        "the most probable, always",
        _with(_TOP, ("np.argmax(cum > u[:, None], axis=1)", "np.argmax(p, axis=1)")),
        _any("other-function", "step-left-out", "same-for-all"),
    ),
    Answer(
        "top_draw",
        "the place on the list for the class",
        _with(_TOP, ("cum = np.cumsum(p, axis=1)", "cum = np.cumsum(-np.sort(-p, axis=1), axis=1)")),
        _any(*_PLACE),
    ),
    Answer(
        "top_draw",
        "at least as large for larger",
        _with(_TOP, ("cum > u", "cum >= u")),
        _any("comparison-border"),
    ),
    Answer(
        "top_draw",
        "the condition the other way round",
        _with(_TOP, ("cum > u", "cum < u")),
        _any("comparison-reversed"),
    ),
    Answer(
        "top_draw",
        "one class too far",
        _with(_TOP, ("np.argmax(cum > u[:, None], axis=1)", "(cum <= u[:, None]).sum(axis=1) + 1")),
        _any(*_PLACE),
    ),
    Answer(
        "top_draw",
        "the first number for all rows",
        _with(_TOP, ("u[:, None]", "u[0]")),
        _any("one-for-all", "other-variable"),
    ),
    Answer(
        "top_draw",
        "nothing is added up",
        _with(_TOP, ("np.cumsum(p, axis=1)", "p")),
        _any("step-left-out", "function-left-out"),
    ),
    Answer(
        "top_draw",
        "nothing is subtracted, and exponentials overflow",
        _with(_TOP, ("np.exp(z - z.max(axis=1, keepdims=True))", "np.exp(z)")),
        _any("not-finite"),
    ),
    Answer(
        "top_draw",
        "the most probable first",
        """
def top_draw(logits, temperature, keep, u):
    p = shares(logits, temperature, keep)
    order = np.argsort(-p, axis=1)
    cum = np.cumsum(np.take_along_axis(p, order, axis=1), axis=1)
    at = np.argmax(cum > u[:, None], axis=1)
    return p, order[np.arange(len(p)), at]


def shares(logits, temperature, keep):
    least = np.sort(logits, axis=1)[:, -keep]
    z = np.where(logits >= least[:, None], logits, -np.inf) / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        _any(*_PLACE),
    ),
    Answer(
        "top_draw",
        "all classes alike",
        _with(_TOP, ("np.argmax(cum > u[:, None], axis=1)", "(u * n).astype(int)")),
        _any("counted-alike", "step-left-out", "other-function"),
    ),
    Answer(
        "top_draw",
        "the rest of the way",
        _with(_TOP, ("cum > u[:, None]", "cum > 1 - u[:, None]")),
        _any("rest-for-share", "mirrored"),
    ),
    Answer(
        "top_draw",
        "the nearest sum",
        _with(_TOP, ("np.argmax(cum > u[:, None], axis=1)", "np.argmin(np.abs(cum - u[:, None]), axis=1)")),
        _any("other-function"),
    ),
    Answer(
        "top_draw",
        "drawn anew",
        _with(
            _TOP,
            (
                "np.argmax(cum > u[:, None], axis=1)",
                "np.array([np.random.default_rng(0).choice(n, p=row) for row in p])",
            ),
        ),
        _any(),
    ),
)

RIGHT: tuple[Answer, ...] = (
    # denoising_gradients
    Answer("denoising_gradients", "step by step", _DENOISE),
    Answer(
        "denoising_gradients",
        "sample by sample",
        """
def denoising_gradients(x, noise, W, b, c):
    loss, dW, db, dc = 0.0, np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    for clean, eps in zip(x, noise):
        seen = clean + eps
        h = 1.0 / (1.0 + np.exp(-(seen @ W + b)))
        r = W @ h + c - clean
        loss += r @ r
        delta = (r @ W) * h * (1 - h)
        dW += np.outer(seen, delta) + np.outer(r, h)
        db += delta
        dc += r
    m = len(x)
    return loss / (2 * m), dW / m, db / m, dc / m
""",
    ),
    Answer(
        "denoising_gradients",
        "a dictionary",
        _with(_DENOISE, ("return loss, dW, db, dc", 'return {"dc": dc, "db": db, "dW": dW, "loss": loss}')),
    ),
    Answer(
        "denoising_gradients",
        "two weights, added at the end",
        """
def denoising_gradients(x, noise, W, b, c):
    m = len(x)
    encoder, decoder = W, W.T
    spoiled = np.add(x, noise)
    z1 = np.matmul(spoiled, encoder) + b
    h = np.exp(-np.logaddexp(0, -z1))
    error = np.matmul(h, decoder) + c - x
    dout = error / m
    ddecoder = h.T @ dout
    dcode = dout @ decoder.T
    dz1 = dcode * (h - h * h)
    dencoder = spoiled.T @ dz1
    return 0.5 * (error * error).sum(axis=1).mean(), dencoder + ddecoder.T, np.sum(dz1, 0), np.sum(dout, 0)
""",
    ),
    Answer(
        "denoising_gradients",
        "einsum",
        """
def denoising_gradients(x, noise, W, b, c):
    h = 1 / (1 + np.exp(-(np.einsum("mi,ik->mk", x + noise, W) + b)))
    off = np.einsum("mk,ik->mi", h, W) + c - x
    d = np.einsum("mi,ik->mk", off, W) * h * (1 - h)
    dW = np.einsum("mi,mk->ik", x + noise, d) + np.einsum("mi,mk->ik", off, h)
    return np.einsum("mi,mi->", off, off) / 2 / len(x), dW / len(x), d.mean(axis=0), off.mean(axis=0)
""",
    ),
    Answer(
        "denoising_gradients",
        "the sigmoid by tanh",
        """
def denoising_gradients(x, noise, W, b, c):
    m, n = x.shape
    seen = x + noise
    h = 0.5 * (1 + np.tanh((seen @ W + b) / 2))
    again = h @ W.T + c
    d = (again - x) / m
    dz = d @ W * (h * (1 - h))
    return ((again - x) ** 2).sum() / m / 2, d.T @ h + seen.T @ dz, dz.sum(0), d.sum(0)
""",
    ),
    Answer(
        "denoising_gradients",
        "clean and noise apart",
        """
def denoising_gradients(x, noise, W, b, c):
    m = len(x)
    z = x @ W + noise @ W + b
    h = 1 / (1 + np.exp(-z))
    again = h @ W.T + c
    dagain = (again - x) / m
    slope = np.exp(-z) / (1 + np.exp(-z)) ** 2
    dz = (dagain @ W) * slope
    dW = x.T @ dz
    dW = dW + noise.T @ dz
    dW = dW + dagain.T @ h
    loss = np.linalg.norm(again - x) ** 2 / (2 * m)
    return loss, dW, dz.sum(axis=0), dagain.sum(axis=0)
""",
    ),
    Answer(
        "denoising_gradients",
        "ones for the biases",
        """
def denoising_gradients(x, noise, W, b, c):
    m = len(x)
    ones = np.ones(m)
    def sigmoid(t):
        return 1 / (1 + np.exp(-t))
    seen = x + noise
    h = sigmoid(seen @ W + b)
    off = h @ W.T + c - x
    dz = (off @ W) * h * (1 - h) / m
    return [np.sum(np.square(off)) * 0.5 / m, seen.T @ dz + off.T @ h / m, ones @ dz, ones @ off / m]
""",
    ),
    # sparse_backward
    Answer("sparse_backward", "two terms, then the slope", _SPARSE),
    Answer(
        "sparse_backward",
        "one fraction",
        """
def sparse_backward(da, z, rate, strength):
    a = 1 / (1 + np.exp(-z))
    q = a.mean(axis=0)
    return (da + strength * (q - rate) / (q * (1 - q)) / len(z)) * a * (1 - a)
""",
    ),
    Answer(
        "sparse_backward",
        "two paths",
        """
def sparse_backward(da, z, rate, strength):
    a = 1 / (1 + np.exp(-z))
    slope = a * (1 - a)
    through = da * slope
    mean = np.average(a, axis=0)
    dmean = strength * ((1 - rate) / (1 - mean) - rate / mean)
    price = np.tile(dmean / a.shape[0], (a.shape[0], 1)) * slope
    return through + price
""",
    ),
    Answer(
        "sparse_backward",
        "unit by unit",
        """
def sparse_backward(da, z, rate, strength):
    m, k = z.shape
    dz = np.zeros((m, k))
    for j in range(k):
        a = 1 / (1 + np.exp(-z[:, j]))
        busy = sum(a) / m
        d = strength * (-rate / busy + (1 - rate) / (1 - busy)) / m
        for i in range(m):
            dz[i, j] = (da[i, j] + d) * a[i] * (1 - a[i])
    return dz
""",
    ),
    Answer(
        "sparse_backward",
        "the sigmoid by tanh",
        """
def sparse_backward(da, z, rate, strength):
    t = np.tanh(z / 2)
    a = (1 + t) / 2
    mean = a.sum(axis=0, keepdims=True) / len(a)
    share = strength / len(a) * ((1 - rate) / (1 - mean) - rate / mean)
    return (da + share) * (1 - t**2) / 4
""",
    ),
    Answer(
        "sparse_backward",
        "the slope by exponentials",
        """
def sparse_backward(da, z, rate, strength):
    e = np.exp(-z)
    a = 1 / (1 + e)
    busy = a.mean(0)
    ratio = rate / busy
    rest = (1 - rate) / (1 - busy)
    total = da - strength * ratio / len(z) + strength * rest / len(z)
    return total * e / (1 + e) ** 2
""",
    ),
    Answer(
        "sparse_backward",
        "the matrix of the mean",
        """
def sparse_backward(da, z, rate, strength):
    m = z.shape[0]
    mean = np.full((m, m), 1 / m)
    a = 1 / (1 + np.exp(-z))
    busy = mean @ a
    back = mean.T @ (strength * ((1 - rate) / (1 - busy) - rate / busy)) / m
    return np.multiply(np.add(da, back), a - a * a)
""",
    ),
    Answer(
        "sparse_backward",
        "in place on an array of floats",
        """
def sparse_backward(da, z, rate, strength):
    a = np.exp(-np.logaddexp(0, -z))
    busy = a.mean(axis=0)
    d = np.array(da, dtype=float)
    d += strength * (1 - rate) / (1 - busy) / len(d)
    d -= strength * rate / busy / len(d)
    d *= a
    d *= 1 - a
    return d
""",
    ),
    # draws_backward
    Answer("draws_backward", "products, then sums", _DRAWS),
    Answer(
        "draws_backward",
        "draw by draw",
        """
def draws_backward(dz, log_deviation, noise):
    dmean = np.zeros(log_deviation.shape)
    dlog = np.zeros(log_deviation.shape)
    for s in range(len(dz)):
        dmean += dz[s]
        dlog += dz[s] * noise[s] * np.exp(log_deviation)
    return dmean, dlog
""",
    ),
    Answer(
        "draws_backward",
        "einsum",
        """
def draws_backward(dz, log_deviation, noise):
    return np.einsum("sij->ij", dz), np.einsum("sij,sij,ij->ij", dz, noise, np.exp(log_deviation))
""",
    ),
    Answer(
        "draws_backward",
        "the deviation at the end",
        """
def draws_backward(dz, log_deviation, noise):
    blame = (dz * noise).sum(axis=0)
    return np.add.reduce(dz, axis=0), blame * np.exp(log_deviation)
""",
    ),
    Answer(
        "draws_backward",
        "three loops",
        """
def draws_backward(dz, log_deviation, noise):
    draws, m, k = dz.shape
    dmean, dlog = np.zeros((m, k)), np.zeros((m, k))
    for i in range(m):
        for j in range(k):
            sigma = np.exp(log_deviation[i, j])
            for s in range(draws):
                dmean[i, j] += dz[s, i, j]
                dlog[i, j] += dz[s, i, j] * sigma * noise[s, i, j]
    return dmean, dlog
""",
    ),
    Answer(
        "draws_backward",
        "means times how many",
        """
def draws_backward(dz, log_deviation, noise):
    n = len(dz)
    return n * dz.mean(axis=0), n * np.mean(dz * noise, axis=0) * np.exp(log_deviation)
""",
    ),
    Answer(
        "draws_backward",
        "a dictionary",
        _with(
            _DRAWS,
            ("return dmean, dlog_deviation", 'return {"dlog_deviation": dlog_deviation, "dmean": dmean}'),
        ),
    ),
    Answer(
        "draws_backward",
        "the stretched noise first",
        """
def draws_backward(dz, log_deviation, noise):
    moved = noise * np.exp(log_deviation)[None]
    dlog = np.tensordot(np.ones(len(dz)), dz * moved, axes=1)
    return sum(dz), dlog
""",
    ),
    Answer(
        "draws_backward",
        "by the variance",
        """
def draws_backward(dz, log_deviation, noise):
    log_variance = 2 * log_deviation
    dlog_variance = 0.5 * (dz * noise * np.exp(0.5 * log_variance)).sum(axis=0)
    return dz.sum(axis=0), 2 * dlog_variance
""",
    ),
    # spread_divergence
    Answer("spread_divergence", "as the formula", _SPREAD),
    Answer(
        "spread_divergence",
        "by ratios",
        """
def spread_divergence(mean, log_deviation, spread):
    m = mean.shape[0]
    r = np.exp(log_deviation) / spread
    t = mean / spread
    price = np.sum(0.5 * (r**2 + t**2 - 1) - np.log(r)) / m
    return price, t / spread / m, (r**2 - 1) / m
""",
    ),
    Answer(
        "spread_divergence",
        "a mean of sums",
        """
def spread_divergence(mean, log_deviation, spread):
    var, prior = np.exp(2 * log_deviation), spread**2
    price = np.mean(np.sum(np.log(spread) - log_deviation + (var + mean**2) / prior / 2 - 1 / 2, axis=1))
    return price, mean / prior / len(mean), (var / prior - 1) / len(mean)
""",
    ),
    Answer(
        "spread_divergence",
        "term by term",
        """
def spread_divergence(mean, log_deviation, spread):
    m, k = mean.shape
    price, dmean, dlog = 0.0, np.zeros((m, k)), np.zeros((m, k))
    for i in range(m):
        for j in range(k):
            s = np.exp(log_deviation[i, j])
            price += np.log(spread / s) + (s**2 + mean[i, j] ** 2) / (2 * spread**2) - 0.5
            dmean[i, j] = mean[i, j] / spread**2 / m
            dlog[i, j] = (s / spread) ** 2 / m - 1 / m
    return price / m, dmean, dlog
""",
    ),
    Answer(
        "spread_divergence",
        "the slope by the deviation first",
        """
def spread_divergence(mean, log_deviation, spread):
    m = len(mean)
    sigma = np.exp(log_deviation)
    price = (np.log(spread) - np.log(sigma) + (sigma**2 + mean**2) / (2 * spread**2) - 0.5).sum() / m
    dsigma = (-1 / sigma + sigma / spread**2) / m
    return price, mean / spread**2 / m, dsigma * sigma
""",
    ),
    Answer(
        "spread_divergence",
        "by the log-variance",
        """
def spread_divergence(mean, log_deviation, spread):
    m = len(mean)
    u, prior = 2 * log_deviation, 2 * np.log(spread)
    price = 0.5 * np.sum(prior - u + np.exp(u - prior) + mean**2 * np.exp(-prior) - 1) / m
    du = 0.5 * (np.exp(u - prior) - 1) / m
    return price, mean * np.exp(-prior) / m, 2 * du
""",
    ),
    Answer(
        "spread_divergence",
        "a dictionary",
        _with(
            _SPREAD,
            (
                "return price, dmean, dlog_deviation",
                'return {"dmean": dmean, "dlog_deviation": dlog_deviation, "price": price}',
            ),
        ),
    ),
    Answer(
        "spread_divergence",
        "three sums and a constant",
        """
def spread_divergence(mean, log_deviation, spread):
    m, k = mean.shape
    sigma = np.exp(log_deviation)
    wide = np.linalg.norm(sigma) ** 2 + np.linalg.norm(mean) ** 2
    price = k * (np.log(spread) - 0.5) - np.sum(log_deviation) / m + wide / (2 * m * spread * spread)
    return price, mean / (spread * spread * m), sigma * sigma / (spread * spread * m) - 1 / m
""",
    ),
    # painter_backward
    Answer("painter_backward", "step by step", _PAINTER),
    Answer(
        "painter_backward",
        "picture by picture",
        """
def painter_backward(code, W, b, v, c):
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for z in code:
        picture = np.tanh(z @ W + b)
        p = 1 / (1 + np.exp(-(picture @ v + c)))
        blame = (p - 1) * v * (1 - picture**2)
        dW += np.outer(z, blame)
        db += blame
    return dW / len(code), db / len(code)
""",
    ),
    Answer(
        "painter_backward",
        "through the probability",
        """
def painter_backward(code, W, b, v, c):
    m = len(code)
    a = np.tanh(code @ W + b)
    p = 1 / (1 + np.exp(-(a @ v + c)))
    dp = -1 / (m * p)
    ds = dp * p * (1 - p)
    da = ds[:, np.newaxis] * v[np.newaxis, :]
    dz = da * (1 - a * a)
    return np.dot(code.T, dz), np.sum(dz, axis=0)
""",
    ),
    Answer(
        "painter_backward",
        "einsum",
        """
def painter_backward(code, W, b, v, c):
    a = np.tanh(np.einsum("mk,kn->mn", code, W) + b)
    s = np.einsum("mn,n->m", a, v) + c
    dz = np.einsum("m,n,mn->mn", -1 / (1 + np.exp(s)), v, 1 - a**2)
    return np.einsum("mk,mn->kn", code, dz) / len(code), np.einsum("mn->n", dz) / len(code)
""",
    ),
    Answer(
        "painter_backward",
        "columns",
        """
def painter_backward(code, W, b, v, c):
    v = v.reshape(-1, 1)
    a = np.tanh(code @ W + b)
    s = a @ v + c
    ds = (1 / (1 + np.exp(-s)) - 1) / s.shape[0]
    dz = (ds @ v.T) * (1 - a**2)
    return code.T @ dz, dz.sum(axis=0)
""",
    ),
    Answer(
        "painter_backward",
        "a dictionary",
        _with(
            _PAINTER,
            ("return code.T @ dz, dz.sum(axis=0)", 'return {"db": dz.sum(axis=0), "dW": code.T @ dz}'),
        ),
    ),
    Answer(
        "painter_backward",
        "the slope by cosh",
        """
def painter_backward(code, W, b, v, c):
    z = code @ W + b
    p = 0.5 * (1 + np.tanh(0.5 * (np.tanh(z) @ v + c)))
    dz = ((p - 1)[:, None] * v) / np.cosh(z) ** 2
    return code.T @ dz / len(code), dz.mean(axis=0)
""",
    ),
    Answer(
        "painter_backward",
        "a one for the bias",
        """
def painter_backward(code, W, b, v, c):
    inputs = np.column_stack([code, np.ones(len(code))])
    weights = np.vstack([W, b])
    a = np.tanh(inputs @ weights)
    target = np.ones(len(code))
    p = 1 / (1 + np.exp(-(a @ v + c)))
    both = inputs.T @ (np.outer(p - target, v) * (1 - a**2)) / len(code)
    return both[:-1], both[-1]
""",
    ),
    # top_draw
    Answer("top_draw", "by argsort", _TOP),
    Answer(
        "top_draw",
        "by the least that is kept",
        """
def top_draw(logits, temperature, keep, u):
    least = np.sort(logits, axis=1)[:, -keep][:, None]
    z = np.where(logits < least, -np.inf, logits / temperature)
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return p, (np.cumsum(p, axis=1) <= u[:, None]).sum(axis=1)
""",
    ),
    Answer(
        "top_draw",
        "row by row",
        """
def top_draw(logits, temperature, keep, u):
    all_p, picked = [], []
    for row, share in zip(logits, u):
        best = sorted(range(len(row)), key=lambda j: row[j], reverse=True)[:keep]
        top = max(row)
        e = [np.exp((row[j] - top) / temperature) if j in best else 0.0 for j in range(len(row))]
        p = [value / sum(e) for value in e]
        reached = 0.0
        for j, value in enumerate(p):
            reached += value
            if reached > share:
                break
        all_p.append(p)
        picked.append(j)
    return np.array(all_p), np.array(picked)
""",
    ),
    Answer(
        "top_draw",
        "argpartition and searchsorted",
        """
def top_draw(logits, temperature, keep, u):
    n = logits.shape[1]
    left_out = np.argpartition(logits, n - keep, axis=1)[:, : n - keep]
    z = np.array(logits, dtype=float) / temperature
    np.put_along_axis(z, left_out, -np.inf, axis=1)
    p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    picked = np.array([np.searchsorted(np.cumsum(row), share, side="right") for row, share in zip(p, u)])
    return p, picked
""",
    ),
    Answer(
        "top_draw",
        "ranks",
        """
def top_draw(logits, temperature, keep, u):
    rank = np.argsort(np.argsort(-logits, axis=1), axis=1)
    e = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature) * (rank < keep)
    p = e / e.sum(axis=1, keepdims=True)
    picked = np.argmax(p.cumsum(axis=1) > u.reshape(-1, 1), axis=1)
    return p, picked
""",
    ),
    Answer(
        "top_draw",
        "the list after the softmax, made whole again",
        """
def top_draw(logits, temperature, keep, u):
    z = (logits - logits.max(axis=1)[:, None]) / temperature
    p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
    for row, own in zip(logits, p):
        own[np.argsort(row)[: len(row) - keep]] = 0
        own /= own.sum()
    return p, [int(np.flatnonzero(np.cumsum(own) > share)[0]) for own, share in zip(p, u)]
""",
    ),
    Answer(
        "top_draw",
        "one by one crossed out",
        """
def top_draw(logits, temperature, keep, u):
    m, n = logits.shape
    z = np.array(logits, dtype=float)
    for _ in range(n - keep):
        for row in z:
            row[np.nanargmin(np.where(np.isfinite(row), row, np.nan))] = -np.inf
    z = z / temperature
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    picked = np.zeros(m, dtype=int)
    for i in range(m):
        while p[i, : picked[i] + 1].sum() <= u[i]:
            picked[i] += 1
    return p, picked
""",
    ),
    Answer(
        "top_draw",
        "a dictionary",
        _with(_TOP, ("return p, picked", 'return {"picked": picked, "p": p}')),
    ),
)
