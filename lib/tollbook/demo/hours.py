"""Hour-of-day profiles: which share of a day's messages falls into each local hour.

`hours.csv` holds them in per cent. `business` is fitted to four published facts about 9.6 million UK business
messages (11.2 % between 10 and 11, almost a third from 9 to 12, mean 12:13, lowest from 2 to 3). The others are our
own assumptions: `otp` flatter with an evening shoulder, `reminder` within 9 to 17, `travel` with an early start,
`blast` a campaign that leaves at 10, `alert` a warning that is repeated into the evening.
"""

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@cache
def hour_profiles() -> dict[str, NDArray[np.float64]]:
    """Profile name -> 24 shares that add up to 1."""
    with files(__package__).joinpath("hours.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "hour"]
    shares = {name: np.array([float(row[name]) for row in rows]) for name in names}
    return {name: share / share.sum() for name, share in shares.items()}
