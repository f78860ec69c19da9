"""The catalogue of typical mistakes: a stable name, what happened, a hint that leaves the work to you, and where to read.

A sentence continues "W1 is wrong:"; a hint asks. Neither says what the code should be.

Mistakes in gradients have a chapter and a file in the book's clinic, and `check_gradients` knows them. Slips are what happens in
any other function, such as an update or a loop: only exercises name them, for only there the right function is known.
"""

from __future__ import annotations

import os
from typing import NamedTuple


class Cause(NamedTuple):
    """A typical mistake. ``page`` is the chapter that explains it; a slip has none."""

    name: str
    sentence: str
    hint: str
    page: str = ""

    @property
    def chapter(self) -> str:
        """The chapter's title."""
        return self.page.replace("_", " ").capitalize()

    @property
    def link(self) -> str:
        """Its file in the book's clinic; empty unless the environment variable ``BPLIB_BOOK`` says where the book is."""
        book = os.environ.get("BPLIB_BOOK", "").rstrip("/")
        return f"{book}/bug_files.html#mistake-{self.name}" if book and self.page else ""


_CATALOGUE = (
    # Seen from the two gradients alone.
    ("zero-gradient", "every entry is zero", "Is the result computed and then left unused?", "backpropagation"),
    (
        "sign",
        "it, or a part of it, is right but for a sign",
        "Which of the two is subtracted from which: of prediction and target, say?",
        "error",
    ),
    (
        "not-averaged",
        "it is the right result times the number of samples",
        "Does the loss take a mean over the samples? Where does it appear on the way back?",
        "error",
    ),
    (
        "averaged-twice",
        "it, or a part of it, is divided by the number of samples once too often",
        "Count how often you divide by the number of samples.",
        "error",
    ),
    (
        "factor-two",
        "it, or a part of it, is twice what it should be",
        "Where in the loss does a one half or a square stand, if anywhere, and what becomes of it when you differentiate?",
        "error",
    ),
    (
        "factor-half",
        "it, or a part of it, is half of what it should be",
        "Where in your code does a one half stand, and is there one left when the loss is differentiated? And where paths part, does each of them get the whole blame?",
        "error",
    ),
    ("scaled", "it is the right result times a constant", "Which constant stands in your code twice, or not at all?", "error"),
    (
        "transposed",
        "it is the right result, transposed",
        "Write the shape under each factor, with a letter of its own for each size. A square layer hides it from the shapes.",
        "partial_derivatives",
    ),
    ("rows-swapped", "its rows are right but in another order", "Do you turn the inputs around somewhere?", "feedforward"),
    ("columns-swapped", "its columns are right but in another order", "Do you mix up the units somewhere?", "feedforward"),
    (
        "single-entries",
        "a few entries are wrong and all others right",
        "What is special about these places: an edge, a last row, a zero?",
        "gradient_checking",
    ),
    (
        "bias-not-summed",
        "it still has one row per sample, or only one sample's row",
        "It serves every sample of the batch. What becomes of their shares?",
        "partial_derivatives",
    ),
    (
        "bias-averaged",
        "it is a mean where the sum belongs",
        "If the loss takes a mean, the blame that arrives contains it already. What is left to do with the shares of the samples?",
        "partial_derivatives",
    ),
    ("uphill", "the step goes uphill", "Where does the gradient point, and where do you want to go?", "gradient_descent"),
    # A penalty on the weights.
    ("weight-decay-missing", "the gradient of the penalty is not in it", "The loss has two terms. How many has your gradient?", "overfitting"),
    ("weight-decay-doubled", "the gradient of the penalty is in it twice", "Differentiate the penalty, its factor included.", "overfitting"),
    (
        "weight-decay-averaged",
        "the gradient of the penalty is divided by the number of samples",
        "Does the penalty depend on the batch?",
        "overfitting",
    ),
    ("weight-decay-on-biases", "a penalty is added to a bias", "Which parameters does the penalty count?", "overfitting"),
    ("part-missing", "one part of the loss has left no trace in it", "Differentiate every term of the loss.", "overfitting"),
    # Seen by computing what a mistake would yield.
    (
        "activation-derivative-missing",
        "the slope of the activation function is not in it",
        "The blame passes the bend on its way back. What does the bend do to it?",
        "activation",
    ),
    (
        "derivative-at-activation",
        "the slope is taken at what comes out of the function instead of what goes in",
        "What exactly is the argument of the derivative?",
        "activation",
    ),
    ("other-activation", "the slope is that of another function", "Which function is it on the way forward, and whose slope is it on the way back?", "activation"),
    (
        "tanh-from-weighted-input",
        "the slope of tanh is computed from what goes in, as if that came out",
        "Is the square that of the number in front of the tanh, or of the one behind it?",
        "activation",
    ),
    (
        "sigmoid-from-weighted-input",
        "the slope of a sigmoid is computed from what goes in, as if that came out",
        "Which of the two lies between 0 and 1?",
        "activation",
    ),
    (
        "output-delta-reused",
        "the blame of the output layer is used in a hidden layer",
        "Each layer has a blame of its own. Which variable holds it?",
        "backpropagation",
    ),
    (
        "updated-weights",
        "the blame passed through weights that were already updated",
        "Finish all gradients before you change the first weight.",
        "weight_update",
    ),
    (
        "wrong-transpose",
        "a square matrix was passed on the way back without its transpose",
        "Follow one entry: which weight connects unit i with unit j?",
        "partial_derivatives",
    ),
    ("weights-skipped", "the blame was handed back without passing the weights", "How does a unit know how strongly it was heard?", "partial_derivatives"),
    ("layer-off-by-one", "a value of the neighboring layer was used", "Number the layers on paper, the inputs being layer 0.", "feedforward"),
    ("only-one-sample", "only one sample of the batch is in it", "What does your loop keep from one sample to the next?", "iterations"),
    (
        "assigned-not-added",
        "where two paths meet, only one of them is in it",
        "The value is used more than once in the forward pass. Where do its other uses go?",
        "backpropagation",
    ),
    (
        "softmax-differentiated-twice",
        "the slope of the softmax is in it once more than the loss needs",
        "The cross-entropy of logits contains the softmax already.",
        "error",
    ),
    ("bias-from-weights", "the gradient of a bias is computed from that of the weights", "What is the input of a bias?", "partial_derivatives"),
    ("dropout-mask-forgotten", "the dropout mask of the forward pass is not in it", "Who took part at all on the way forward: which units, or which weights?", "overfitting"),
    (
        "dropout-mask-scaled",
        "the dropout mask is in it with another scale than in the forward pass",
        "Is the division by the share that stays done once, in both passes?",
        "overfitting",
    ),
    ("weight-decay-sign", "the gradient of the penalty is subtracted", "Large weights raise the loss. Which way does that pull?", "overfitting"),
    ("weight-decay-halved", "half of the gradient of the penalty is in it", "Is there a one half in the penalty, or not?", "overfitting"),
    # Seen on the record of the loss, in any network.
    (
        "path-missing",
        "one of the ways by which it reaches the loss is left out",
        "Count how often the value is used in the forward pass. Each use sends something back.",
        "backpropagation",
    ),
    ("factor-missing", "a factor of the forward pass is missing on the way back", "What multiplies the value on its way forward?", "partial_derivatives"),
    ("factor-twice", "a factor of the forward pass is in it twice", "Once is enough: where does it come in a second time?", "partial_derivatives"),
    ("multiplied-for-divided", "it is multiplied on the way back where the forward pass divides, or the other way round", "Halve a number: by how much does the half move when the number moves?", "partial_derivatives"),
    ("log-variance-mixed", "the logarithm of a variance is taken for that of a deviation, or the other way round", "Write beside each exponential what it gives: a deviation, or its square?", "partial_derivatives"),
    ("value-for-slope", "the value of a function stands where its slope belongs", "What does the function give, and how fast does it change?", "activation"),
    ("slope-squared", "a slope is in it twice", "Which line multiplies by the slope, and which does it again?", "activation"),
    ("divisor-slope", "the slope of a quotient by its divisor is that of something else", "Differentiate 1/x. Which power remains?", "partial_derivatives"),
    ("upstream-missing", "the slope is handed on without what arrives from behind", "Each step multiplies. What is multiplied here, and by what?", "partial_derivatives"),
    ("channel-mixed", "one channel is taken for another", "Which axis of the kernel belongs to the input, and which to the output?", "partial_derivatives"),
    ("mask-forgotten", "the mask of the forward pass is not in it", "What was hidden on the way forward, and what does it hear?", "overfitting"),
    ("wrong-tensor", "the value of another variable stands in it", "Read the names on the right of each line aloud.", "backpropagation"),
    ("wrong-step", "the value of another step of a loop stands in it", "Write down the first two steps with indices.", "backpropagation"),
    ("wrong-axis", "it sums over another axis than the forward pass", "What lies along each axis, and along which does the forward pass go?", "partial_derivatives"),
    (
        "statistics-constant",
        "a mean, a spread or a length is taken for a constant",
        "It was computed from the same numbers. What happens to it when they change?",
        "partial_derivatives",
    ),
    ("softmax-diagonal", "of the softmax's slopes only those of a unit by itself are in it", "When one share grows, what do the others do?", "error"),
    ("axes-not-moved", "a reshape stands where axes should be moved back", "The shape is right. Are the numbers where they were?", "partial_derivatives"),
    ("index-assigned", "where an index occurs twice, only one of its shares counts", "Which line meets the same place twice, and how often does an index count that stands twice in one line?", "backpropagation"),
    ("time-not-carried", "nothing is carried back from one step to the one before", "What did this step hand to the next one?", "backpropagation"),
    ("only-last-step", "of all steps only the last one hears what comes from outside", "A state goes two ways: on to the next step, and out. What comes back by each?", "recurrence"),
    ("parts-exchanged", "the parts of one array are taken for one another", "In which order is the array cut on the way forward, and in which is it put together?", "recurrence"),
    ("mask-after-softmax", "the mask comes behind the softmax and not before it", "What do the shares of a row add up to?", "attention"),
    ("stride-forgotten", "the windows stand side by side on the way back, and apart on the way forward", "Where does the second window begin?", "partial_derivatives"),
    ("mean-for-sum", "a mean stands where a sum belongs", "Where does the loss, or the text, divide by how many there are, and where do you?", "partial_derivatives"),
    ("maximum-spread", "the gradient of a maximum is spread over all that it was taken of", "Who was the largest, and who was not heard?", "partial_derivatives"),
    ("tie-shared", "each of several equal maxima gets the whole gradient", "How much is there to hand out?", "partial_derivatives"),
)  # fmt: skip

