"""Submissions from Moodle and Canvas: a folder for each, none for the hostile ones; nothing gets lost."""

import json
import os
import stat
import struct
import tempfile
import warnings
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bplib.grading.collecting import contents, downloads
from bplib.grading.collecting.collection import Collection, What
from bplib.grading.collecting.record import RECORD, Record, read_record
from bplib.grading.collecting.roster import Roster
from bplib.grading.collecting.submitters import Submitter, of_platform, safe_name
from bplib.grading.collecting.tables import RosterError
from bplib.grading.commands import collect as collect_command
from bplib.grading.course.lock import alone
from bplib.grading.course.places import EXERCISES

EARLY, LATER = (2026, 3, 1, 10, 0, 0), (2026, 3, 2, 10, 0, 0)
ADA = "Ada Lovelace_1234567_assignsubmission_file"
BOB = "Bob Stone_1234568_assignsubmission_file"


def notebook(exercise="error", answer=""):
    """Return a released notebook with an answer that tells it from others."""
    text = json.loads((EXERCISES / exercise / f"{exercise}.ipynb").read_text(encoding="utf-8"))
    text["cells"].append({"cell_type": "raw", "id": "answer", "metadata": {}, "source": [answer]})
    return json.dumps(text).encode()


def packed(*entries):
    """Return a zip of (name, data) or (name, data, time); a ZipInfo in place of the name is used as it is."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two entries of one name are what a test may want
        for name, data, *when in entries:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, *when or [EARLY])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return stream.getvalue()


def special(name, kind):
    info = zipfile.ZipInfo(name, EARLY)
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    return info


@pytest.fixture
def room(tmp_path):
    """Collect into a folder, and hold that nothing outside it has changed."""
    return Room(tmp_path)


class Room:
    def __init__(self, path):
        self.path, self.target = path, path / "course" / "submitted"
        self.target.mkdir(parents=True)
        (path / "outside").mkdir()
        (path / "outside" / "precious.txt").write_text("precious")

    def file(self, name, data):
        path = self.path / "downloads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def zip(self, *entries, name="course-error-17.zip"):
        return self.file(name, packed(*entries))

    def collect(self, *sources, exercise="error", roster=None, **options):
        before = self.outside()
        outcomes = Collection(exercise, self.target, **options).collect(sources, roster)
        assert self.outside() == before, "something was written outside of the target"
        assert all(outcome.reason for outcome in outcomes)
        return outcomes

    def outside(self):
        paths = [path for path in self.path.rglob("*") if not path.is_relative_to(self.target)]
        return {path: path.read_bytes() for path in paths if path.is_file() and not path.is_symlink()}

    def files(self):
        return {str(path.relative_to(self.target)) for path in self.target.rglob("*") if not path.is_dir()}

    def record(self, student="ada-lovelace-1234567", exercise="error"):
        return read_record(self.target / student / exercise)

    def got(self, student, exercise="error"):
        return (self.target / student / exercise / f"{exercise}.ipynb").read_bytes()


def whats(outcomes):
    return sorted(str(outcome.what) for outcome in outcomes)


def refusals(outcomes):
    return [outcome.reason for outcome in outcomes if outcome.what is What.REFUSED]


# --- What the platforms give --------------------------------------------------------------------------------

NAMES = {
    f"{ADA}/error.ipynb": "ada-lovelace-1234567",
    f"{ADA}_/error.ipynb": "ada-lovelace-1234567",  # Moodle before 4.1
    f"{ADA}/work/today/meine loesung.ipynb": "ada-lovelace-1234567",
    "Ada Lovelace_1234567_assignsubmission_file_error (1).ipynb": "ada-lovelace-1234567",
    "Participant_99_assignsubmission_file/error.ipynb": "participant-99",
    "Group 3_12_assignsubmission_file/error.ipynb": "group-3-12",
    "lovelaceada_12345_6789_error.ipynb": "lovelaceada-12345",
    "lovelaceada_LATE_12345_6789_error-2.ipynb": "lovelaceada-12345",
    "smith2_123_45_my_7_8_error.ipynb": "smith2-123",
    "anon_x7Yz_6789_Error.IPYNB": "student-anon-x7yz",
    "anon_12345_6789_error.ipynb": "student-anon-12345",
    "LATE_anon_x7Yz_6789_error.ipynb": "student-anon-x7yz",
    "Jörg Größe_5_assignsubmission_file/error.ipynb": "jorg-grosse-5",
    "王小明_5_assignsubmission_file/error.ipynb": "student-5",
    "ada/error.ipynb": "ada",
    "submissions/Ada Lovelace_1_assignsubmission_file/e.ipynb": "ada-lovelace-1",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_moodle_or_canvas_says_whose_it_is(room, name):
    (outcome,) = room.collect(room.zip((name, notebook())))
    assert (outcome.what, outcome.student, outcome.look) == (What.COLLECTED, NAMES[name], False)
    assert room.got(NAMES[name]) == notebook()


@pytest.mark.parametrize("name", NAMES)
def test_an_unpacked_download_gives_the_same(room, name):
    room.file(f"unpacked/{name}", notebook())
    (outcome,) = room.collect(room.path / "downloads" / "unpacked")
    assert (outcome.what, outcome.student) == (What.COLLECTED, NAMES[name])


def test_two_of_one_name_stay_two(room):
    other = ADA.replace("1234567", "7654321")
    room.collect(
        room.zip((f"{ADA}/a.ipynb", notebook(answer="1")), (f"{other}/a.ipynb", notebook(answer="2")))
    )
    assert room.got("ada-lovelace-1234567") != room.got("ada-lovelace-7654321")


def test_a_students_folder_or_file_can_be_given_by_itself(room):
    first = room.file(f"{ADA}/error.ipynb", notebook()).parent
    second = room.file("stonebob_12_34_error.ipynb", notebook())
    assert [outcome.student for outcome in room.collect(first, second)] == [
        "ada-lovelace-1234567",
        "stonebob-12",
    ]


def test_a_students_zip_is_opened(room):
    inner = packed(
        ("src/loesung.ipynb", notebook()), ("__MACOSX/._loesung.ipynb", b"x"), ("data.csv", b"1,2")
    )
    outcomes = room.collect(room.zip((f"{ADA}/abgabe.zip", inner, LATER)))
    assert whats(outcomes) == ["collected", "kept", "skipped"]
    assert room.files() == {
        f"ada-lovelace-1234567/error/{name}" for name in ("error.ipynb", RECORD, "attachments/data.csv")
    }


def test_a_folder_of_student_zips(room):
    room.file("all/ada.zip", packed(("x.ipynb", notebook())))
    room.file("all/bob.zip", packed(("x.ipynb", notebook())))
    outcomes = room.collect(room.path / "downloads" / "all")
    assert [(o.student, o.what) for o in outcomes] == [("ada", What.COLLECTED), ("bob", What.COLLECTED)]


def test_a_zip_in_a_students_zip_stays_closed(room):
    inner = packed(
        ("deep.zip", packed(("error.ipynb", notebook(answer="deep")))), ("error.ipynb", notebook())
    )
    outcomes = room.collect(room.zip((f"{ADA}/abgabe.zip", inner)))
    assert whats(outcomes) == ["collected", "kept"] and any("not opened" in o.reason for o in outcomes)


def test_a_file_of_nobody_is_refused(room):
    outcomes = room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), ("loose.ipynb", notebook())))
    assert refusals(outcomes) == [
        "its name does not say whose it is; put it into a folder named after the student"
    ]


def test_a_stray_folder_in_a_download_is_no_student(room):
    outcomes = room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), ("notes/error.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "refused"] and "whose it is" in refusals(outcomes)[0]


def test_nobody_hands_in_for_others_by_naming_a_file(room):
    """Only the first part of a path is the platform's; all below it is the student's own."""
    forged = f"{BOB}/{ADA}/error.ipynb", f"{BOB}/lovelaceada_1_2_error.ipynb"
    inner = packed((f"{ADA}/error.ipynb", notebook(answer="c")))
    outcomes = room.collect(
        room.zip(*((name, notebook(answer=name)) for name in forged), (f"{BOB}/x.zip", inner))
    )
    assert {outcome.student for outcome in outcomes} == {"bob-stone-1234568"}


# --- The right file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["error (1).ipynb", "error-2.ipynb", "Error.IPYNB", "meine loesung.ipynb", "error.ipynb.txt"]
)
def test_a_notebook_is_recognized_by_its_marks(room, name):
    assert whats(room.collect(room.zip((f"{ADA}/{name}", notebook())))) == ["collected"]


def test_a_byte_order_mark_that_nbgrader_cannot_read_is_taken_off(room):
    room.collect(room.zip((f"{ADA}/error.ipynb", b"\xef\xbb\xbf" + notebook())))
    assert json.loads(room.got("ada-lovelace-1234567"))


def test_a_notebook_of_another_exercise_does_not_count(room):
    outcomes = room.collect(
        room.zip((f"{ADA}/error.ipynb", notebook("feedforward")), (f"{BOB}/e.ipynb", notebook()))
    )
    assert any("'feedforward'" in outcome.reason and outcome.look for outcome in outcomes)
    assert any(
        "nothing of it is a notebook of the exercise 'error'" in reason for reason in refusals(outcomes)
    )
    # What came is kept, and whoever grades reads why it does not count.
    assert (room.target / "ada-lovelace-1234567/error/attachments/error.ipynb").read_bytes() == notebook(
        "feedforward"
    )
    assert not (room.target / "ada-lovelace-1234567/error/error.ipynb").exists()
    assert "error.ipynb: a notebook of the exercise 'feedforward'" in room.record().problem


def test_a_mark_that_two_exercises_share_is_no_mistake(room):
    for exercise in ("backpropagation", "weight_update", "error"):
        zipped = room.zip((f"{ADA}/x.ipynb", notebook(exercise)), name=f"{exercise}.zip")
        assert whats(room.collect(zipped, exercise=exercise)) == ["collected"]


def test_a_notebook_without_marks_is_named(room):
    plain = json.dumps(
        {"cells": [{"cell_type": "code", "metadata": {}, "source": []}], "nbformat": 4}
    ).encode()
    (one, _) = room.collect(room.zip((f"{ADA}/error.ipynb", plain)))
    assert one.look and "without this course's nbgrader marks" in one.reason
    assert "without this course's nbgrader marks" in room.record().problem


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"[" * 100_000, b'{"cells": 3}', b'{"cells": [1]}', b"\xff\xfe{\x00", b"{" * 9999]
)
def test_what_is_no_notebook_is_named_and_stops_nobody(room, junk):
    outcomes = room.collect(room.zip((f"{ADA}/error.ipynb", junk), (f"{BOB}/e.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "kept", "refused"]
    assert any("no readable notebook" in outcome.reason and outcome.look for outcome in outcomes)


def test_the_newest_counts_and_the_others_are_kept(room):
    old, new = notebook(answer="old"), notebook(answer="new")
    outcomes = room.collect(room.zip((f"{ADA}/z.ipynb", old, EARLY), (f"{ADA}/a.ipynb", new, LATER)))
    assert room.got("ada-lovelace-1234567") == new
    assert (room.target / "ada-lovelace-1234567/error/attachments/z.ipynb").read_bytes() == old
    assert whats(outcomes) == ["collected", "kept"] and not any(outcome.look for outcome in outcomes)


@pytest.mark.parametrize(
    "names",
    [
        ("stone_1_20_error.ipynb", "stone_1_19_x.ipynb"),
        (f"{ADA}/error (1).ipynb", f"{ADA}/error.ipynb"),
        (f"{ADA}/error-10.ipynb", f"{ADA}/error-9.ipynb"),
    ],
)
def test_of_the_same_time_uploads_and_copies_decide(room, names):
    new, old = notebook(answer="new"), notebook(answer="old")
    outcomes = room.collect(room.zip((names[0], new), (names[1], old)))
    assert room.got(outcomes[0].student) == new and not any(outcome.look for outcome in outcomes)


def test_of_the_same_time_without_a_hint_asks_a_human(room):
    outcomes = room.collect(
        room.zip((f"{ADA}/a.ipynb", notebook(answer="1")), (f"{ADA}/b.ipynb", notebook()))
    )
    assert [outcome.look for outcome in outcomes if outcome.what is What.COLLECTED] == [True]


def test_a_copy_of_the_same_content_is_not_kept_twice(room):
    assert whats(room.collect(room.zip((f"{ADA}/a.ipynb", notebook()), (f"{ADA}/b.ipynb", notebook())))) == [
        "collected",
        "skipped",
    ]


def test_a_checkpoint_never_counts(room):
    newer = f"{ADA}/.ipynb_checkpoints/error-checkpoint.ipynb", notebook(answer="saved"), LATER
    assert whats(room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), newer))) == ["collected", "skipped"]
    assert room.got("ada-lovelace-1234567") == notebook()


def test_what_goes_along_cannot_be_imported_under_grading(room):
    extra = [(f"{ADA}/numpy.py", b"x"), (f"{ADA}/bplib/__init__.py", b"y"), (f"{ADA}/con", b"z")]
    room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), *extra))
    folder = room.target / "ada-lovelace-1234567" / "error"
    assert {path.name for path in folder.iterdir()} == {"error.ipynb", RECORD, "attachments"}
    assert len(list((folder / "attachments").iterdir())) == 3


def test_names_that_differ_in_case_or_not_at_all_are_all_kept(room):
    extra = [
        (f"{ADA}/{name}", name.encode() + bytes([i])) for i, name in enumerate(["a.txt", "A.TXT", "a.txt"])
    ]
    outcomes = room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), *extra))
    kept = list((room.target / "ada-lovelace-1234567/error/attachments").iterdir())
    assert len({path.name.lower() for path in kept}) == 3 and whats(outcomes).count("kept") == 3


# --- Times --------------------------------------------------------------------------------------------------


def utc(when):
    return datetime(*when).astimezone(UTC)


@pytest.mark.parametrize("name", [f"{ADA}/e.ipynb", "lovelaceada_12345_6789_error.ipynb", "ada/e.ipynb"])
def test_the_date_of_a_download_makes_nobody_late(room, name):
    """Moodle and Canvas date files by the download; nbgrader takes timestamp.txt for the time of handing in."""
    (outcome,) = room.collect(room.zip((name, notebook(), LATER)))
    assert "dated 2026-03-02" in outcome.reason and not any("timestamp" in file for file in room.files())
    moodle = f"{ADA}_" if name.startswith(ADA) else ""
    assert room.record(outcome.student) == Record(dated=utc(LATER), moodle=moodle)


def test_a_students_zip_counts_from_its_upload(room):
    inner = packed(("e.ipynb", notebook(), EARLY))
    room.collect(room.zip((f"{ADA}/abgabe.zip", inner, LATER)))
    assert room.record().dated == utc(LATER)


def test_a_real_time_of_handing_in_stays_and_goes_with_its_notebook(room):
    """nbgrader's exchange writes it; of another notebook it would say something wrong."""
    folder = room.target / "ada-lovelace-1234567" / "error"
    folder.mkdir(parents=True)
    (folder / "error.ipynb").write_bytes(notebook(answer="exchange"))
    (folder / "timestamp.txt").write_text("2026-03-01 08:00:00.123456 UTC")
    room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="exchange"), LATER)))
    assert (folder / "timestamp.txt").exists()
    (outcome,) = room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="2"), (2026, 3, 9, 1, 0, 0))))
    assert outcome.what is What.COLLECTED and not (folder / "timestamp.txt").exists()
    assert "123456" in (folder / "attachments" / "timestamp-before.txt").read_text()


