"""`tollbook bench questions`: the learner beside four baselines, on real logs and on three kinds of invented analysts.

Real logs are read from the folder that `TOLLBOOK_BENCH_QUESTIONS` names, else from `shared/data/queries` beside the
project: recorded brushing sessions, dialogues, and any folder below it with `schema.json` and `sessions.jsonl`.
`hit3`, `mrr`, `exact10` and `unseen10` are means over five folds by person, `online_gain` is prequential; without a
prefix they are the mean over the real logs, or over the simulators where there are none; `popularity.hit3` and so on
are the same of each baseline. `recall`: next questions that were among the candidates at all. `captures` is held to the
published shares of a log of another domain that cannot be had here; `captures.ceiling` is what who knows how they are
made could score at most. `p95_ms` is a whole suggestion on a year of invented usage, dry run included.
"""

import gzip
import json
import os
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tollbook.bench.result import Goal, Result
from tollbook.questions import captures, replay
from tollbook.questions.adapters import Neutral, crossfilter, dialogues, largest
from tollbook.questions.analysts import detectives, habits, schema
from tollbook.questions.bank import BANK, bank_steps
from tollbook.questions.ground import Ground, prepare
from tollbook.questions.learner import Learner, walk
from tollbook.questions.question import to_view
from tollbook.questions.steps import Step
from tollbook.questions.suggesting import suggest

SEEDS = (0,)
SESSIONS = 60
CAPTURES = 160  # sessions: as many as the largest of the four real captures has
FOLDER = "TOLLBOOK_BENCH_QUESTIONS"
MODELS = ("learner", "popularity", "last_repeat", "markov", "session_knn")
KEYS = ("hit3", "mrr", "exact10", "unseen10", "recall", "online_gain", "p95_ms")
SUGGESTIONS = 200
# Asked for on a log that nobody here has seen.
LEAST = {"hit3": 0.55, "mrr": 0.50, "exact10": 0.62, "unseen10": 0.38, "online_gain": 0.08}
MOST_MS = 50.0


def measure() -> Result:
    """All figures of the learner and of each baseline; by log as yardsticks."""
    invented: dict[str, Neutral] = {
        "habits": (schema(), habits(sessions=SESSIONS)),
        "detectives": (schema(), detectives(sessions=SESSIONS)),
        "captures": (captures.schema(), captures.sessions(people=40, count=CAPTURES)),
    }
    real = _real(Path(os.environ.get(FOLDER) or Path.cwd().parent / "shared" / "data" / "queries"))
    found = {name: _timed(name, log) for name, log in {**invented, **real}.items()}
    headline = real or invented
    figures = {
        key if model == "learner" else f"{model}.{key}": float(np.mean([found[name][model, key] for name in headline]))
        for model in MODELS for key in KEYS
    }  # fmt: skip
    by_log = {f"{name}.{'' if model == 'learner' else model + '.'}{key}": value
              for name, each in found.items() for (model, key), value in each.items()}  # fmt: skip
    by_log |= _ceiling()
    figures["p95_ms"] = _suggestion_p95()
    goals = [Goal(key, figures[key], least=least) for key, least in LEAST.items()]
    goals.append(Goal("p95_ms", figures["p95_ms"], most=MOST_MS))
    return Result("questions", figures, {"real_logs": len(real), **by_log}, goals)


def _timed(name: str, log: Neutral) -> dict[tuple[str, str], float]:
    """The figures of a log; a line on stderr says that it is done and how long it took."""
    start = time.perf_counter()
    found = _figures(log)
    sys.stderr.write(f"{name}: {len(log[1])} steps replayed in {time.perf_counter() - start:.0f} s\n")
    sys.stderr.flush()
    return found


def _figures(log: Neutral) -> dict[tuple[str, str], float]:
    folds = replay(*log, protocol="folds", seeds=SEEDS)["models"]
    online = replay(*log, protocol="prequential", seeds=SEEDS)["models"]
    found: dict[tuple[str, str], float] = {}
    for model in MODELS:
        one, frozen = folds[model], online["frozen" if model == "learner" else f"{model}_frozen"]
        gain = (online[model]["move"]["hit3"] or 0) - (frozen["move"]["hit3"] or 0)
        values = (one["move"]["hit3"], one["move"]["mrr"], one["exact"]["hit10"], one["unseen"]["hit10"],
                  one["exact"]["recall"], gain, one["p95_ms"])  # fmt: skip
        found |= {(model, key): float(value or 0) for key, value in zip(KEYS, values, strict=True)}
    return found


