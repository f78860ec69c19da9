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


def main() -> None:
    rows = []
    for setting in SETTINGS:
        for name, seconds in best_seconds(setting).items():
            rows.append({"setting": str(setting), "name": name, "seconds": round(seconds, 5)})
            print("{setting:24} {name:24} {seconds:.4f} s".format(**rows[-1]))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    record = {
        "command": "make bench",
        "commit": commit.stdout.strip(),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "date": date.today().isoformat(),
        "samples": SAMPLES,
        "rows": rows,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