def test_the_date_that_an_earlier_version_wrote_is_put_aside(room):
    folder = room.target / "ada-lovelace-1234567" / "error"
    folder.mkdir(parents=True)
    (folder / "error.ipynb").write_bytes(notebook())
    (folder / "timestamp.txt").write_text("2026-03-01 10:00:00.000000 UTC")
    said = room.collect(room.zip((f"{ADA}/e.ipynb", notebook(), LATER)), dry_run=True)
    assert (folder / "timestamp.txt").exists() and not (folder / RECORD).exists()
    (outcome,) = room.collect(room.zip((f"{ADA}/e.ipynb", notebook(), LATER)))
    assert [outcome] == said and "says nothing of lateness" in outcome.reason
    assert not (folder / "timestamp.txt").exists() and room.record().dated == datetime(
        2026, 3, 1, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("name", ["lovelaceada_LATE_12345_6789_error.ipynb", "LATE_anon_x7_6789_error.ipynb"])
def test_canvas_late_mark_is_told(room, name):
    (outcome,) = room.collect(room.zip((name, notebook())))
    assert "marked late" in outcome.reason and room.record(outcome.student).late


@pytest.mark.parametrize("when", [(1980, 1, 1, 0, 0, 0), (2026, 0, 0, 0, 0, 0)])
def test_without_a_time_there_is_no_timestamp(room, when):
    (outcome,) = room.collect(room.zip((f"{ADA}/e.ipynb", notebook(), when)))
    assert outcome.reason == "without a date" and not any("timestamp" in name for name in room.files())


def test_a_newer_submission_replaces_and_the_older_is_kept(room):
    room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="1"), EARLY)))
    (outcome,) = room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="2"), LATER), name="again.zip"))
    assert "is now attachments/error-until-2026-03-01" in outcome.reason
    assert room.got("ada-lovelace-1234567") == notebook(answer="2")
    (kept,) = (room.target / "ada-lovelace-1234567/error/attachments").iterdir()
    assert kept.read_bytes() == notebook(answer="1")
    assert room.record().dated == utc(LATER)


