"""What to repeat in class: one suggestion for each group of mistakes that share a misunderstanding."""

from typing import NamedTuple


class Suggestion(NamedTuple):
    """Five minutes at the board. ``causes`` are names in `bplib.checking.diagnosis.causes.CAUSES`."""

    title: str
    text: str
    causes: tuple[str, ...]


SUGGESTIONS = (
    Suggestion(
        "Which way is down",
        "Draw a parabola and a point left of its lowest place. Let the class say the sign of the slope, of the step, "
        "and of prediction minus target, before anyone computes.",
        ("sign", "uphill"),
    ),
    Suggestion(
        "Where the mean goes",
        "Write the loss of a batch of two in full, with its one half from the mean. Follow that one factor back to W, "
        "and ask at each step whether it is used up yet.",
        ("not-averaged", "averaged-twice", "bias-averaged"),
    ),
    Suggestion(
        "Constants of the loss",
        "Differentiate ½(a − y)² and (a − y)² side by side. Let the class point at the factor where the two part.",
        ("factor-two", "factor-half", "scaled"),
    ),
    Suggestion(
        "Softmax and cross-entropy together",
        "Derive p − y once, with the slope of the softmax inside. Then ask what is left for the next line to multiply by.",
        ("softmax-differentiated-twice",),
    ),
    Suggestion(
        "Shapes, with a different letter each",
        "Take 2 samples, 3 inputs and 4 units, and write the shape under every factor of a backward pass. Then make the "
        "layer square, and let the class find the mistake that no shape shows any more.",
        (
            "transposed",
            "wrong-transpose",
            "weights-skipped",
            "rows-swapped",
            "columns-swapped",
            "channel-mixed",
            "product-reversed",
            "not-transposed",
        ),
    ),
    Suggestion(
        "One bias, many samples",
        "Nudge one bias in a batch of three and mark every number that changes. How many paths lead to the loss, and what "
        "is done with what comes back along them?",
        ("bias-not-summed", "bias-from-weights", "only-one-sample"),
    ),
    Suggestion(
        "The bend on the way back",
        "Put one unit with its z and a on the board and send a blame of 1 back through it. Do it for tanh, ReLU and "
        "sigmoid, and note each time whether the slope is read at z or at a.",
        (
            "activation-derivative-missing",
            "derivative-at-activation",
            "other-activation",
            "tanh-from-weighted-input",
            "sigmoid-from-weighted-input",
            "switched-off-heard",
            "value-for-slope",
            "slope-squared",
        ),
    ),
    Suggestion(
        "Which layer's blame, which layer's value",
        "Draw three layers and write above each arrow what it carries, forward and backward, with the layer's number. Cover a "
        "name and let the class say what belongs there.",
        ("output-delta-reused", "layer-off-by-one", "wrong-tensor"),
    ),
    Suggestion(
        "All gradients first, then the steps",
        "Run one training step on paper in both orders, with 1 × 1 weights. The two answers for the first weight differ: why?",
        ("updated-weights",),
    ),
    Suggestion(
        "Two paths meet, two shares add",
        "Differentiate x·x as a product of two copies of x. Each copy gets a share; ask what the answer is if one is forgotten.",
        ("assigned-not-added", "part-missing", "path-missing", "not-handed-on", "nothing-arrives"),
    ),
    Suggestion(
        "The penalty is a second loss",
        "Write data loss and penalty as two boxes with their own arrows into W. Ask which box knows the batch, and which one a bias enters.",
        (
            "weight-decay-missing",
            "weight-decay-doubled",
            "weight-decay-averaged",
            "weight-decay-on-biases",
            "weight-decay-sign",
            "weight-decay-halved",
        ),
    ),
    Suggestion(
        "The same mask there and back",
        "Cross out two of five units forward. Let the class pass the blame back by hand: through which units, and times what?",
        ("dropout-mask-forgotten", "dropout-mask-scaled", "mask-forgotten", "mask-reversed"),
    ),
    Suggestion(
        "What multiplies there multiplies back",
        "Write y = 3·u·v and L = y², with numbers, and pass the blame back one step at a time: what arrives, times the slope of this "
        "step. Do it for u/v as well. Then cover one factor, and let the class say which numbers change.",
        (
            "factor-missing",
            "factor-twice",
            "divisor-slope",
            "multiplied-for-divided",
            "log-variance-mixed",
            "upstream-missing",
        ),
    ),
    Suggestion(
        "A mean moves with its numbers",
        "Take three numbers, subtract their mean, and nudge the first one. Let the class compute all three results before and after: "
        "how many have moved, and who has moved the second?",
        ("statistics-constant",),
    ),
    Suggestion(
        "When one share grows",
        "Write down the softmax of (1, 2, 3), raise the 3 by a little, and fill in the signs of all three changes. Then ask which "
        "of the nine slopes a formula with p(1 − p) alone has forgotten.",
        ("softmax-diagonal",),
    ),
    Suggestion(
        "Axes have names",
        "Draw a block of 2 samples, 3 positions and 4 features, and write the names along its edges. Let the class say along which "
        "edge each sum and each mean runs, and why a reshape is not a turn.",
        ("wrong-axis", "axes-not-moved"),
    ),
    Suggestion(
        "One row, looked up twice",
        "Write the sentence 'the dog and the cat' as indices, and hand each word a share of blame. Keep a tally for each row of the "
        "table, once with = and once with +=.",
        ("index-assigned", "other-places"),
    ),
    Suggestion(
        "Two steps, with indices",
        "Unroll a recurrent layer for two steps and write the step's number at every letter. Draw each arrow of the way back, and "
        "ask which one leads from step 2 into step 1.",
        ("time-not-carried", "wrong-step"),
    ),
    Suggestion(
        "Who was heard in the window",
        "Lay windows of three over seven numbers, two apart, and take each largest. Hand every window a blame of 1: who gets how much, "
        "who gets it twice, and what if two are equal?",
        ("stride-forgotten", "maximum-spread", "tie-shared"),
    ),
    Suggestion(
        "Read your own gradient check",
        "Show a gradient with one wrong row beside its differences, and one that is all zeros. What would each tell you about "
        "the code, before you open it?",
        ("single-entries", "zero-gradient", "one-sided", "other-step"),
    ),
    Suggestion(
        "Conditions, said with numbers",
        "Write one condition of the task on the board and three pairs of numbers under it: smaller, equal, larger. Let the class say "
        "for each what should happen, and only then whether the condition is true.",
        (
            "comparison-border",
            "close-is-on",
            "losses-rising",
            "comparison-reversed",
            "condition-mixed",
            "case-left-out",
            "side-zero",
        ),
    ),
    Suggestion(
        "A formula, read aloud",
        "Let one student read the formula of the text, sign by sign, and another the line of code. The class stops them where the two "
        "say different things. Then compute it for numbers whose result everybody knows.",
        (
            "sign-inside",
            "mirrored",
            "parentheses-missing",
            "slope-left-out",
            "done-twice",
            "coupled",
            "term-left-out",
            "factor-left-out",
            "factor-doubled",
            "factor-too-many",
            "term-too-many",
            "multiplied-divided",
            "other-operation",
            "power-mixed",
            "rest-for-share",
            "other-constant",
            "function-left-out",
            "other-function",
            "function-too-many",
            "turned-sign",
            "doubled",
            "halved",
        ),
    ),
    Suggestion(
        "What is added up, and over how many",
        "Write a table of 3 samples and 2 units. Let the class compute the sum and the mean along either edge and over all, and say "
        "which one the task asks for, and by which number each divides.",
        (
            "sum-for-mean",
            "mean-for-sum",
            "times-samples",
            "divided-by-samples",
            "other-count",
            "other-axis",
            "along-an-axis",
            "kept-not-added",
            "counted-alike",
            "one-for-all",
            "each-by-itself",
        ),
    ),
    Suggestion(
        "The first round and the last",
        "Do the loop of the task by hand for three rounds, with a line in a table for each: which index, which value, whether it goes "
        "on. Ask what happens with no round at all, and with one.",
        (
            "off-by-one",
            "rest-kept",
            "one-at-a-time",
            "outside-the-loop",
            "first-for-last",
            "order-reversed",
            "begins-elsewhere",
            "stopped-early",
            "not-stopped",
            "largest-smallest",
        ),
    ),
    Suggestion(
        "A table of the variables",
        "Give each variable a column, and each line of the code a row. Fill it in together, and circle every number that is read after "
        "it has changed.",
        (
            "step-left-out",
            "correction-kept",
            "steps-exchanged",
            "old-value",
            "other-variable",
            "results-exchanged",
            "result-twice",
            "exchanged-arguments",
            "classes-exchanged",
        ),
    ),
    Suggestion(
        "What goes in, and what comes out",
        "Call the function with two different inputs before looking at its code. What should differ between the results, and does it?",
        ("input-returned", "same-for-all"),
    ),
    Suggestion(
        "Numbers that a computer can hold",
        "Ask for exp(10), exp(100) and exp(1000), and for 7 // 2. Then write the formula so that the largest number in it is 1.",
        ("not-finite", "cut-to-whole", "cut-off"),
    ),
)

#: The suggestion for every mistake, by its name.
FOR_CAUSE = {cause: suggestion for suggestion in SUGGESTIONS for cause in suggestion.causes}
