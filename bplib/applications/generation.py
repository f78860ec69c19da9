r"""Generation: networks that make something, from a few numbers or by a draw.

An *autoencoder* is two networks in a row. The encoder makes a few numbers of a sample, its *code*; the decoder makes the sample
again from its code. Its target is its input, so nobody has to name anything:

.. math::
    z = e(x), \qquad \hat x = d(z), \qquad L = \frac1{2m} \sum_i \lVert \hat x_i - x_i \rVert^2

Where both halves are linear, the best weights need no training. With the centered samples as rows and their singular value
decomposition :math:`X - \bar x = U S V^\top`, no k numbers keep more of a sample than its shares of the first k columns of V:

.. math::
    z = (x - \bar x)\, V_k, \qquad \hat x = z\, V_k^\top + \bar x

A softmax gives probabilities. Who wants *one* answer draws it, and the *temperature* T says how daringly:

.. math::
    p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}

Near 0 the most probable answer is always drawn, at 1 the probabilities are the network's own, and far above all answers are alike.

Sources: Rumelhart, Hinton and Williams, *Learning Internal Representations by Error Propagation*, 1986 (the encoder problem);
Bourlard and Kamp, *Auto-Association by Multilayer Perceptrons and Singular Value Decomposition*, 1988 (the best linear one); Ackley,
Hinton and Sejnowski, *A Learning Algorithm for Boltzmann Machines*, 1985 (units that decide by chance, at a temperature).
"""

from __future__ import annotations

from string import ascii_letters, digits

import numpy as np

from bplib.activation import softmax
from bplib.applications.convolution import whole_number
from bplib.applications.layers import Layer
from bplib.applications.model import Model
from bplib.network import Network
from bplib.types import Array, Parameters, as_batch, positive


def autoencoder(
    size: int,
    latent: int,
    hidden: tuple[int, ...] = (),
    loss: str = "mean_squared_error",
) -> tuple[Model, Model]:
    """The two halves of a dense autoencoder, tanh in its hidden layers; `joined` makes one network of them.

    Parameters
    ----------
    size
        Features of a sample.
    latent
        Numbers of its code, at least 1.
    hidden
        Units of the encoder's hidden layers; the decoder has them in reverse. None: both halves are linear.
    loss
        A name from `bplib.error.LOSSES`: ``"binary_cross_entropy"`` for samples of numbers from 0 to 1.

    Returns
    -------
    encoder, decoder : Model
        From samples (m, size) to codes (m, latent), and back.
    """
    whole_number(size, "size", 1)
    whole_number(latent, "latent", 1)
    for units in hidden:
        whole_number(units, "a hidden layer", 1)
    names = (*["tanh"] * len(hidden), "identity")
    return (
        Model.of(Network((size, *hidden, latent), names)),
        Model.of(Network((latent, *reversed(hidden), size), names, loss)),
    )


def joined(encoder: Model, decoder: Model, *between: Layer) -> Model:
    """One network: the encoder's layers, those between, the decoder's, with the decoder's loss.

    The decoder's parameters are counted on where the encoder's end; `split` gives each half its own again.

    Raises
    ------
    ValueError
        If the decoder does not fit what it is given.
    """
    code = encoder.output_shape
    for layer in between:
        code = layer.output_shape(code)
    if code != decoder.input_shape:
        raise ValueError(f"the decoder takes codes of shape {decoder.input_shape}, and is given {code}.")
    return Model(encoder.input_shape, (*encoder.layers, *between, *decoder.layers), decoder.loss)


def split(params: Parameters, encoder: Model, decoder: Model) -> tuple[Parameters, Parameters]:
    """The parameters of the joined network, to the encoder and to the decoder, as each names its own.

    Raises
    ------
    ValueError
        If one is missing, or one belongs to neither. (What is remembered of batches belongs to neither.)
    """
    first = tuple(encoder.shapes())
    end = max((int(name.lstrip(ascii_letters)) for name in first), default=0)
    second = {f"{own.rstrip(digits)}{int(own.lstrip(ascii_letters)) + end}": own for own in decoder.shapes()}
    if params.keys() != {*first, *second}:
        raise ValueError(
            f"parameters are {sorted(params)}, expected {[*first, *second]}, those of both halves."
        )
    return {name: params[name] for name in first}, {own: params[name] for name, own in second.items()}


def best_linear(x: Array, latent: int) -> Parameters:
    """The best weights of an autoencoder whose halves are linear: ``W1``, ``b1``, ``W2``, ``b2``.

    Parameters
    ----------
    x
        Samples, shape (m, n).
    latent
        k, at least 1 and at most the smaller of m and n.

    Returns
    -------
    Parameters
        Of ``joined(*autoencoder(n, k))``: W1 (n, k), b1 (k,), W2 (k, n), b2 (n,). The code has mean 0, and its first number
        tells most.

    Raises
    ------
    ValueError
        If there are not as many directions.
    """
    x = as_batch(x)
    whole_number(latent, "latent", 1)
    if latent > min(x.shape):
        raise ValueError(f"latent is {latent}, expected at most {min(x.shape)}: x has shape {x.shape}.")
    mean = x.mean(axis=0)
    directions = np.linalg.svd(x - mean, full_matrices=False)[2][:latent]
    return {"W1": directions.T, "b1": -mean @ directions.T, "W2": directions, "b2": mean}


def tempered(logits: Array, temperature: float) -> Array:
    """The probabilities of a softmax at a temperature.

    Parameters
    ----------
    logits
        Shape (m, classes).
    temperature
        T, above 0: 1 leaves the probabilities as they are, less makes the large ones larger, more makes all alike.

    Returns
    -------
    Array
        Rows that add up to one, shape (m, classes).

    Raises
    ------
    ValueError
        If the temperature is not a finite number above 0, or the logits are no batch of finite numbers.
    """
    logits = as_batch(logits, name="logits")
    positive(temperature, "temperature")
    # The largest becomes 0 before the division: next to no temperature would make it infinite, and it has to win. The
    # others may well get there.
    with np.errstate(over="ignore"):
        return softmax((logits - logits.max(axis=1, keepdims=True)) / temperature)


def draw(logits: Array, temperature: float, rng: np.random.Generator) -> Array:
    """Draw an answer for every row, by its probabilities at a temperature: see `tempered`, which says what it takes.

    Parameters
    ----------
    rng
        Throws one number for each row. It falls into the answer's part of the way from 0 to 1.

    Returns
    -------
    Array
        Whole numbers from 0 to classes - 1, shape (m,).
    """
    ends = tempered(logits, temperature).cumsum(axis=1)
    # Rounding ends the way a little before or behind 1; a throw is a share of the way that there is.
    thrown = rng.random((len(ends), 1)) * ends[:, -1:]
    return (ends <= thrown).sum(axis=1)