def test_an_older_submission_replaces_nothing(room):
    room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="2"), LATER)))
    (outcome,) = room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="1"), EARLY), name="old.zip"))
    assert outcome.what is What.KEPT and room.got("ada-lovelace-1234567") == notebook(answer="2")
    assert room.record().dated == utc(LATER)


@pytest.mark.parametrize("text", [None, "", "yesterday"])
def test_what_is_there_and_has_no_time_is_never_replaced(room, text):
    folder = room.target / "ada-lovelace-1234567" / "error"
    folder.mkdir(parents=True)
    (folder / "error.ipynb").write_bytes(b"by hand")
    if text is not None:
        (folder / "timestamp.txt").write_text(text)
    assert "newer is unknown" in refusals(room.collect(room.zip((f"{ADA}/e.ipynb", notebook()))))[0]
    assert room.got("ada-lovelace-1234567") == b"by hand"


def test_again_changes_nothing(room):
    """Platforms date files by the download, so the same content later is still the same submission."""
    room.collect(room.zip((f"{ADA}/e.ipynb", notebook(), EARLY), (f"{ADA}/a.txt", b"a", EARLY)))
    before = {name: (room.target / name).read_bytes() for name in room.files()}
    again = room.zip((f"{ADA}/e.ipynb", notebook(), LATER), (f"{ADA}/a.txt", b"a", LATER), name="again.zip")
    assert all("already there" in outcome.reason for outcome in room.collect(again))
    assert {name: (room.target / name).read_bytes() for name in room.files()} == before