def _ceiling() -> dict[str, float]:
    """The most that anyone could score on the invented captures."""
    best: Any = captures.ceiling(people=40, count=CAPTURES)
    return {"captures.ceiling.hit3": best["move"]["hit3"], "captures.ceiling.mrr": best["move"]["mrr"],
            "captures.ceiling.exact10": best["exact"]["hit10"]}  # fmt: skip


def _real(folder: Path) -> dict[str, Neutral]:
    found: dict[str, Neutral] = {}
    brushed = folder / "crossfilter" / "crossfilter_sessions.jsonl.gz"
    if brushed.exists():
        rows = [json.loads(line) for line in gzip.decompress(brushed.read_bytes()).splitlines()]
        found |= {f"crossfilter_{name}": crossfilter(rows, name) for name in sorted({one["dataset"] for one in rows})}
    talks = [path for name in ("sparc", "cosql") if (path := folder / "sparc_cosql" / f"{name}_dev.json.gz").exists()]
    if talks:
        spoken = [row for path in talks for row in json.loads(gzip.decompress(path.read_bytes()))]
        found |= {f"dialogues_{name}": dialogues(spoken, name) for name in largest(spoken, 2)}
    for about in sorted(folder.glob("**/schema.json")) if folder.is_dir() else ():
        steps = (about.parent / "sessions.jsonl").read_text("utf-8").splitlines()
        found[about.parent.name] = (json.loads(about.read_text("utf-8")), [json.loads(one) for one in steps if one])
    return found


def _suggestion_p95() -> float:
    """Milliseconds of a whole suggestion: candidates, ranking, dry run, interest, diversity."""
    ground = prepare("bench", _usage(), date(2026, 10, 31), price=0.05, currency="EUR")
    learner = Learner(ground.schema)
    asked = _asked(ground)
    learner.fit([*bank_steps(), *asked])
    taken = []
    for stand, _ in list(walk(asked))[:SUGGESTIONS]:
        start = time.perf_counter()
        suggest(ground, learner, stand)
        taken.append(1000 * (time.perf_counter() - start))
    return float(np.quantile(taken, 0.95))


def _asked(ground: Ground) -> list[Step]:
    """Three hundred invented sessions of three questions about this usage: enough for the rankers to be fitted."""
    draw = np.random.default_rng(2)
    steps = []
    for session in range(300):
        question = BANK[int(draw.integers(len(BANK)))]
        for number in (1, 2, 3):
            steps.append(Step(f"s{session}", f"u{session % 12}", number, number - 1 or None, None, to_view(question)))
            column = ("country", "channel", "campaign", "network")[int(draw.integers(4))]
            value = ground.schema.fields[column].top[int(draw.integers(3))]
            question = (
                replace(question, filters=((column, "=", value),)) if draw.random() < 0.5
                else replace(question, dimensions=(column,), order=None)
            )  # fmt: skip
    return steps


def _usage() -> pd.DataFrame:
    """Fourteen months of invented usage in the shape of `book.usage`: some 300,000 cells."""
    draw = np.random.default_rng(1)
    days = pd.date_range("2025-09-01", "2026-10-31")
    size = len(days) * 700
    countries = np.array(["GB", "US", "DE", "FR", "IL", "ES", "IT", "NL"])
    place = draw.integers(len(countries), size=size)
    failed = draw.random(size) < 0.04
    messages = draw.poisson(12, size) + 1
    return pd.DataFrame({
        "day": np.repeat(days, 700), "hour": draw.integers(6, 22, size), "direction": "mt",
        "channel": np.array(["sms", "whatsapp", "rcs"])[draw.integers(3, size=size)], "country": countries[place],
        "network": np.char.add(countries[place], draw.integers(1, 4, size).astype(str)),
        "category": np.array(["otp", "marketing", "service"])[draw.integers(3, size=size)],
        "campaign": np.array(["", "autumn", "spring", "alerts", "codes"])[draw.integers(5, size=size)],
        "status": np.where(failed, "failed", "delivered"), "messages": messages, "segments": messages,
    })  # fmt: skip
