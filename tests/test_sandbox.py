"""The sandbox: what crosses its border, what a submission finds inside, and that it cannot get out."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import ordinary
import pytest

from bplib.activation import ACTIVATIONS
from bplib.grading.sandbox import doctor, remedies
from bplib.grading.sandbox.attacks import ATTACKS
from bplib.grading.sandbox.inside.wire import LARGEST, Opaque, WireError, receive, send
from bplib.grading.sandbox.outside import TURN, Died, Limits, Sandbox
from bplib.grading.work.remote import RemoteCaller

LIMITS = Limits(cell=2, wall=30)
pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)


# What crosses the border ------------------------------------------------------------------------------------------


def sent(value: Any, far: Any = None) -> Any:
    here, there = socket.socketpair()
    with here, there:
        send(here, value, lambda _: 7)
        return receive(there, far)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -2.5, "é", [1, [2]], (1, "a"), {"W1": 1, 2: "b"}, np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(8)[::2], np.float32(2.5), np.zeros((0, 3)),
        np.array(4), np.array([True, False]), np.array([1 + 2j]), np.array([np.nan, np.inf]), float("inf"),
    ],
)  # fmt: skip
def test_plain_values_and_real_arrays_travel_as_they_are(value):
    back = sent(value)
    assert type(back) is type(value)
    np.testing.assert_equal(back, value)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype and back.flags.f_contiguous == value.flags.f_contiguous
        assert back.flags.writeable


def test_a_generator_goes_on_where_it_was_and_named_fields_stay():
    rng = np.random.default_rng(3)
    rng.normal(size=5)
    back = sent({"rng": rng, "bend": ACTIVATIONS["tanh"]}, lambda number: lambda *_: number)
    assert back["rng"].normal() == rng.normal()
    assert back["bend"].forward(1.0) == 7 and back["bend"].name == "tanh"


def test_what_is_no_value_travels_as_its_name():
    back = sent([object(), slice(2), np.array([None])])
    assert [type(part) for part in back] == [Opaque] * 3
    assert [part.kind for part in back] == ["object", "slice", "ndarray"]


class _Loss(float):
    pass


class _Rows(list):
    pass


class _Named(dict):
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (_Loss(2.5), 2.5),
        (_Rows([1, _Loss(2)]), [1, 2.0]),
        (_Named(W1=_Loss(1)), {"W1": 1.0}),
        (deque([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (Fraction(1, 4), 0.25),
    ],
)
def test_what_is_a_number_a_list_or_a_dictionary_of_another_class_travels_as_a_plain_one(value, plain):
    came = sent(value)
    assert type(came) is type(plain) and came == plain


def test_sets_and_the_dictionaries_of_the_library_travel_as_plain_ones():
    given = [{1, "W1"}, {frozenset({2.5})}, defaultdict(set, {3: {"b1"}}), OrderedDict(a=1), Counter("aab")]
    back = sent(given)
    assert back == given
    assert [type(part) for part in back] == [set, set, dict, dict, dict]


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\0\x02\0\0\0\0{]",
        b"\0\0\0\x0d\0\0\0\0" + b'{"is":"array"',
        *(
            len(head).to_bytes(4, "big") + b"\0\0\0\x08" + head + b"01234567"
            for head in (
                b'{"is":"array","dtype":"O","shape":[1],"order":"C","spaced":false,"at":0}',
                b'{"is":"array","dtype":"<f8","shape":[99],"order":"C","spaced":false,"at":0}',
                b'{"is":"array","dtype":"<f8","shape":[1],"order":"C","spaced":false,"at":-8}',
                b'{"is":"array","dtype":"<f8","shape":[-1],"order":"C","spaced":false,"at":0}',
                b'{"is":"dict","pairs":[[[],1]]}',
                b"[" * 200 + b"]" * 200,
            )
        ),
    ],
)
def test_forged_frames_are_no_messages(frame):
    here, there = socket.socketpair()
    with here, there:
        here.sendall(frame)
        here.close()
        with pytest.raises(WireError):
            receive(there)


# Inside ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def box():
    with Sandbox() as opened:
        yield opened


def test_outputs_are_those_of_a_notebook(box):
    with box.submission(Limits(cell=25)) as submission:
        outputs = submission.run(
            "import sys\nprint('out'); print('err', file=sys.stderr)\ndisplay(3)\n{'a': 1}"
        )
        kinds = [output["output_type"] for output in outputs]
        assert kinds == ["stream", "stream", "display_data", "execute_result"]
        assert outputs[-1]["data"]["text/plain"] == "{'a': 1}"
        said, error = submission.run("print('so far'); 1/0")
        assert said["text"] == "so far\n"
        assert error["ename"] == "ZeroDivisionError" and "1/0" in "".join(error["traceback"])
        figure = submission.run("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
        assert any("image/png" in output.get("data", {}) for output in figure)


def test_what_a_cell_has_used_is_seen_before_the_next_task_begins(box, monkeypatch):
    """And between two answers it is looked up once."""
    busy = "import time\nends = time.process_time() + 1\nwhile time.process_time() < ends: pass"
    looks, look = [], box._usage
    monkeypatch.setattr(box, "_usage", lambda: looks.append(1) or look())
    with box.submission(Limits()) as submission:
        caller = RemoteCaller(submission)
        submission.run("x = 1")
        before = caller.clock()
        assert caller.clock() - before < 0.3 and len(looks) == 1
        submission.run(busy)
        assert caller.clock() - before > 0.5 and len(looks) == 2


def test_pictures_are_kept_whole_or_not_at_all_and_texts_are_cut(box):
    show = "from IPython.display import display\ndisplay({{'image/png': 'A' * {n}, 'text/plain': 'B' * {n}}}, raw=True)"
    with box.submission(LIMITS) as submission:
        for n, kept, cut in ((90_000, 90_000, False), (900_000, 900_000, True), (1_100_000, 0, True)):
            (output,) = submission.run(show.format(n=n))
            assert len(output["data"]["image/png"]) == kept
            assert output["data"]["text/plain"].endswith("not kept") == cut


def test_functions_are_called_with_values_streams_and_questions(box):
    with box.submission(LIMITS) as submission:
        submission.run("def f(x, g, rng):\n    x *= 2\n    return {'a': g(x), 'r': rng.normal()}")
        asked = {"x": np.arange(3.0), "g": lambda x: x.sum(), "rng": np.random.default_rng(1)}
        (answer,) = submission.calls("f", [asked], 2)
    assert answer["result"] == {"a": 6.0, "r": np.random.default_rng(1).normal()}
    assert answer["changed"] == ["x", "rng"]


def test_each_result_is_what_it_was_when_it_was_returned(box):
    shared = "import numpy as np\nkept = np.zeros(2)\ndef f(x):\n    kept[:] = x\n    return kept"
    with box.submission(LIMITS) as submission:
        submission.run(shared)
        answers = submission.calls("f", [{"x": k} for k in range(3)], 2)
    assert [answer["result"].tolist() for answer in answers] == [[0, 0], [1, 1], [2, 2]]


@pytest.mark.parametrize(
    ("body", "made"),
    [("return x", 4), ("return 1 / (2 - x)", 3), ("time.sleep(0.6 * TURN); return x", 2)],
)
def test_a_call_that_fails_or_takes_long_is_the_last_of_its_turn(box, body, made):
    with box.submission(LIMITS) as submission:
        submission.run(f"import time; TURN = {TURN}\ndef f(x):\n    {body}")
        answers = submission.calls("f", [{"x": k} for k in range(4)], 5)
    assert len(answers) == made


def test_results_too_large_for_one_message_come_one_by_one(box):
    large = "import numpy as np\ndef f(n):\n    return np.zeros(n, dtype=np.int8)"
    with box.submission(LIMITS) as submission:
        submission.run(large)
        sizes = [{"n": 3 * LARGEST // 4}, {"n": 3 * LARGEST // 4}, {"n": 2 * LARGEST}]
        (alone,) = submission.calls("f", sizes, 5)
        (never,) = submission.calls("f", sizes[2:], 5)
    assert alone["result"].nbytes == 3 * LARGEST // 4 and "too_large" in never


def test_what_a_function_shows_is_no_output_of_the_next_cell(box):
    with box.submission(LIMITS) as submission:
        submission.run(
            "import sys\ndef f(x):\n    display(x)\n    sys.displayhook(x)\n    print(x)\n    return x"
        )
        (answer,) = submission.calls("f", [{"x": 1}], 2)
        (shown,) = submission.run("display(2)")
    assert answer["result"] == 1 and shown["data"]["text/plain"] == "2"


@pytest.mark.parametrize("forged", ["[]", "[1]", "[{}] * 9", "{'result': 1}", "None"])
def test_forged_answers_to_calls_are_none(box, forged):
    serving = f"""
