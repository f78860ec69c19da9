"""Measure an epoch of each contestant and keep the result as data for the book: ``make bench``.

Writes ``book/_data/benchmarks.json``.
"""

from __future__ import annotations

import json
import platform
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import sklearn
from contestants import SAMPLES, SETTINGS, best_seconds

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "book" / "_data" / "benchmarks.json"


def record(target: Path, versions: dict[str, str], results: dict[str, object]) -> None:
    """Write what was measured, with where it comes from."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    origin = {
        "command": "make bench",
        "commit": commit.stdout.strip(),
        "versions": {"python": platform.python_version(), "numpy": np.__version__, **versions},
        "date": date.today().isoformat(),
    }
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(origin | results, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {target.relative_to(ROOT)}")


def main() -> None:
    rows = []
    for setting in SETTINGS:
        for name, seconds in best_seconds(setting).items():
            rows.append({"setting": str(setting), "name": name, "seconds": round(seconds, 5)})
            print("{setting:24} {name:24} {seconds:.4f} s".format(**rows[-1]))
    record(TARGET, {"scikit-learn": sklearn.__version__}, {"samples": SAMPLES, "rows": rows})


if __name__ == "__main__":
    main()