def test_a_dry_run_says_the_same_and_writes_nothing(room):
    zipped = room.zip((f"{ADA}/e.ipynb", notebook(), LATER), (f"{ADA}/f.ipynb", notebook(answer="f")))
    said = room.collect(zipped, dry_run=True)
    assert list(room.target.iterdir()) == [] and room.collect(zipped) == said


# --- Hostile and broken -------------------------------------------------------------------------------------

EVIL = (
    "../../outside/precious.txt",
    "/outside/precious.txt",
    "C:\\evil.ipynb",
    "C:evil.ipynb",
    "..\\..\\evil.ipynb",
)


@pytest.mark.parametrize("below", [True, False])
@pytest.mark.parametrize("name", EVIL)
def test_a_name_that_leads_out_is_refused(room, name, below):
    path = f"{ADA}/{name}" if below and name.startswith(".") else name
    outcomes = room.collect(room.zip((path, notebook(answer="evil")), (f"{BOB}/e.ipynb", notebook())))
    assert any("leads out" in reason for reason in refusals(outcomes))
    assert room.files() - {f"ada-lovelace-1234567/error/{RECORD}"} == {
        f"bob-stone-1234568/error/{name}" for name in ("error.ipynb", RECORD)
    }


@pytest.mark.parametrize("name", EVIL)
def test_a_name_that_leads_out_of_a_students_zip_is_refused(room, name):
    inner = packed((name, notebook(answer="evil")), ("e.ipynb", notebook()))
    outcomes = room.collect(room.zip((f"{ADA}/x.zip", inner)))
    assert whats(outcomes) == ["collected", "refused"] and room.got("ada-lovelace-1234567") == notebook()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_a_zip_are_refused(room, kind):
    link = special(f"{ADA}/error.ipynb", kind), str(room.path / "outside" / "precious.txt").encode()
    outcomes = room.collect(room.zip(link, (f"{ADA}/e.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "refused"] and "a link or a device" in refusals(outcomes)[0]


def test_links_and_pipes_in_a_folder_are_refused(room):
    folder = room.file(f"all/{ADA}/e.ipynb", notebook()).parent
    (folder / "error.ipynb").symlink_to(room.path / "outside" / "precious.txt")
    (folder / "up").symlink_to(room.path / "outside")
    os.mkfifo(folder / "pipe")
    assert whats(room.collect(folder.parent)) == ["collected", "refused", "refused", "refused"]


@pytest.mark.parametrize("link", ["", "error", "error/attachments", "error/error.ipynb"])
def test_a_link_in_the_target_is_not_followed(room, link):
    place = room.target / "ada-lovelace-1234567" / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(room.path / "outside" / ("precious.txt" if link.endswith("ipynb") else ""))
    outcomes = room.collect(
        room.zip((f"{ADA}/e.ipynb", notebook()), (f"{ADA}/a", b"a"), (f"{BOB}/e.ipynb", notebook()))
    )
    assert whats(outcomes) == ["collected", "refused", "refused"]


def test_a_linked_timestamp_is_replaced_and_not_written_through(room):
    folder = room.target / "ada-lovelace-1234567" / "error"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").symlink_to(room.path / "outside" / "precious.txt")
    room.collect(room.zip((f"{ADA}/e.ipynb", notebook())))
    assert not (folder / "timestamp.txt").is_symlink()


def test_a_bomb_is_refused_without_unpacking(room):
    bomb = f"{ADA}/zeros.bin", bytes(20_000_000)
    outcomes = room.collect(room.zip(bomb, (f"{ADA}/e.ipynb", notebook()), (f"{BOB}/e.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "collected", "refused"] and "zip bomb" in refusals(outcomes)[0]


def test_a_file_that_is_too_large_is_refused(room, monkeypatch):
    monkeypatch.setattr(downloads, "MAX_FILE_BYTES", 100_000)
    outcomes = room.collect(room.zip((f"{ADA}/big", os.urandom(100_001)), (f"{ADA}/e.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "refused"] and "a file may have" in refusals(outcomes)[0]


def test_a_size_that_lies_is_not_believed(room):
    data = bytearray(packed((f"{ADA}/e.ipynb", notebook()), (f"{BOB}/e.ipynb", notebook())))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 100)
    assert whats(room.collect(room.file("lie.zip", bytes(data)))) == ["collected", "refused", "refused"]


def test_too_many_bytes_or_files_of_one_student_stop_nobody_else(room, monkeypatch):
    monkeypatch.setattr(contents, "MAX_STUDENT_FILES", 3)
    entries = [(f"{ADA}/{i}", bytes([i])) for i in range(5)]
    outcomes = room.collect(
        room.zip((f"{ADA}/e.ipynb", notebook()), *entries, (f"{BOB}/e.ipynb", notebook()))
    )
    assert whats(outcomes) == ["collected", "collected", "kept", "kept", "refused", "refused", "refused"]
    monkeypatch.setattr(contents, "MAX_STUDENT_BYTES", 10)
    assert "more than" in refusals(room.collect(room.zip((f"{ADA}/e.ipynb", notebook(answer="2")))))[0]


def test_too_many_files_in_a_zip(room, monkeypatch):
    monkeypatch.setattr(downloads, "MAX_STUDENT_FILES", 3)
    inner = packed(*((str(i), b"") for i in range(4)))
    outcomes = room.collect(room.zip((f"{ADA}/x.zip", inner), (f"{ADA}/e.ipynb", notebook())))
    assert (
        whats(outcomes) == ["collected", "refused"]
        and "holds 4 files and may hold 3" in refusals(outcomes)[0]
    )
    monkeypatch.setattr(downloads, "MAX_ARCHIVE_FILES", 1)
    assert whats(room.collect(room.zip(("a/1", b""), ("a/2", b"")))) == ["refused"]


def test_too_many_zips_of_one_student(room, monkeypatch):
    monkeypatch.setattr(contents, "MAX_STUDENT_ZIPS", 1)
    zips = [(f"{ADA}/{i}.zip", packed((f"{i}.ipynb", notebook()))) for i in range(3)]
    outcomes = room.collect(room.zip(*zips, (f"{BOB}/e.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "collected", "refused", "refused"]


def test_an_archive_that_would_fill_the_disk(room, monkeypatch):
    monkeypatch.setattr(downloads, "MAX_ARCHIVE_BYTES", len(notebook()) + 10)
    outcomes = room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), (f"{ADA}/a.bin", os.urandom(50))))
    assert whats(outcomes) == ["collected", "refused"] and "would unpack to more" in refusals(outcomes)[0]


def test_an_encrypted_file_is_refused(room):
    data = bytearray(packed((f"{ADA}/e.ipynb", notebook()), (f"{BOB}/e.ipynb", notebook())))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    outcomes = room.collect(room.file("secret.zip", bytes(data)))
    assert "it is encrypted; ask for it without a password" in refusals(outcomes)
    assert whats(outcomes).count("collected") == 1


def test_a_damaged_file_stops_nobody_else(room):
    data = bytearray(packed((f"{ADA}/e.ipynb", notebook()), (f"{BOB}/e.ipynb", notebook())))
    data[200:220] = bytes(20)
    outcomes = room.collect(room.file("damaged.zip", bytes(data)))
    assert whats(outcomes) == ["collected", "refused", "refused"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no zip at all", packed((f"{ADA}/e.ipynb", b"x"))[:-30], packed()]
)
def test_a_broken_archive_stops_no_other(room, data):
    good = room.zip((f"{BOB}/e.ipynb", notebook()), (f"{BOB}/also.zip", data))
    outcomes = room.collect(room.file("broken.zip", data), good)
    assert whats(outcomes) == ["collected", "refused", "refused"]


def test_an_unknown_compression_is_refused(room):
    data = bytearray(packed((f"{ADA}/e.ipynb", notebook())))
    for at in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[at : at + 2] = struct.pack("<H", 99)
    assert "cannot be read" in refusals(room.collect(room.file("odd.zip", bytes(data))))[0]


def test_names_in_cp437_and_unmarked_utf8(room):
    plain, marked = "J?rg_1_assignsubmission_file/e.ipynb", "J??rg_2_assignsubmission_file/e.ipynb"
    data = packed((plain, notebook()), (marked, notebook()))
    data = data.replace(b"J??rg", "Jörg".encode()).replace(b"J?rg", "Jörg".encode("cp437"))
    assert [outcome.student for outcome in room.collect(room.file("names.zip", data))] == ["jorg-1", "jorg-2"]


def test_a_name_on_disk_that_is_no_text(room):
    folder = os.fsencode(room.path / "all") + b"/J\xf6rg_1_assignsubmission_file"
    try:
        os.makedirs(folder)
    except OSError:
        pytest.skip("this file system takes no such names")
    with open(folder + b"/\xff.ipynb", "wb") as stream:
        stream.write(notebook())
    (outcome,) = room.collect(room.path / "all")
    assert outcome.what is What.COLLECTED and outcome.path.isprintable() and outcome.student == "jrg-1"


def test_names_do_nothing_to_a_terminal(room):
    name = "\x1b[31mred[/bold]\u202e.txt"
    outcomes = room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), (f"{ADA}/{name}", b"x")))
    assert all(outcome.path.isprintable() and outcome.reason.isprintable() for outcome in outcomes)


def test_a_full_disk_is_told_and_stops_nobody_else(room, monkeypatch):
    replace = os.replace

    def full(source, target):
        if "ada" in str(target):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    outcomes = room.collect(room.zip((f"{ADA}/e.ipynb", notebook()), (f"{BOB}/e.ipynb", notebook())))
    assert whats(outcomes) == ["collected", "refused"] and "No space" in refusals(outcomes)[0]
    assert not any("collecting" in name for name in room.files())


PARTS = st.sampled_from(
    [
        ADA,
        BOB,
        "..",
        ".",
        "",
        "a",
        "A",
        "C:",
        "con",
        "x.zip",
        "e.ipynb",
        ".git",
        "__MACOSX",
        "\\",
        "stone_1_2_e.ipynb",
    ]
)
CONTENT = st.sampled_from(
    [notebook(), notebook(answer="2"), notebook("feedforward"), b"x", packed(("../e", b"z"))]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(PARTS, min_size=1, max_size=4).map("/".join), CONTENT), min_size=1, max_size=6
    )
)
def test_whatever_comes_each_file_has_one_outcome_and_nothing_is_written_outside(entries):
    entries = [(name, data) for name, data in entries if name and not name.endswith("/")] or [("a", b"")]
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder))
        outcomes = room.collect(room.zip(*entries))
        for path in room.files():
            student, exercise, *rest = path.split("/")
            assert exercise == "error" and student == student.strip(".-") and len(rest) in (1, 2)
    whole = [outcome for outcome in outcomes if "nothing of it is a notebook" in outcome.reason]
    assert len(outcomes) - len(whole) == len(entries), (entries, outcomes)


def test_an_interruption_between_time_and_notebook_is_not_overlooked(room, monkeypatch):
    zips = [
        room.zip((f"{ADA}/e.ipynb", notebook(answer=n), t), name=n)
        for n, t in (("1.zip", EARLY), ("2.zip", LATER))
    ]
    room.collect(zips[0])
    replace = os.replace
    monkeypatch.setattr(
        os, "replace", lambda a, b: replace(a, b if "error.ipynb" not in str(b) else room.path / "no/x")
    )
    assert whats(room.collect(zips[1])) == ["refused"] and room.got("ada-lovelace-1234567") == notebook(
        answer="1.zip"
    )
    monkeypatch.undo()
    assert "newer is unknown" in refusals(room.collect(zips[1]))[0]


# --- Ids and the roster -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../..", "a+b*c", "CON", "", ".", "ñ/\\", "x" * 400, "\x00", "王"])
def test_an_id_is_always_a_safe_folder(name):
    for student in (Submitter(name).id, Submitter(name, "12").id):
        assert student and set(student) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and len(student) < 100
        assert student not in ("con", "-") and student == student.strip("-")


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "CON.txt", ".hidden", "", "ä ö.PY", "x" * 400 + ".py", "a\nb", "-rf", "nul"]
)
def test_a_name_is_always_a_safe_file(name):
    safe = safe_name(name)
    assert safe and not set(safe) & set('/\\:*?"<>|\n +') and safe[0] not in ".-" and len(safe) < 130
    assert safe.split(".")[0].lower() not in ("con", "nul")