import sys
serve = sys.modules["bplib.grading.sandbox.inside.serve"]
serve.send_each = lambda sock, messages: serve.send(sock, {forged})
def f(x):
    return x
"""
    with box.submission(LIMITS) as submission, pytest.raises(Died, match="no answer"):
        submission.run(serving)
        submission.calls("f", [{"x": 1}, {"x": 2}], 2)


def test_nothing_of_one_submission_reaches_the_next(box):
    with box.submission(LIMITS) as submission:
        submission.run(
            "import numpy as np, builtins\nnp.leak = builtins.leak = 1\nopen('/tmp/leak', 'w').close()"
        )
        submission.run("open('/dev/shm/leak', 'w').close()")
    with box.submission(LIMITS) as submission:
        (output,) = submission.run(
            "import os, numpy as np, builtins\n"
            "hasattr(np, 'leak'), hasattr(builtins, 'leak'), os.listdir('/tmp'), os.listdir('/dev/shm')"
        )
    assert output["data"]["text/plain"] == "(False, False, [], [])"


def test_the_machine_has_no_name(box):
    with box.submission(LIMITS) as submission:
        (output,) = submission.run("import os, socket\nos.uname().nodename, socket.gethostname()")
    assert output["data"]["text/plain"] == "('sandbox', 'sandbox')"


def test_a_process_that_ends_itself_is_told_and_the_next_is_fresh(box):
    with box.submission(LIMITS) as submission, pytest.raises(Died, match="ended"):
        submission.run("import os; os._exit(0)")
    with box.submission(LIMITS) as submission:
        assert submission.run("1 + 1")[0]["data"]["text/plain"] == "2"


def test_a_students_figures_are_drawn_and_the_concepts_stay_away(box):
    with box.submission(Limits(cell=25)) as submission:
        (shown,) = submission.run(
            "from bplib import plots\nfig, ax = plots.figure()\nax.plot([1, 2])\n"
            "plots.show(fig, 'A line that rises from one to two.')"
        )
        assert "<svg" in shown["data"]["text/html"]
        assert submission.run("plots.learning_curves([0.9, 0.5])")[-1]["output_type"] == "execute_result"
        for source in ("import bplib.error", "from bplib import error", "plots.activation_curves(['tanh'])"):
            (error,) = submission.run(source)
            assert "not there when your work is graded" in error["evalue"], source


# The doctor ------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_every_limit_in_force(tmp_path):
    secret = tmp_path / "secret"
    secret.touch()
    findings = list(doctor.examine(secret))
    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) == len(ATTACKS) + 5 == len({finding.what for finding in findings})


DOCTOR = (sys.executable, "-m", "bplib.grading", "doctor")
#: These do no harm where nothing holds them back.
HARMLESS = (
    "your files are out of sight", "no answers of the course", "a /tmp of its own", "no network",
    "no socket of your programs", "no other process in sight", "no files without a name",
    "nothing passes to the next submission",
)  # fmt: skip


def test_without_a_box_the_attacks_get_through_and_each_has_a_remedy(tmp_path):
    secret, notes = tmp_path / "secret", [Path("/tmp/bplib-doctor"), Path("/dev/shm/bplib-doctor")]
    secret.touch()
    with Sandbox(contained=False) as nothing, doctor._yours(secret) as words:
        chosen = [attack for attack in ATTACKS if attack.what in HARMLESS]
        findings = [doctor._finding(nothing, attack, words) for attack in chosen]
    for note in notes:
        note.unlink(missing_ok=True)
    assert {finding.what for finding in findings if not finding.holds} == set(HARMLESS)
    assert all(finding.remedy for finding in findings)


APPARMOR, DENIED = "/etc/apparmor.d/bwrap", "Operation not permitted"
#: What bubblewrap says, where, and what then helps.
SAID = {
    "Ubuntu 24.04": ("setting up uid map: Permission denied", APPARMOR),
    "Ubuntu's network": (f"loopback: Failed RTM_NEWADDR: {DENIED}", APPARMOR),
    "Debian": (
        "No permissions to create new namespace, likely because …",
        "kernel.unprivileged_userns_clone=1",
    ),
    "none left": ("Creating new namespace failed: nesting depth or … exceeded", "user.max_user_namespaces"),
    "root in a container": (f"Creating new namespace failed: {DENIED}", "an ordinary user"),
    "root with more rights": ("loopback: Failed RTM_NEWADDR: No child processes", "an ordinary user"),
    "root with most rights": (f"pivot_root: {DENIED}", "an ordinary user"),
    "WSL1": (
        "Creating new namespace failed, likely because the kernel does not support user namespaces",
        "WSL2",
    ),
    "a masked /proc": (f"Can't mount proc on /newroot/proc: {DENIED}", "systempaths=unconfined"),
    "Docker's AppArmor": ("Failed to make / slave: Permission denied", "apparmor=unconfined"),
    "SELinux": ("Failed to mount tmpfs: Permission denied", "label=disable"),
    "Ubuntu 20.04": ("Unknown option --perms", "0.5.0"),
    "a private Python": ("execvp /root/.venv/bin/python: Permission denied", "make PYTHON="),
}


@pytest.mark.parametrize("where", SAID)
def test_the_doctor_knows_what_helps(where, tmp_path, monkeypatch):
    said, helps = SAID[where]
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'END'\nbwrap: {said}\nEND\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (finding,) = doctor.examine(tmp_path)
    assert not finding.holds and said in finding.seen
    assert helps in finding.remedy


def test_the_doctor_says_what_to_install_and_where_to_go(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = doctor.examine(tmp_path)
    assert "not installed" in finding.seen and "apt install bubblewrap" in finding.remedy
    monkeypatch.setattr(sys, "platform", "darwin")
    (finding,) = doctor.examine(tmp_path)
    assert "needs Linux" in finding.seen and "Lima" in finding.remedy


@pytest.mark.parametrize(
    "refused, helps",
    [
        ("namespaces of its own: Operation not permitted", remedies.NAMESPACES),
        ("/proc/self/uid_map: Permission denied", remedies.APPARMOR),
        ("private mounts: Permission denied", remedies.APPARMOR),
        ("its own /tmp: Permission denied", remedies.APPARMOR),
        (
            "a filter of system calls: those of riscv64 with a Python of 64 bits are not listed",
            remedies.MACHINE,
        ),
    ],
)
def test_what_the_kernel_refuses_inside_has_a_remedy_too(refused, helps):
    assert remedies.remedy(f"the kernel refuses the sandbox {refused}.") == helps


def test_on_a_machine_whose_calls_are_not_listed_the_doctor_says_so():
    """The kernel calls itself by another name here, as it does for programs of 32 bits."""
    pretended = {"x86_64": "i686", "aarch64": "armv8l"}[platform.machine()]
    examined = subprocess.run(["setarch", pretended, *DOCTOR], capture_output=True, text=True, check=False)
    assert examined.returncode == 3 and remedies.MACHINE in examined.stdout, examined
    assert f"those of {pretended}" in " ".join(examined.stdout.split())


# As an ordinary user ---------------------------------------------------------------------------------------------


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder below which an ordinary user may do everything; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="bplib-home-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def forbidden(home: Path) -> bool:
    """Whether this machine's kernel lets no ordinary user have a namespace."""
    return ordinary.run(["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"], home).returncode != 0


