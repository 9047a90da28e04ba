"""`tollbook bench questions`: the learner beside four baselines, on real logs and on two kinds of invented analysts.

Real logs are read from `shared/data/queries` beside the project, where there are any. `hit3`, `mrr`, `exact10` and
`unseen10` are means over five folds by person, `online_gain` is prequential; without a prefix they are the mean of
the two simulators, which every machine has. Suggestions are timed on invented usage, dry run included.
"""

import gzip
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tollbook.bench.result import Result
from tollbook.questions import replay
from tollbook.questions.adapters import Neutral, crossfilter, dialogues, largest
from tollbook.questions.analysts import detectives, habits, schema
from tollbook.questions.bank import bank_steps
from tollbook.questions.ground import prepare
from tollbook.questions.learner import Learner
from tollbook.questions.suggesting import suggest
from tollbook.questions.trail import Trail

SEEDS = (0,)
SESSIONS = 100
BASELINES = ("popularity", "last_repeat", "markov", "session_knn")
KEYS = ("hit3", "mrr", "exact10", "unseen10")
SUGGESTIONS = 60


def measure() -> Result:
    """All figures of the learner, and the same of each baseline as yardsticks."""
    invented: dict[str, Neutral] = {
        "habits": (schema(), habits(sessions=SESSIONS)),
        "detectives": (schema(), detectives(sessions=SESSIONS)),
    }
    figures: dict[str, float] = {}
    yardsticks: dict[str, float] = {}
    for name, log in {**invented, **_real(Path.cwd())}.items():
        mine, theirs = _figures(log)
        figures |= {f"{name}.{key}": value for key, value in mine.items()}
        yardsticks |= {f"{name}.{key}": value for key, value in theirs.items()}
    whole = {key: float(np.mean([figures[f"{name}.{key}"] for name in invented])) for key in (*KEYS, "online_gain")}
    base = {
        f"{model}.{key}": float(np.mean([yardsticks[f"{name}.{model}.{key}"] for name in invented]))
        for model in BASELINES
        for key in KEYS
    }
    return Result("questions", {**whole, "p95_ms": _suggestion_p95(), **figures}, {**base, **yardsticks})


def _figures(log: Neutral) -> tuple[dict[str, float], dict[str, float]]:
    folds = replay(*log, protocol="folds", seeds=SEEDS)
    online = replay(*log, protocol="prequential", seeds=SEEDS)
    mine = _flat(folds["models"]["learner"]) | {"online_gain": float(online["online_gain"] or 0)}
    theirs = {f"{name}.{key}": value for name in BASELINES for key, value in _flat(folds["models"][name]).items()}
    return mine, theirs


def _flat(model: dict[str, Any]) -> dict[str, float]:
    values = (model["move"]["hit3"], model["move"]["mrr"], model["exact"]["hit10"], model["unseen"]["hit10"])
    return {key: float(value or 0) for key, value in zip(KEYS, values, strict=True)}


def _real(project: Path) -> dict[str, Neutral]:
    folder = project.parent / "shared" / "data" / "queries"
    found: dict[str, Neutral] = {}
    brushed = folder / "crossfilter" / "crossfilter_sessions.jsonl.gz"
    if brushed.exists():
        with gzip.open(brushed, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        found |= {f"crossfilter_{name}": crossfilter(rows, name) for name in sorted({one["dataset"] for one in rows})}
    talks = [path for name in ("sparc", "cosql") if (path := folder / "sparc_cosql" / f"{name}_dev.json.gz").exists()]
    if talks:
        spoken = [row for path in talks for row in json.loads(gzip.decompress(path.read_bytes()))]
        found |= {f"dialogues_{name}": dialogues(spoken, name) for name in largest(spoken, 2)}
    return found


def _suggestion_p95() -> float:
    """Milliseconds of a whole suggestion: candidates, ranking, dry run, interest, diversity."""
    ground = prepare("bench", _usage(), date(2026, 10, 31), price=0.05, currency="EUR")
    learner = Learner(ground.schema)
    learner.fit(bank_steps())
    taken = []
    for _ in range(SUGGESTIONS):
        start = time.perf_counter()
        suggest(ground, learner, Trail("now", "bench").stand(None))
        taken.append(1000 * (time.perf_counter() - start))
    return float(np.quantile(taken, 0.95))


def _usage() -> pd.DataFrame:
    """Five months of invented usage in the shape of `book.usage`."""
    draw = np.random.default_rng(1)
    names = ["day", "hour", "channel", "country", "status"]
    places = pd.MultiIndex.from_product(
        [pd.date_range("2026-06-01", "2026-10-31"), (8, 12, 17), ("sms", "whatsapp"), ("GB", "US", "DE", "FR"),
         ("delivered", "failed")], names=names,
    )  # fmt: skip
    frame = places.to_frame(index=False)
    frame["messages"] = draw.poisson(np.where(frame["status"] == "delivered", 40, 2)).astype("int64")
    return frame.assign(segments=frame["messages"], direction="mt", network="", category="", campaign="")