def test_neither_moodle_nor_canvas():
    assert of_platform("homework.ipynb") is None and of_platform("ada") is None


def test_folders_that_become_one_are_refused(room):
    outcomes = room.collect(
        room.zip(("Jörg/e.ipynb", notebook()), ("jorg/e.ipynb", notebook()), ("bob/e", b""))
    )
    assert sum("would share the folder jorg" in reason for reason in refusals(outcomes)) == 2 and {
        name.split("/")[0] for name in room.files()
    } == {"bob"}


ROSTERS = {
    "id,first_name,last_name,email\nal1,Ada,Lovelace,ada@x.org\nbs2,Bob,Stone,b@x.org\n": "al1",
    "First name;Surname;ID number;Email address\nAda;Lovelace;0042;ada@x.org\n": "0042",
    "Identifier,Full name,Email address\nTeilnehmer/in1234567,Someone Else,ada@x.org\n": "ada@x.org",
    'Student,ID,SIS Login ID,Section\n    Points Possible,,,\n"Lovelace, Ada",77,alove,1\n': "alove",
    "email,name\nada+uni@x.org,Ada Lovelace\n": "ada-uni-x-org",
}


@pytest.mark.parametrize("text", ROSTERS)
def test_a_roster_gives_the_id(room, text):
    roster = Roster(room.file("class.csv", text.encode("utf-8-sig")))
    (outcome,) = room.collect(room.zip((f"{ADA}/e.ipynb", notebook())), roster=roster)
    assert (outcome.student, outcome.look) == (ROSTERS[text], False)


