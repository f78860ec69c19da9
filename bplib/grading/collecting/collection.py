"""From a learning platform's download to nbgrader's folders: ``submitted/STUDENT/EXERCISE/EXERCISE.ipynb``.

First whose each file is, by the names that Moodle or Canvas gives (:mod:`bplib.grading.collecting.submitters`); then,
student by student, which notebook counts (:mod:`bplib.grading.collecting.student_folder`). What fails for one does not
stop the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bplib.grading.collecting.downloads import File, Refused, files_of
from bplib.grading.collecting.marks import Released
from bplib.grading.collecting.pieces import Claim, Outcome, Piece, What, is_junk, refused
from bplib.grading.collecting.roster import Roster
from bplib.grading.collecting.student_folder import StudentFolder
from bplib.grading.collecting.submitters import Submitter, of_platform
from bplib.grading.course.places import EXERCISES
from bplib.grading.course.printable import printable

__all__ = ["Collection", "Outcome", "What"]


@dataclass(frozen=True)
class Collection:
    """Where submissions of an exercise go: into ``target``, by student. A dry run writes nothing."""

    exercise: str
    target: Path
    released: Path = EXERCISES
    dry_run: bool = False

    def collect(self, sources: Iterable[Path], roster: Roster | None = None) -> list[Outcome]:
        """Collect all students' submissions from zips, folders and single files.

        Returns
        -------
        list of Outcome
            One for each file, and one more for each student or archive with nothing to collect.

        Raises
        ------
        FileNotFoundError
            If the exercise has no released notebook, by whose marks submissions are recognized.
        """
        released = self._released()
        outcomes: list[Outcome] = []
        pieces: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        with ExitStack() as stack:
            for source in sources:
                try:
                    files = files_of(source, stack)
                except (Refused, OSError) as error:
                    reason = printable(str(error))
                    outcomes.append(Outcome("", What.REFUSED, printable(source.name), reason, True))
                    continue
                for piece in _sorted_out(source, files, outcomes):
                    pieces[piece.submitter.person].append(piece)
            for claim in _named(pieces, roster, outcomes):
                outcomes += self._of_student(claim, released)
        return outcomes

    def _of_student(self, claim: Claim, released: Released) -> list[Outcome]:
        outcomes: list[Outcome] = []
        try:
            folder = StudentFolder(self.target, claim, self.exercise, released, self.dry_run)
            outcomes = folder.outcomes
            folder.collect()
        except (Refused, OSError) as error:
            done = {outcome.path for outcome in outcomes}
            rest = [piece.file for piece in claim.pieces if piece.file.shown not in done]
            outcomes += [refused(claim.student, file, printable(str(error))) for file in rest]
        return outcomes

    def _released(self) -> Released:
        notebooks = [
            path for path in sorted(self.released.glob("*/*.ipynb")) if path.stem == path.parent.name
        ]
        if self.exercise not in (names := [path.stem for path in notebooks]):
            raise FileNotFoundError(
                f"no exercise {self.exercise!r} in {self.released}; there are: {', '.join(names)}"
            )
        return Released({path.stem: path.read_bytes() for path in notebooks})


def _sorted_out(source: Path, files: list[File], outcomes: list[Outcome]) -> Iterator[Piece]:
    """Say whose each file is, by the first part of its path alone: what is below, students have named."""
    junk = [file for file in files if is_junk(file, file.parts)]
    outcomes += [Outcome("", What.SKIPPED, file.shown, "the system's own file") for file in junk]
    files = _unwrapped([file for file in files if not is_junk(file, file.parts)])
    if not any(of_platform(file.parts[0]) for file in files) and of_platform(source.name) and source.is_dir():
        files = [replace(file, parts=(source.name, *file.parts)) for file in files]
    by_platform = any(of_platform(file.parts[0]) for file in files)
    for file in files:
        head, below = file.parts[0], file.parts[1:]
        if found := of_platform(head):
            yield Piece(found[0], file, "/".join(part for part in (found[1], *below) if part) or head)
        elif file.problem:
            outcomes.append(refused("", file, file.problem))
        elif not by_platform and below:
            yield Piece(Submitter(head), file, "/".join(below))
        elif not by_platform and head.lower().endswith(".zip"):
            yield Piece(Submitter(head[:-4]), file, head)
        else:
            reason = "its name does not say whose it is; put it into a folder named after the student"
            outcomes.append(refused("", file, reason))


def _unwrapped(files: list[File]) -> list[File]:
    """Leave out a folder around all students' folders or files."""
    heads = {file.parts[0] for file in files}
    if len(heads) != 1 or of_platform(*heads) or any(len(file.parts) < 2 for file in files):
        return files
    inner = [replace(file, parts=file.parts[1:]) for file in files]
    several = len({file.parts[0] for file in inner}) > 1 and all(len(file.parts) > 1 for file in inner)
    return inner if several or all(of_platform(file.parts[0]) for file in inner) else files


def _why_not(ids: list[str]) -> str:
    if len(ids) > 1:
        return f"fits {', '.join(ids)}"
    return f"fits {ids[0]}, as others do" if ids else "is missing"


def _named(
    pieces: dict[tuple[str, str], list[Piece]], roster: Roster | None, outcomes: list[Outcome]
) -> Iterator[Claim]:
    """Give submitters an id, and a note when the roster did not help. Refuse who would share a folder.

    What a group has handed in is that of each of its members.
    """
    groups = {who: roster.members(theirs[0].submitter) if roster else [] for who, theirs in pieces.items()}
    fits = {
        who: roster.find(theirs[0].submitter) if roster and not groups[who] else set()
        for who, theirs in pieces.items()
    }
    claims = [next(iter(ids)) for ids in fits.values() if len(ids) == 1]
    students: dict[str, list[Claim]] = defaultdict(list)
    for who, theirs in pieces.items():
        student, note, ids = theirs[0].submitter.id, "", sorted(fits[who])
        if roster and any(roster.late(piece.submitter) for piece in theirs):
            theirs = [replace(piece, submitter=replace(piece.submitter, late=True)) for piece in theirs]
        for member in groups[who]:
            students[member.lower()].append(Claim(member, theirs, group=printable(who[0])))
        if groups[who]:
            continue
        if len(ids) == 1 and claims.count(ids[0]) == 1:
            student = ids[0]
        elif roster:
            note = (
                f"in the roster, {printable(who[0])!r} {_why_not(ids)}; mend it there, or rename the folder"
            )
        students[student.lower()].append(Claim(student, theirs, note))
    for _, claimants in sorted(students.items()):
        if len(claimants) == 1:
            yield claimants[0]
            continue
        if any(claim.group for claim in claimants):
            yield _torn(claimants)
            continue
        names = " and ".join(repr(printable(claim.pieces[0].submitter.name)) for claim in claimants)
        for claim in claimants:
            reason = f"{names} would share the folder {claim.student}; rename one, or use a roster"
            outcomes += [refused(claim.student, piece.file, reason) for piece in claim.pieces]


def _torn(claimants: list[Claim]) -> Claim:
    """The claim of somebody who has handed in with two groups, or alone as well: a person has to say what counts."""
    ways = " and ".join(
        f"with the group {claim.group!r}"
        if claim.group
        else f"as {printable(claim.pieces[0].submitter.name)!r}"
        for claim in claimants
    )
    pieces = [piece for claim in claimants for piece in claim.pieces]
    return Claim(
        claimants[0].student, pieces, conflict=f"it was handed in {ways}; take out what is not to count"
    )
