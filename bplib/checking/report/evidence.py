"""A call that shows why something is said of an output, kept for the instructor alone: no page and no notebook holds it."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

#: Characters of the code of a call, of what came, and of any other text.
LONGEST_CALL, LONGEST_CAME, LONGEST_NAME = 2500, 600, 200
#: Numbers of a draw's entropy.
MOST = 10


class Evidence(NamedTuple):
    """One call of a student's function.

    Attributes
    ----------
    task, output, verdict
        What it is about.
    kind
        The kind of inputs, in words.
    call
        Lines of Python that make the inputs and call the function; empty where they would be too long, or could not be run.
    came
        What came back, as text of a bounded length.
    entropy
        Of the draw: `bplib.checking.judging.evidence.again` makes the inputs from it once more.
    """

    task: str
    output: str
    verdict: str
    kind: str
    call: str
    came: str
    entropy: tuple[int, ...]

    @classmethod
    def from_plain(cls, item: Any) -> Self:
        """Read it back from a list, as JSON has it, within the limits.

        Raises
        ------
        ValueError, TypeError
            If it is none.
        """
        task, output, verdict, kind, call, came, entropy = item
        return cls(
            str(task)[:LONGEST_NAME],
            str(output)[:LONGEST_NAME],
            str(verdict)[:LONGEST_NAME],
            str(kind)[:LONGEST_NAME],
            str(call)[:LONGEST_CALL],
            str(came)[:LONGEST_CAME],
            tuple(int(number) for number in entropy[:MOST]),
        )
