"""What is typical of answers to the exercise on convolution."""

from bplib.checking.judging.check import Typical

#: Added to a variance, as the text says.
EPSILON = 1e-5

TYPICAL = {
    "convolve_row": Typical(),
    "convolve_row_backward": Typical(),
    "dilated": Typical(),
    "dilated_backward": Typical(),
    "row_pool_backward": Typical(),
    "instance_norm_backward": Typical(),
}
