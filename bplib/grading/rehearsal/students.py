"""Who is in the sample class: each student's mistake as an edit of the reference solution."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """In this task of this exercise, the text ``old`` of the solution reads ``new`` instead."""

    exercise: str
    task: str
    old: str
    new: str


@dataclass(frozen=True)
class Student:
    """A synthetic student.

    ``story`` says in a few words what this one gets wrong. ``exercises`` are those handed in, all when empty.
    A student who does not work hands the released notebooks in as they are.
    """

    name: str
    story: str
    exercises: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    works: bool = True


STUDENTS = (
    Student("student-01", "has everything right"),
    Student("student-02", "has touched nothing", works=False),
    Student(
        "student-03",
        "does not sum the bias gradient over the samples",
        ("partial_derivatives",),
        (
            Edit("partial_derivatives", "tanh_layer_backward", "dz.sum(axis=0)", "dz"),
            Edit("partial_derivatives", "network_backward", '"b1": dz1.sum(axis=0)', '"b1": dz1[0]'),
        ),
    ),
    Student(
        "student-04",
        "forgets the slope of the activation function",
        ("activation", "backpropagation", "partial_derivatives"),
        (
            Edit("backpropagation", "network_backward", "(dz2 @ W2.T) * (1 - a**2)", "dz2 @ W2.T"),
            Edit("partial_derivatives", "tanh_layer_backward", "da * (1 - a**2)", "da"),
        ),
    ),
    Student(
        "student-05",
        "updates the weights before the blame has passed through them",
        ("weight_update",),
        (
            Edit(
                "weight_update",
                "train_step",
                'W2 = params["W2"]\n',
                'W2 = params["W2"] - learning_rate * a.T @ dz2\n',
            ),
        ),
    ),
    Student(
        "student-06",
        "forgets a transpose where the layer is square",
        ("partial_derivatives", "feedforward"),
        (Edit("partial_derivatives", "residual_backward", "dz @ W.T", "dz @ W"),),
    ),
    Student(
        "student-07",
        "forgets the mean over the samples",
        ("error", "conclusion"),
        (
            Edit("error", "huber_gradient", " / len(output)", ""),
            Edit("conclusion", "backward", "dz2 = dz2 / len(x)", "dz2 = dz2 * 1.0"),
        ),
    ),
    Student(
        "student-08",
        "goes uphill",
        ("gradient_descent", "error"),
        (
            Edit("gradient_descent", "descent_step", "theta - learning_rate", "theta + learning_rate"),
            Edit("error", "hinge_gradient", "-signs", "signs"),
        ),
    ),
    Student(
        "student-09",
        "does not use the mask again on the way back",
        ("overfitting",),
        (Edit("overfitting", "dropconnect_backward", "(x.T @ dy) * mask / keep", "(x.T @ dy) / keep"),),
    ),
    Student(
        "student-10",
        "writes a loop that never ends",
        ("iterations", "overfitting"),
        (
            Edit(
                "iterations",
                "has_plateaued",
                "if len(losses) <= patience:\n",
                "while len(losses) > 0:\n        patience = patience + 1\n    if len(losses) <= patience:\n",
            ),
        ),
    ),
    Student(
        "student-11",
        "imports a package that is not there",
        ("activation", "feedforward"),
        (Edit("activation", "softplus", "def softplus", "import deep_magic\n\n\ndef softplus"),),
    ),
    Student(
        "student-12",
        "lets bplib do the work",
        ("error",),
        (
            Edit(
                "error",
                "smoothed_cross_entropy_gradient",
                "e = np.exp(",
                "from bplib.error import categorical_cross_entropy_gradient\n\n    "
                "return categorical_cross_entropy_gradient(logits, smooth)\n    e = np.exp(",
            ),
        ),
    ),
    Student(
        "student-13",
        "checks gradients with an absolute tolerance",
        ("gradient_checking",),
        (
            Edit(
                "gradient_checking",
                "gradient_verdicts",
                "off <= 1e-4 * np.abs(measured).max()",
                "np.allclose(grads[name], measured)",
            ),
        ),
    ),
    Student(
        "student-14",
        "forgets all but one path where paths meet",
        ("automatic_differentiation",),
        (
            Edit("automatic_differentiation", "bag_backward", "dtable[word] += ", "dtable[word] = "),
            Edit("automatic_differentiation", "walk_back", "found[j] + share", "share"),
        ),
    ),
    Student(
        "student-15",
        "forgets the stride on the way back",
        ("convolution",),
        (
            Edit(
                "convolution",
                "convolve_row_backward",
                "slice(p * stride, p * stride + k)",
                "slice(p, p + k)",
            ),
        ),
    ),
    Student(
        "student-16",
        "takes the state after a step where the one before it was used",
        ("recurrence",),
        (Edit("recurrence", "slow_recurrence_backward", "states[t].T @ dz", "states[t + 1].T @ dz"),),
    ),
)
