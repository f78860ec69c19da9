"""Pattern recognition: what in an image makes the network say what it says, and how fragile is it?"""

from __future__ import annotations

import numpy as np

from bplib.backpropagation import backward
from bplib.error import get_loss
from bplib.feedforward import feedforward
from bplib.network import Network
from bplib.types import Array, Parameters


def input_gradient(
    network: Network,
    params: Parameters,
    x: Array,
    target: Array,
) -> Array:
    """The derivative of the loss by every *input*, shape (m, n_0): one more step of the backward pass.

    Large entries mark the pixels that the decision hangs on.

    Source: Simonyan, Vedaldi and Zisserman, *Deep Inside Convolutional Networks*, 2014, section 3.

    Parameters
    ----------
    network, params
        The plan and its weights.
    x
        Inputs, shape (m, n_0).
    target
        Shape (m, n_D).
    """
    output, cache = feedforward(network, params, x)
    doutput = get_loss(network.loss).gradient(output, target)
    _, dz1 = backward(network, params, cache, doutput)
    return dz1 @ params["W1"].T


def shift_images(images: Array, rows: int, columns: int, shape: tuple[int, int] = (8, 8)) -> Array:
    """Move every image down by ``rows`` and right by ``columns`` pixels; what enters is black (0).

    Parameters
    ----------
    images
        Flattened images, shape (m, height · width).
    rows, columns
        Whole pixels, negative for up and left; less than the size of the image.
    shape
        (height, width).

    Returns
    -------
    Array
        The moved images, shape (m, height · width).
    """
    height, width = shape
    if images.ndim != 2 or images.shape[1] != height * width:
        raise ValueError(
            f"images have shape {images.shape}, expected (m, {height * width}) for {height}×{width}."
        )
    if abs(rows) >= height or abs(columns) >= width:
        raise ValueError(f"a shift by ({rows}, {columns}) leaves nothing of a {height}×{width} image.")
    pictures = images.reshape(-1, height, width)
    moved = np.zeros_like(pictures)
    moved[:, max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)] = pictures[
        :, max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)
    ]
    return moved.reshape(images.shape)