def test_canvas_names_and_numbers_are_found(room):
    roster = Roster(
        room.file("c.csv", b'Student,ID,SIS Login ID\n"Lovelace, Ada",77,alove\n"Stone, Bob",78,bst\n')
    )
    zipped = room.zip(("lovelaceada_5_1_e.ipynb", notebook()), ("renamed_LATE_78_2_e.ipynb", notebook()))
    assert [outcome.student for outcome in room.collect(zipped, roster=roster)] == ["alove", "bst"]


def test_a_folder_named_by_id_or_email_is_found(room):
    roster = Roster(room.file("c.csv", b"id,email\nAL1,ada@x.org\nbs2,bob@x.org\n"))
    zipped = room.zip(("al1/e.ipynb", notebook()), ("bob@x.org/e.ipynb", notebook()))
    assert [outcome.student for outcome in room.collect(zipped, roster=roster)] == ["AL1", "bs2"]


def test_who_is_not_in_the_roster_or_not_alone_is_told(room):
    roster = Roster(room.file("c.csv", b"id,name\nx1,Ada Lovelace\nx2,Ada Lovelace\nx3,Cy Two\n"))
    cy = [f"Cy Two_{n}_assignsubmission_file/e.ipynb" for n in (1, 2)]
    zipped = room.zip(*((name, notebook()) for name in (f"{ADA}/e.ipynb", f"{BOB}/e.ipynb", *cy)))
    told = {
        outcome.student: outcome.reason for outcome in room.collect(zipped, roster=roster) if outcome.look
    }
    assert "fits x1, x2" in told["ada-lovelace-1234567"] and "is missing" in told["bob-stone-1234568"]
    assert "as others do" in told["cy-two-1"] and "as others do" in told["cy-two-2"]