def test_an_ordinary_user_has_a_sandbox_or_is_told_what_forbids_it(home):
    examined = ordinary.run([*DOCTOR, "--json"], home)
    findings = json.loads(examined.stdout or "[]")
    if forbidden(home):
        assert examined.returncode == 3, examined
        assert [f["holds"] for f in findings] == [False] and findings[0]["remedy"], findings
        return
    assert [f for f in findings if not f["holds"]] == [] and len(findings) == len(ATTACKS) + 5, examined
    assert examined.returncode == 0
    assert list(home.glob(".bplib-doctor*")) == []


ENTRIES = "attack_mount or attack_ptrace or attack_memory_of_many or attack_other_processes or attack_descriptors or leak"


def test_hostile_submissions_get_no_further_for_an_ordinary_user(home):
    if forbidden(home):
        pytest.skip("no ordinary user has a sandbox here; the test above says so")
    deep = home / "a" / "b"
    ordinary.run(["mkdir", "-p", str(deep)], home)
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={deep / 'c'}"]
    tests = ordinary.REPOSITORY / "tests" / "test_corpus.py"
    again = ordinary.run([*program, "-k", f"deserves and ({ENTRIES})", str(tests)], home, CI="true")
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr[-1000:]
    assert int(re.search(r"(\d+) passed", again.stdout)[1]) >= 7 and "skipped" not in again.stdout


#: As Docker's own filter does, which leaves sockets alone.
NO_NAMESPACES = """
import ctypes, os, sys
from bplib.grading.sandbox.inside import syscalls
calls = syscalls._MACHINES[os.uname().machine][1]
del calls["socket"], calls["socketpair"]
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
syscalls.refuse()
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_where_namespaces_are_forbidden_the_doctor_says_so_and_how_to_allow_them(home):
    examined = ordinary.run([sys.executable, "-c", NO_NAMESPACES, *DOCTOR], home)
    assert examined.returncode == 3, examined
    assert "✗ bubblewrap builds a sandbox" in examined.stdout and "namespace" in examined.stdout
    assert remedies.NAMESPACES in examined.stdout


def test_where_a_container_hides_a_part_of_proc_the_doctor_says_so(home):
    examined = ordinary.run(DOCTOR, home, hidden=["/proc/version"])
    assert examined.returncode == 3, examined
    if not forbidden(home):
        assert "mount proc" in examined.stdout and remedies.CONTAINER in examined.stdout
