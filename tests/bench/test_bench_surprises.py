"""What the bench plants is what it says."""

import numpy as np
import pytest

from tollbook.bench.surprises import Client, look


def _errors(client: Client) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    counts = client.counts(1)
    quiet = Client(noise=0.0, days=client.days).counts(1)
    return np.asarray(np.log(counts / quiet), dtype=float)


@pytest.mark.parametrize("freedom", [0, 4])
@pytest.mark.parametrize("alike", [0.0, 0.5])
def test_noise_has_its_size_and_its_likeness(freedom: int, alike: float) -> None:
    error = _errors(Client(noise=0.1, alike=alike, freedom=freedom, days=20_000))
    assert error.std() == pytest.approx(0.1, rel=0.05)
    assert np.corrcoef(error[1:], error[:-1])[0, 1] == pytest.approx(alike, abs=0.03)


def test_a_shift_begins_ten_to_twentyfour_days_before_the_end() -> None:
    for seed in range(20):
        client = Client()
        ratio = (client.counts(seed, shift=0.2) / client.counts(seed)).to_numpy()
        assert 10 <= (ratio > 1.1).sum() <= 24
        assert ratio[-1] == pytest.approx(1.2, rel=0.01)


def test_what_is_possible_falls_with_noise_and_likeness() -> None:
    assert Client(noise=0.05).possible(0.2) > 0.99
    assert Client(noise=0.3).possible(0.2) > Client(noise=0.3, alike=0.5).possible(0.2)
    assert Client(noise=0.3, alike=0.5).possible(0.2) < 0.5


def test_a_look_gives_shares() -> None:
    found = look(Client(noise=0.05), 3)
    assert (found["announced"], found["shift"], found["day"]) == (0, 1, 1)
