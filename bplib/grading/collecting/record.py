"""What a download said of one student's work, kept beside it for whoever grades.

nbgrader's ``timestamp.txt`` is the time of handing in. A download does not know that: Moodle and Canvas date files by the
download. So what a download knows stands in a file of its own, and never makes anybody late.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: Its name; a file of this name that a student sends goes to the attachments.
RECORD = "collected.json"
#: Bytes of it that are read.
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Record:
    """What is known of the notebook that counts.

    Attributes
    ----------
    dated
        The date of its file in the download; it tells which of two downloads is the newer.
    late
        Whether the platform marks it as late.
    group
        The group that handed it in; empty where a student did.
    problem
        Why there is no notebook, a sentence.
    files
        What the student called each file in ``attachments``: a path from where the notebook was.
    moodle
        The student's folder in Moodle's download, by which feedback finds its way back; empty for other platforms.
    """

    dated: datetime | None = None
    late: bool = False
    group: str = ""
    problem: str = ""
    files: dict[str, str] = field(default_factory=dict)
    moodle: str = ""

    def written(self) -> bytes:
        """As it is kept."""
        dated = self.dated.astimezone(UTC).isoformat() if self.dated else None
        return json.dumps({**asdict(self), "dated": dated}, indent=1, ensure_ascii=True).encode() + b"\n"


def read_record(folder: Path) -> Record:
    """Return the record in a student's folder of an exercise; an empty one where there is none that can be read."""
    path = folder / RECORD
    if path.is_symlink() or not path.is_file():
        return Record()
    try:
        with path.open("rb") as file:
            kept = json.loads(file.read(_LARGEST))
        dated = datetime.fromisoformat(kept["dated"]).astimezone(UTC) if kept.get("dated") else None
        files = {str(name): str(own) for name, own in kept.get("files", {}).items()}
        texts = (_text(kept, "group"), _text(kept, "problem"), files, _text(kept, "moodle"))
        return Record(dated, kept.get("late") is True, *texts)
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return Record()


def _text(kept: dict[str, Any], name: str) -> str:
    value = kept.get(name)
    return value if isinstance(value, str) else ""
