"""LeNet: filters, pooling, filters, pooling, and a dense network that reads what they have found.

Source: LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition*, 1998, section II.B. This one
is small, takes the larger of a window where that one averaged, and rectifies where that one squashed.
"""

from __future__ import annotations

from bplib.applications.layers import Activation, Convolution, Dense, Flatten, MaxPooling, Shape
from bplib.applications.model import Model


def lenet(input_shape: Shape, classes: int, channels: tuple[int, int] = (8, 16), units: int = 64) -> Model:
    """Two layers of 3 × 3 filters, each followed by pooling, then two dense layers; the loss is the categorical cross-entropy.

    Parameters
    ----------
    input_shape
        (channels, height, width) of one image, at least 4 × 4 pixels.
    classes
        Units of the output.
    channels
        Filters of the first and of the second layer.
    units
        Of the hidden dense layer.
    """
    first, second = channels
    layers = (
        Convolution(first, 3, padding=1), Activation("relu"), MaxPooling(2),
        Convolution(second, 3, padding=1), Activation("relu"), MaxPooling(2),
        Flatten(), Dense(units), Activation("relu"), Dense(classes),
    )  # fmt: skip
    return Model(input_shape, layers, "categorical_cross_entropy")