@pytest.mark.parametrize("text", ["", "colour,size\nred,1\n", "id,name\nAda,x\nada,y\n", "id,name\n"])
def test_a_roster_that_cannot_be_used_says_why(room, text):
    with pytest.raises(RosterError, match="the roster c.csv has"):
        Roster(room.file("c.csv", text.encode()))


# --- The command --------------------------------------------------------------------------------------------


def run(room, *arguments):
    (room.path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.submitted_directory = 'course/submitted'\n"
    )
    return CliRunner().invoke(collect_command.collect, [*map(str, arguments), "--course", str(room.path)])


def test_the_command_ends_with_0_when_all_is_collected(room):
    done = run(room, "error", room.zip((f"{ADA}/e.ipynb", notebook())))
    assert (
        done.exit_code == 0
        and "Collected from 1 student;" in done.output
        and "Nothing needs a look" in done.output
    )


def test_the_command_ends_with_1_when_something_needs_a_look(room):
    done = run(room, "error", room.zip((f"{ADA}/[red]e.ipynb", b"x")), "--dry-run")
    assert done.exit_code == 1 and "nothing was written" in done.output and "[red]" in done.output
    (room.path / "empty").mkdir()
    assert run(room, "error", room.path / "empty").exit_code == 1


def test_the_command_prints_plain_data(room):
    done = run(room, "error", room.zip((f"{ADA}/e.ipynb", notebook())), "--json")
    (only,) = json.loads(done.output)
    assert only["student"] == "ada-lovelace-1234567" and only["what"] == "collected" and only["look"] is False


