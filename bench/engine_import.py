"""How long a process spends on `import assessment`, which brings neither numpy nor Django with it.

Each round is a process of its own; its processor time from before the import to after it counts.
"""

import json
import statistics
import subprocess
import sys
from typing import Final

from creditportal.embedded.places import CHECKOUT

RUNS: Final = 11
MOST_SECONDS: Final = 0.1
UNWANTED: Final = ("numpy", "django", "yaml")
PROGRAM: Final = """
import sys, time
started = time.process_time()
import assessment
print(time.process_time() - started, *sorted(sys.modules))
"""


def main() -> int:
    """Measure and print; 0 when the median is short enough and nothing unwanted came along."""
    rounds = [_import() for _ in range(RUNS)]
    seconds = statistics.median(spent for spent, _ in rounds)
    brought = sorted({name for _, modules in rounds for name in UNWANTED if name in modules})
    holds = seconds <= MOST_SECONDS and not brought
    if "--json" in sys.argv[1:]:
        line = {"name": "engine_import", "ours": seconds, "other": None, "unit": "s"}
        line |= {"ratio": seconds / MOST_SECONDS, "goal": 1.0, "holds": holds, "runs": RUNS}
        print(json.dumps(line))
    else:
        verdict = "holds" if holds else "MISSED"
        also = f"brings {', '.join(brought)}" if brought else "brings neither numpy nor Django"
        print(f"engine_import: {seconds:.3f} s, goal {MOST_SECONDS} s, {also}: {verdict}")
    return 0 if holds else 1


def _import() -> tuple[float, list[str]]:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    spent, *modules = done.stdout.split()
    return float(spent), modules


if __name__ == "__main__":
    sys.exit(main())
