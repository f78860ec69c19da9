"""First names, English and Portuguese, and the way from a name to indices and back: small enough to be learned in seconds.

A name begins and ends with a full stop, the letter of index 0. So whoever reads ``.ana`` is asked, letter by letter, for ``ana.``, and
a network that writes knows how to begin and when to stop.

The lists were written down for this package, by hand: names that are common in the United States and in Brazil, with their accents.
How common, say the Social Security Administration (*Popular Baby Names*) and the Instituto Brasileiro de Geografia e Estatística
(*Nomes no Brasil*, census of 2010). The order is that of the alphabet.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bplib.applications.embedding import NONE, as_indices
from bplib.types import Array


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH: tuple[str, ...] = _words(
    """
    aaron abigail adam alan albert alexander alexis alice allison amanda amber amy andrea andrew angela ann anna anthony arthur
    ashley austin barbara benjamin betty beverly billy bobby bradley brandon brenda brian brittany bruce bryan carl carol
    catherine charles charlotte cheryl christian christina christopher cynthia daniel danielle david deborah denise dennis diana
    diane donald donna doris dorothy douglas dylan edward elijah elizabeth emily emma eric ethan eugene evelyn frances frank
    gabriel gary george gerald gloria grace gregory hannah harold heather helen henry isabella jack jacob jacqueline james janet
    janice jason jean jeffrey jennifer jeremy jerry jesse jessica joan joe john johnny jonathan jordan joseph joshua joyce juan
    judith judy julia julie justin karen katherine kathleen kathryn kayla keith kelly kenneth kevin kimberly kyle larry laura
    lauren lawrence linda lisa logan lori louis madison margaret maria marie marilyn mark martha mary mason matthew megan
    melissa michael michelle mildred nancy natalie nathan nicholas nicole noah olivia pamela patricia patrick paul peter philip
    rachel ralph randy raymond rebecca richard robert roger ronald rose roy russell ruth ryan samantha samuel sandra sara sarah
    scott sean sharon shirley sophia stephanie stephen steven susan teresa terry theresa thomas timothy tyler victoria vincent
    virginia walter wayne william willie zachary
    """
)

PORTUGUESE: tuple[str, ...] = _words(
    """
    adalberto adriana adriano ágata aílton alberto alessandra alex alexandre alice aline alzira amanda ana anderson andré andréa
    ângela antônia antônio aparecida ariane arnaldo arthur augusto aurora beatriz benedito bento bernardo bianca breno bruna
    bruno caio camila carla carlos carolina cássio cauã cecília célia célio césar cícero clara cláudia cláudio cleide cleusa
    cristiane cristina daiane dalva daniel daniela danilo davi débora denise diego diogo douglas edilson edmilson edna edson
    eduardo elaine eliane elisângela elza emanuel érica evandro fabiana fábio fátima felipe fernanda fernando flávia flávio
    francisca francisco gabriel gabriela geraldo gilberto giovana gisele guilherme gustavo heitor helena heloísa henrique hugo
    iara ígor inês irene isabel isabela isadora ivan ivone jaqueline jéssica joana joão joaquim jorge josé josefa joyce júlia
    juliana júlio karina larissa laura leandro letícia lígia lorena lourdes lúcia luciana luciano luís luísa luiz luiza manuela
    marcela marcelo márcia márcio marcos maria mariana marina mário marisa marlene marta mateus maurício mauro michele miguel
    milton mirella miriam mônica murilo natália neide nélson nicole nilson otávio pâmela patrícia paula paulo pedro priscila
    rafael rafaela raimundo raquel raul regina renata renato ricardo rita roberta roberto rodrigo rogério ronaldo rosa rosana
    rosângela rubens sabrina samuel sandra sebastião sérgio silvana sílvia simone sônia sueli taís tatiana tereza terezinha
    thiago valdir valéria vanessa vânia vera verônica vicente vinícius vitor vitória viviane wagner wellington yasmin
    """
)

#: The letters by their indices: what begins and ends a name, then those of both languages.
LETTERS = ".abcdefghijklmnopqrstuvwxyzáâãçéêíóôõú"
#: The index of the full stop.
END = 0


def to_indices(names: Sequence[str], steps: int | None = None) -> Array:
    """Turn names into indices, as they are read: each after a full stop.

    Parameters
    ----------
    names
        In small letters of `LETTERS`, at least one.
    steps
        How long a row shall be, at least the longest name and one; None takes that.

    Returns
    -------
    Array
        Whole numbers (m, steps), −1 behind the end of a name.

    Raises
    ------
    ValueError
        If there is no name, one is empty or too long, or has another letter.
    """
    if not names:
        raise ValueError("there are no names, expected at least one.")
    for name in names:
        foreign = sorted(set(name) - set(LETTERS[1:]))
        if not name or foreign:
            raise ValueError(
                f"the name {name!r} holds {foreign}, expected letters of {LETTERS[1:]!r}, at least one."
            )
    longest = max(names, key=len)
    steps = len(longest) + 1 if steps is None else steps
    if len(longest) >= steps:
        raise ValueError(f"{longest!r} takes {len(longest) + 1} steps, expected at most {steps}.")
    index = np.full((len(names), steps), NONE)
    for row, name in zip(index, names, strict=True):
        row[: len(name) + 1] = [END, *map(LETTERS.index, name)]
    return index


def next_letters(index: Array) -> Array:
    """What comes next: to each letter of `to_indices` the one after it, and to the last letter of a name the full stop.

    Parameters
    ----------
    index
        Shape (m, steps).

    Returns
    -------
    Array
        Shape (m, steps), −1 at the same places.
    """
    index = as_indices(index, len(LETTERS), "index")
    after = np.hstack([index[:, 1:], np.full((len(index), 1), NONE)])
    return np.where((index != NONE) & (after == NONE), END, after)


def to_names(index: Array) -> list[str]:
    """Turn indices (m, steps) back into names; full stops and what is −1 are left out."""
    index = as_indices(index, len(LETTERS), "index")
    return ["".join(LETTERS[k] for k in row if k not in (NONE, END)) for row in index]