_BY_COUNTING = "Count them in the text, and then in your code."
_BY_SHAPES = "Write the shape under each factor, with a letter of its own for each size."
_INSIDE_OUT = "Say what is done to the numbers, from the inside to the outside."

_SLIPS = (
    # Conditions.
    ("comparison-border", "what just reaches a bound of the text falls on its wrong side", "What should happen when both sides are equal? And is your bound that of the text, or one more, or one less?"),
    ("close-is-on", "what only comes close to a bound is treated as if it were on it", "Is a number that is as small as a billionth zero, and are two that differ by as much equal? Compare with the bound itself, not with its surroundings."),
    ("comparison-reversed", "a condition stands the other way round", "Put two numbers in: is it true when it should be?"),
    ("condition-mixed", "two conditions are joined by an and that should be joined by an or, or the other way round", "Must both hold, or is one enough?"),
    ("side-zero", "it is zero on one side of a bound, where it should be something else", "Which sides does the text tell apart, and what comes out on each of them?"),
    ("cut-off", "numbers are cut off at a bound that the text does not have", "Put in numbers beyond the bound, to both sides: what should come out, and what becomes of them in your code?"),
    ("case-left-out", "a case that differs from the others is treated like them", "What does the text mention on its own, such as a last one, a zero, or one of two sides?"),
    # Formulas.
    ("parentheses-missing", "an operation takes hold of one number where it should take a sum, or the other way round", "Which operation does Python do first? Set the parentheses as the formula means them."),
    ("sign-inside", "a sign is wrong or missing, such as a plus where a minus belongs", "Take numbers whose result you know, and follow one sign after the other."),
    ("mirrored", "it is what belongs to the number of the other sign: a sign or an inner slope is wrong or missing", "Should it grow with z or fall? Then look at each sign, and at the slope of what stands inside."),
    ("term-left-out", "one of the terms of a sum is missing", _BY_COUNTING),
    ("term-too-many", "a term is in it that the text does not have, such as a small number for safety", _BY_COUNTING),
    ("kept-not-added", "only the last of several shares is kept, where all should add up", "What does your line do with what was there before?"),
    ("factor-left-out", "a factor or a divisor is missing", _BY_COUNTING),
    ("factor-doubled", "a factor or a divisor is in it twice", _BY_COUNTING),
    ("factor-too-many", "a factor or a divisor is in it that the text does not have", _BY_COUNTING),
    ("multiplied-divided", "something is multiplied where it should be divided, or divided where it should be multiplied", "Should the result grow when that number grows?"),
    ("other-operation", "another operation stands where the right one belongs, such as a product for a sum", "Read the formula aloud, one sign after the other."),
    ("power-mixed", "a power is missing, or is another one", "Which numbers does the text square, or raise to what?"),
    ("rest-for-share", "a share and what remains of it, such as β and 1 − β, are exchanged", "Which of the two gets the share, and which the rest?"),
    ("product-reversed", "the factors of a matrix product stand in the wrong order", _BY_SHAPES),
    ("not-transposed", "a matrix stands there transposed that should not be, or the other way round", _BY_SHAPES),
    ("other-constant", "one of the constants is not the right one", "Where does each number in your code come from?"),
    ("function-left-out", "a function is missing on the way", _INSIDE_OUT),
    ("one-sided", "it is measured to one side only", "From where to where does the text take its difference?"),
    ("other-step", "it is measured with steps of another length than the text asks for", "Which steps does the text take, and by what does it divide?"),
    ("slope-left-out", "the slope of one of the functions on the way is not in it", "Which functions does the number pass, from the inside to the outside? Each of them has a slope."),
    ("switched-off-heard", "what comes back passes units that are switched off, as if they had been heard", "For which numbers is the condition true, and can these numbers be there?"),
    ("other-function", "another function stands where the right one belongs", _INSIDE_OUT),
    ("function-too-many", "a function, or the slope of one, stands where the text has none", _INSIDE_OUT),
    ("cut-to-whole", "something is cut to a whole number, or is not where it should be", "What is 7 // 2? And what becomes of 0.5 in an array of whole numbers?"),
    # What is counted, and along what.
    ("off-by-one", "something is counted one too far, or one too short", "Do the first and the last round by hand."),
    ("first-for-last", "the beginning is taken for the end, or the end for the beginning", "Which end does the text mean?"),
    ("order-reversed", "it is counted in the other direction, from the last to the first", "What belongs to the first place, and what to the last? Write both down."),
    ("largest-smallest", "the largest is taken for the smallest, up for down, or all for any", "Which of the two does the text ask for?"),
    ("sum-for-mean", "a sum stands where a mean belongs", "Where does the text divide by how many there are, and where do you?"),
    ("other-axis", "it goes along another axis than it should, or along all of them", "What lies along each axis, and along which should it go?"),
    ("other-count", "it counts something else, such as entries instead of samples", "What does the text count, and what do you?"),
    ("other-places", "numbers are taken from other places than the text says", "Number the entries, and follow one of them: from which places does it come?"),
    ("exchanged-arguments", "two arguments are exchanged", "In which order does the function want them?"),
    ("classes-exchanged", "what belongs to one class is done to the other", "Which class does the text mean, and which number stands for it?"),
    ("along-an-axis", "the largest or smallest along an axis stands where two are compared, entry by entry", "What does the second argument mean to np.max, and what to np.maximum?"),
    ("each-by-itself", "each part is treated by itself, where all of them belong together", "Of what does the text take the length, or the sum, or the largest?"),
    ("one-for-all", "one number stands for several, where each should have its own", "How many numbers should there be after each line, and how many are there?"),
    ("counted-alike", "all count alike, where some count more than others", "Does a part of two weigh as much as a part of ten?"),
    ("coupled", "two things are done in one, where the text does one beside the other", "Through which step must this term not pass?"),
    # Steps.
    ("step-left-out", "one of the steps is not done", "Tick off, one by one, what has to be done."),
    ("steps-exchanged", "two steps are done in the wrong order", "Which of them does the text put first?"),
    ("old-value", "an old value is used where the new one belongs, or the new one where the old does", "Which lines come before the change, and which after it?"),
    ("other-variable", "another variable stands where the right one belongs", "Read the names on the right of each line aloud."),
    ("done-twice", "one of the steps is done twice", "Follow one number through all lines: is the same done to it again?"),
    ("begins-elsewhere", "it begins at another place than the text says", "Where does the text begin?"),
    ("nothing-arrives", "nothing is handed back at all: every number stays zero, that of the output too", "What is the derivative of the output by itself, and in which line does it come in?"),
    ("stopped-early", "it stops after the first round, or before the last", "Where does the loop end, and which lines stand inside it? Is the return one of them?"),
    ("rest-kept", "what is left over stands in it, too", "What does the text want to become of the rest?"),
    ("mask-reversed", "those stay that the mask takes away, and the others go", "What does a one in the mask mean, and what a zero?"),
    ("losses-rising", "where the losses rise, they are not seen to rise", "Put in losses that rise: is anything gained?"),
    ("one-at-a-time", "the samples are taken one at a time, where those of a batch share one step", "How many samples does one update hear?"),
    ("outside-the-loop", "what belongs to every batch is done for the last one only", "Which lines does the text want after each batch? Look at how far they are indented."),
    ("correction-kept", "what is corrected for this step alone is handed back in place of the average", "What does the next step need to remember, and what was for this step alone?"),
    ("not-handed-on", "what has arrived at a line is not handed on by it", "When is a line's turn, and what has arrived by then?"),
    ("not-stopped", "it goes on where it should stop", "When does the text say that it is enough?"),
    # What comes back.
    ("results-exchanged", "another of the results stands in its place", "In which order, or under which names, does the text ask for them?"),
    ("result-twice", "another of the results stands here as well", "Is one of them returned twice? Or is it one array under two names, which is changed under both?"),
    ("input-returned", "it is what went in, unchanged", "What becomes of the result that you compute?"),
    ("same-for-all", "it is the same for all inputs that were tried", "On which of the inputs should your result depend, and in which line do they come in?"),
    ("turned-sign", "it is right but for the sign", "Where does a minus stand in the text, and where in your code?"),
    ("doubled", "it is twice what it should be", "Does the text divide by two somewhere, or do you count something twice?"),
    ("halved", "it is half of what it should be", "Which line divides by two, or takes the mean of two?"),
    ("times-samples", "it is the right result times the number of samples", "Over what does the text take the mean?"),
    ("divided-by-samples", "it is the right result divided by the number of samples", "Count how often you divide by the number of samples."),
    ("not-finite", "a step on the way has no finite result, such as a division by zero, or a number too large for the computer", "For which inputs do you divide by zero, or ask for np.exp(1000) or np.log(0)? Which form does without?"),
)  # fmt: skip

#: Mistakes in gradients by their name: those that have a file in the book's clinic.
IN_GRADIENTS = {name: Cause(name, *rest) for name, *rest in _CATALOGUE}
#: Every mistake by its name.
CAUSES = IN_GRADIENTS | {name: Cause(name, *rest) for name, *rest in _SLIPS}
