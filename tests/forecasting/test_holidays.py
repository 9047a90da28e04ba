from datetime import date

from tollbook.forecasting.holidays import calendar_version, holiday_names, known_country


def test_holidays_of_a_country_in_order() -> None:
    names = holiday_names("GB", date(2026, 12, 1), date(2027, 1, 1))
    assert list(names) == sorted(names)
    assert names[date(2026, 12, 25)] == "Christmas Day"
    assert date(2027, 1, 1) in names


def test_an_unknown_country_has_none() -> None:
    assert known_country("GB") == "GB"
    assert known_country("ZZ") is None
    assert holiday_names("ZZ", date(2026, 1, 1), date(2026, 12, 31)) == {}
    assert holiday_names(None, date(2026, 1, 1), date(2026, 12, 31)) == {}


def test_the_calendar_has_a_version() -> None:
    assert calendar_version()[0].isdigit()