@pytest.mark.parametrize(
    "arguments", [["error"], ["error", "nowhere.zip"], ["alchemy", "."], ["../error", "."]]
)
def test_the_command_ends_with_2_when_it_is_wrong(room, arguments):
    assert run(room, *arguments).exit_code == 2


def test_a_bad_roster_is_bad_usage(room):
    done = run(room, "error", room.path, "--roster", room.file("c.csv", b"colour\nred\n"))
    assert done.exit_code == 2 and "colour" in done.output


def test_submissions_go_where_nbgrader_is_told_to_look(room):
    assert run(room, "error", room.zip((f"{ADA}/e.ipynb", notebook()))).exit_code == 0
    assert room.got("ada-lovelace-1234567") == notebook()


def test_a_folder_without_a_course_gets_none(room):
    (room.path / "empty").mkdir()
    source = room.zip((f"{ADA}/e.ipynb", notebook()))
    done = CliRunner().invoke(
        collect_command.collect, ["error", str(source), "--course", str(room.path / "empty")]
    )
    assert done.exit_code == 2 and "there is no course in" in done.output
    assert not list((room.path / "empty").iterdir())


def test_who_collects_while_somebody_grades_is_told_to_wait(room):
    source = room.zip((f"{ADA}/e.ipynb", notebook()))
    with alone(room.path):
        done = run(room, "error", source)
        assert done.exit_code == 2 and "somebody else is grading or collecting" in done.output
        assert run(room, "error", source, "--dry-run").exit_code == 0
    assert not room.files()
