r"""The variational autoencoder: its encoder gives no code but a cloud of codes, and the decoder has to do with any of them.

For every number of the code the encoder gives the mean and the logarithm of the variance of a normal distribution, and the code is
drawn from it. No gradient goes through a draw; so the draw is made elsewhere and handed in as one more input, the *noise*:

.. math::
    z = \mu + \sigma \odot \epsilon, \qquad \sigma = e^{\frac12 \ln \sigma^2}, \qquad \epsilon \sim \mathcal N(0, 1)

Now the ways from μ and from ln σ² through the code are ordinary ones. Along them comes

.. math::
    \text{to } \mu: \; \frac{\partial L}{\partial z}, \qquad
    \text{to } \ln \sigma^2: \; \tfrac12\, \frac{\partial L}{\partial z} \odot \sigma \odot \epsilon

The clouds shall lie about the origin, close together, so that a code drawn there means something. What it costs to be elsewhere, or
narrower, is the *divergence* (Kullback-Leibler) of each cloud from the standard normal distribution:

.. math::
    K = \frac1m \sum_{i,j} \tfrac12 \bigl( \mu_{ij}^2 + \sigma_{ij}^2 - 1 - \ln \sigma_{ij}^2 \bigr), \qquad
    \frac{\partial K}{\partial \mu_{ij}} = \frac{\mu_{ij}}{m}, \qquad
    \frac{\partial K}{\partial \ln \sigma_{ij}^2} = \frac{\sigma_{ij}^2 - 1}{2m}

The loss is the surprise of the decoder at the sample, summed over its pixels, plus K. Its mean over all noise, with the sign turned, is
the *evidence lower bound*: for pixels that are 0 or 1, the surprise of the whole model at a sample is at most that mean.

Sources: Kingma and Welling, *Auto-Encoding Variational Bayes*, 2014, equations 7 and 10 and appendix B; Rezende, Mohamed and
Wierstra, *Stochastic Backpropagation and Approximate Inference in Deep Generative Models*, 2014, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bplib.applications.generation import joined, split
from bplib.applications.layers import Shape, Training
from bplib.applications.model import InSequence, Model
from bplib.error import get_loss
from bplib.network import Network
from bplib.types import Array, Gradients, Parameters, Penalty


class ReparameterizationCache(NamedTuple):
    """The deviation σ and the noise ε that made the codes, each (m, k)."""

    deviation: Array
    noise: Array


class CloudGradients(NamedTuple):
    """The gradients of what describes the clouds, each (m, k)."""

    dmean: Array
    dlog_variance: Array


def reparameterize(
    mean: Array,
    log_variance: Array,
    noise: Array,
) -> tuple[Array, ReparameterizationCache]:
    """A code out of every cloud: mean plus deviation times noise.

    Parameters
    ----------
    mean, log_variance
        μ and ln σ², shape (m, k).
    noise
        ε, drawn from the standard normal distribution, shape (m, k); zeros give the mean. Other shapes are a ``ValueError``.

    Returns
    -------
    z : Array
        Shape (m, k).
    cache : ReparameterizationCache
        For `reparameterize_backward`, with the same noise: another draw belongs to another loss.
    """
    mean, log_variance, noise = _alike(
        mean=mean, log_variance=log_variance, noise=noise
    )
    deviation = np.exp(0.5 * log_variance)
    return mean + deviation * noise, ReparameterizationCache(deviation, noise)


def reparameterize_backward(
    dz: Array,
    cache: ReparameterizationCache,
) -> CloudGradients:
    """Hand the blame of the codes to the means, whole, and to the log-variances, by the noise that they were stretched with.

    Parameters
    ----------
    dz
        Gradient of the loss with respect to the codes, shape (m, k); anything else is a ``ValueError``.
    cache
        What `reparameterize` left behind.
    """
    dz, deviation, noise = _alike(
        dz=dz, deviation=cache.deviation, noise=cache.noise
    )
    return CloudGradients(dz, 0.5 * dz * deviation * noise)


def divergence(mean: Array, log_variance: Array) -> float:
    """K: how far the clouds are from the standard normal distribution, summed over a code, averaged over the samples.

    Parameters
    ----------
    mean, log_variance
        μ and ln σ², shape (m, k); a ``ValueError`` where they are not alike.
    """
    mean, log_variance = _alike(mean=mean, log_variance=log_variance)
    return 0.5 * (mean**2 + np.exp(log_variance) - 1.0 - log_variance).sum() / len(mean)


def divergence_gradient(mean: Array, log_variance: Array) -> CloudGradients:
    """The gradients of `divergence`: it pulls each mean to 0 and each variance to 1."""
    mean, log_variance = _alike(mean=mean, log_variance=log_variance)
    return CloudGradients(mean / len(mean), 0.5 * (np.exp(log_variance) - 1.0) / len(mean))


@dataclass(frozen=True)
class Reparameterization:
    """The layer between the two halves: of 2k numbers, means and then log-variances, it makes a code of k.

    It draws its noise while training; in use the code is the mean. See `reparameterize`.
    """

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1 or shape[0] % 2:
            raise ValueError(
                f"the reparameterization is given samples of shape {shape}, expected (2k,): k means, then k log-variances."
            )
        return (shape[0] // 2,)

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {}

    def forward(
        self, params: Parameters, x: Array, training: Training
    ) -> tuple[Array, ReparameterizationCache]:
        mean, log_variance = clouds(x)
        drawn = np.zeros(mean.shape) if training is None else training.standard_normal(mean.shape)
        return reparameterize(mean, log_variance, drawn.astype(mean.dtype))

    def backward(self, dy: Array, cache: ReparameterizationCache) -> tuple[Array, Gradients]:
        return np.hstack(reparameterize_backward(dy, cache)), {}


def clouds(output: Array) -> tuple[Array, Array]:
    """What the encoder gives, shape (m, 2k), as means and log-variances, each (m, k)."""
    mean, log_variance = np.split(output, 2, axis=1)
    return mean, log_variance


@dataclass(frozen=True)
class VariationalAutoencoder:
    """An encoder and a decoder that `bplib.iterations.train` trains together, inputs as targets.

    Its parameters are those of ``network``, both halves in a row with a `Reparameterization` between. What training calls its
    validation loss is, as with a price on the weights, without the price: the surprise at what the means are decoded to.

    Parameters
    ----------
    encoder
        From samples to (m, 2k): k means, then k log-variances. Its loss is never asked for.
    decoder
        From codes (m, k) to samples. Its loss is the surprise: with ``"binary_cross_entropy"``, pixels from 0 to 1 and logits.

    Raises
    ------
    TypeError
        If a half is no `Model`.
    ValueError
        If the halves do not fit each other, or one remembers batches.
    """

    encoder: Model
    decoder: Model

    def __post_init__(self) -> None:
        for name, half in (("encoder", self.encoder), ("decoder", self.decoder)):
            if not isinstance(half, Model):
                raise TypeError(f"the {name} is {half!r:.60}, expected a Model.")
        if InSequence(self.network.layers).keeps(self.encoder.input_shape):
            raise ValueError(
                "there is batch normalization in a half, expected layers that remember no batches."
            )

    @cached_property
    def network(self) -> Model:
        """Both halves in a row."""
        return joined(self.encoder, self.decoder, Reparameterization())

    @property
    def loss(self) -> str:
        return self.decoder.loss

    def shapes(self) -> dict[str, Shape]:
        return self.network.shapes()

    def check(self, params: Parameters) -> None:
        self.network.check(params)

    def check_data(self, x: Array, target: Array, name: str = "target") -> tuple[Array, Array]:
        return self.network.check_data(x, target, name)

    def initialize(self, rng: np.random.Generator, scheme: str = "glorot_uniform") -> Parameters:
        return self.network.initialize(rng, scheme)

    def loss_and_gradients(
        self,
        params: Parameters,
        x: Array,
        target: Array,
        noise: Array,
        penalty: Penalty | None = None,
        training: Training = None,
    ) -> tuple[float, Gradients]:
        """The surprise and the divergence of a batch, added up, and the gradient of the sum.

        Parameters
        ----------
        params
            By name, see ``network``.
        x, target
            Samples (m, …), and what is to become of them (m, n): the samples.
        noise
            ε, shape (m, k). With the noise held, this is an ordinary loss.
        penalty, training
            As in `bplib.applications.model.Model`.
        """
        first, second = split(params, self.encoder, self.decoder)
        output, encoder_cache = self.encoder.forward(first, x, training)
        mean, log_variance = clouds(output)
        z, cache = reparameterize(mean, log_variance, noise)
        logits, decoder_cache = self.decoder.forward(second, z, training)
        surprise, dlogits = get_loss(self.loss).both(logits, target)

        seconds, dz = self.decoder.backward(dlogits, decoder_cache)
        # Two ways lead from each cloud to the loss: through the code, and
        # through the price of the cloud itself.
        through = reparameterize_backward(dz, cache)
        price = divergence_gradient(mean, log_variance)
        blamed = np.hstack([a + b for a, b in zip(through, price)])
        firsts, _ = self.encoder.backward(blamed, encoder_cache)

        value = surprise + divergence(mean, log_variance)
        slopes = (*firsts.values(), *seconds.values())
        gradients = dict(zip(self.shapes(), slopes, strict=True))
        if penalty is not None:
            value += penalty.value(params)
            pulls = penalty.gradient(params)
            gradients = {n: gradients[n] + pulls[n] for n in gradients}
        return value, gradients

    def training_pass(
        self,
        params: Parameters,
        x: Array,
        target: Array,
        penalty: Penalty | None,
        dropout: float,
        rng: np.random.Generator | None,
    ) -> tuple[float, Gradients, Parameters]:
        """What `bplib.iterations.train` asks for, batch by batch: each with noise of its own."""
        if dropout:
            raise ValueError(
                f"dropout is {dropout}, expected 0: in a model of layers, Dropout({dropout}) is one of them."
            )
        if rng is None:
            raise ValueError("codes are drawn while training: pass rng=np.random.default_rng(0).")
        noise = rng.standard_normal((len(x), *self.decoder.input_shape)).astype(x.dtype)
        return *self.loss_and_gradients(params, x, target, noise, penalty, rng), {}

    def output(self, params: Parameters, x: Array) -> Array:
        """The output (m, n) in use, decoded from the means: logits, where the loss takes them."""
        return self.network.output(params, x)

    def encode(self, params: Parameters, x: Array) -> tuple[Array, Array]:
        """The clouds of samples (m, …): means and log-variances, each (m, k)."""
        return clouds(self.encoder.output(split(params, self.encoder, self.decoder)[0], x))

    def decode(self, params: Parameters, z: Array) -> Array:
        """What codes (m, k) mean: samples (m, n), or the probability of ink in each pixel."""
        return self.decoder.predict(split(params, self.encoder, self.decoder)[1], z)

    def create(self, params: Parameters, count: int, rng: np.random.Generator) -> Array:
        """New samples (count, n): codes from the standard normal distribution, decoded."""
        return self.decode(params, rng.standard_normal((count, *self.decoder.input_shape)))


def variational_autoencoder(size: int, latent: int, hidden: tuple[int, ...] = ()) -> VariationalAutoencoder:
    """A dense one for samples of ``size`` numbers from 0 to 1, tanh in its hidden layers; the decoder has them in reverse."""
    names = (*["tanh"] * len(hidden), "identity")
    return VariationalAutoencoder(
        Model.of(Network((size, *hidden, 2 * latent), names)),
        Model.of(Network((latent, *reversed(hidden), size), names, "binary_cross_entropy")),
    )


def _alike(**arrays: Array) -> list[Array]:
    """Arrays (m, k) of one shape, or a ``ValueError`` that names the one which is not: broadcasting would hide it."""
    given = {name: np.asarray(value) for name, value in arrays.items()}
    (first, expected), *others = ((name, value.shape) for name, value in given.items())
    if len(expected) != 2 or not expected[0]:
        raise ValueError(f"{first} has shape {expected}, expected (samples, latent).")
    for name, shape in others:
        if shape != expected:
            raise ValueError(f"{name} has shape {shape}, expected {expected}, the shape of {first}.")
    return [value if value.dtype.kind in "fc" else value.astype(np.float64) for value in given.values()]
