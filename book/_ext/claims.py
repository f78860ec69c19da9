"""Tie a sentence that says what a cell shows to that cell: the build fails when it does not hold.

A page claims its sentences in a cell that neither the reader nor the downloaded notebook sees, right after the cell that
shows them::

    ```{code-cell} python
    :tags: [remove-cell]
    from claims import claim, printed

    claim("a batch of 32 needs a third of the time", seconds[32] < 0.4 * seconds[1])
    claim("from 0.1044 to 0.0933", printed(first, "0.1044"), printed(last, "0.0933"))
    ```

The words are those of the page, or of the text alternative of a figure: whoever rewrites a sentence meets its claim.
"""

from __future__ import annotations


def claim(sentence: str, *holds: bool) -> None:
    """Stop the build unless all that a sentence says holds.

    Parameters
    ----------
    sentence
        The words of the page, in one piece.
    holds
        What has to be true, at least one condition.

    Raises
    ------
    AssertionError
        A condition is false; the message has the sentence and says which.
    TypeError
        A condition is missing, or is neither True nor False, such as an array.
    """
    if not holds:
        raise TypeError(f"what does it take for “{sentence}” to be true? Give at least one condition")
    for number, condition in enumerate(holds, 1):
        if not isinstance(condition, bool) and type(condition).__name__ not in ("bool_", "bool"):
            raise TypeError(
                f"condition {number} of “{sentence}” is {condition!r}: expected one True or False; an array needs .all()"
            )
        if not condition:
            raise AssertionError(f"the page says “{sentence}”, and condition {number} of it does not hold")


def printed(value: float, text: str) -> bool:
    """Whether a number is what the page prints, to the last digit that stands there.

    Parameters
    ----------
    value
        The number; a share between 0 and 1 where the text ends in a percent sign.
    text
        As on the page: ``0.1044``, ``-3e-05``, ``86.7 %``, ``1,024``.
    """
    plain = text.replace(",", "").replace("−", "-").removesuffix("%").strip()
    digits, _, exponent = plain.lower().partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return abs(float(value) * (100 if text.endswith("%") else 1) - float(plain)) <= 0.5 * unit * (1 + 1e-9)
