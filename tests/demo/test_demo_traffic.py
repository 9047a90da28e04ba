"""The traffic against the figures it is calibrated to."""

from datetime import date

import numpy as np
import pandas as pd
import phonenumbers
import pytest

from tollbook.demo.days import black_friday, waves
from tollbook.demo.destinations import COUNTRIES, DESTINATIONS, UnknownDestination, country_index, draw_numbers
from tollbook.demo.hours import hour_profiles
from tollbook.demo.install import install_parameters
from tollbook.demo.receipts import DELIVERED, is_late
from tollbook.demo.texts import texts
from tollbook.demo.traffic import Traffic, hour_starts, make_traffic
from tollbook.demo.world import HEBREW, LATIN, WORLD
from tollbook.period import days_between
from tollbook.rating.contracts import read_client
from tollbook.usage.segments import segment

DAYS = days_between(date(2025, 10, 1), date(2026, 3, 31))


def traffic_of(client: str, folder: pytest.TempPathFactory, scale: float = 1.0) -> Traffic:
    path = folder.mktemp("p")
    install_parameters(path)
    found = read_client(path / "clients" / f"{client}.yaml")
    return make_traffic(found, WORLD[client], DAYS, scale=scale, rng=np.random.default_rng(3))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    return traffic_of("carmel-clinic", tmp_path_factory)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    return traffic_of("harbour-bank", tmp_path_factory, scale=0.3)


def local_times(traffic: Traffic) -> pd.Series:
    return pd.to_datetime(traffic.rows["submitted"], unit="ms", utc=True).dt.tz_convert(traffic.client.time_zone)


def test_the_business_profile_meets_the_published_facts() -> None:
    share = hour_profiles()["business"]
    assert share[10] == pytest.approx(0.112, abs=0.001)
    assert share[9:12].sum() == pytest.approx(0.325, abs=0.01)
    assert share.argmin() == 2
    assert (share * (np.arange(24) + 0.5)).sum() == pytest.approx(12 + 13 / 60, abs=0.5)


def test_passcodes_keep_their_hours_by_the_client_clock(bank: Traffic) -> None:
    passcodes = bank.rows["stream"] == 0
    shares = local_times(bank)[passcodes].dt.hour.value_counts(normalize=True).sort_index()
    assert np.abs(shares.to_numpy() - hour_profiles()["otp"]).max() < 0.004
    assert shares[19] > shares[14]


def test_reminders_are_sent_by_day(clinic: Traffic) -> None:
    assert local_times(clinic).dt.hour.between(8, 17).all()


def test_the_clinic_works_sunday_to_thursday(clinic: Traffic) -> None:
    by_day = local_times(clinic).dt.day_name().value_counts()
    assert by_day["Saturday"] < 0.1 * by_day["Tuesday"]
    assert by_day["Friday"] < 0.5 * by_day["Tuesday"]
    assert by_day["Sunday"] > 0.8 * by_day["Tuesday"]


def test_office_traffic_peaks_in_midweek_and_rests_on_holidays() -> None:
    alerts = WORLD["harbour-bank"][1]
    base = pd.Series(waves(alerts, DAYS, "GB")[0].expected, index=pd.DatetimeIndex(DAYS))
    by_day = base.groupby([day.weekday() for day in DAYS]).mean()
    assert by_day.idxmax() == 2
    assert by_day.idxmin() == 6
    assert base["2025-12-25"] < 0.6 * base["2025-12-18"]


def test_volumes_grow_to_the_level_that_is_asked_for() -> None:
    passcodes = WORLD["harbour-bank"][0]
    days = days_between(date(2025, 9, 1), date(2026, 9, 30))
    base = waves(passcodes, days, "GB")[0].expected
    assert base[:30].sum() == pytest.approx(passcodes.monthly, rel=0.05)
    assert base[-30:].sum() == pytest.approx(passcodes.monthly * passcodes.growth, rel=0.05)


def test_black_friday_is_the_retailers_greatest_day() -> None:
    assert black_friday(2025) == date(2025, 11, 28)
    days = days_between(date(2025, 9, 1), date(2026, 8, 31))
    streams = WORLD["marigold-retail"]
    total = sum(wave.expected for stream in streams for wave in waves(stream, days, "US"))
    assert days[int(np.argmax(total))] == date(2025, 11, 28)
    names = {wave.campaign for wave in waves(streams[2], days, "US") if wave.campaign}
    assert {"black-friday-2025", "halloween-2025", "club-offer-2026-01"} <= names


@pytest.mark.parametrize(("client", "stream", "mix"), [("clinic", 0, HEBREW), ("bank", 1, LATIN)])
def test_segment_mix(request: pytest.FixtureRequest, client: str, stream: int, mix: tuple[float, ...]) -> None:
    rows = request.getfixturevalue(client).rows
    found = rows.loc[rows["stream"] == stream, "segments"].value_counts(normalize=True).sort_index()
    assert np.abs(found.to_numpy() - np.array(mix)).max() < 0.015


@pytest.mark.parametrize("language", ["he", "en", "de"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_texts_take_the_segments_they_say(language: str, count: int) -> None:
    assert {segment(text).segments for text in texts(language, count)} == {count}


def test_delivery_and_latency(bank: Traffic) -> None:
    rows = bank.rows[bank.rows["stream"] < 2]
    assert (rows["outcome"] == DELIVERED).mean() == pytest.approx(0.971, abs=0.004)
    received = rows[rows["outcome"] == DELIVERED]
    assert 4_000 < received["latency"].median() < 7_500
    late = is_late(rows["outcome"].to_numpy(), rows["latency"].to_numpy())
    assert late.mean() == pytest.approx(0.01, abs=0.002)
    assert rows["latency"].max() <= 72 * 3_600_000


@pytest.mark.parametrize("country", COUNTRIES)
def test_numbers_parse_to_their_country(country: str) -> None:
    rng = np.random.default_rng(1)
    for number in draw_numbers(rng, DESTINATIONS[country], 200, keep_free=2):
        parsed = phonenumbers.parse(f"+{number}", None)
        region = phonenumbers.region_code_for_number(parsed)
        # Ranges kept free for fiction are in no operator's plan: there the calling code tells the country.
        assert (region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)) == country
        assert phonenumbers.is_possible_number(parsed)


def test_a_country_without_numbers_is_named() -> None:
    with pytest.raises(UnknownDestination, match="'XX'"):
        country_index("XX")


def test_hours_follow_the_clock_over_a_change() -> None:
    starts = hour_starts([date(2026, 3, 28), date(2026, 3, 29)], "Europe/London")
    assert starts[0, 12] == pd.Timestamp("2026-03-28T12:00Z").value // 10**6
    assert starts[1, 12] == pd.Timestamp("2026-03-29T11:00Z").value // 10**6
