"""What every notebook's first picture, table and amount costs once more than the next: done here, before the fork.

Fonts are found and opened, templates compiled, locales and time zones read. Nothing is kept but those caches; no thread
is started, no database opened, no random number drawn.
"""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo


def rehearse() -> None:
    """Draw, print and format one of each."""
    import pandas as pd

    from tollbook.billing.documents import labels
    from tollbook.charts.names import texts
    from tollbook.charts.pictures import picture
    from tollbook.charts.style import figure, headline, house_style
    from tollbook.money import format_count, format_money
    from tollbook.rating.contracts import known_zones
    from tollbook.reports import words
    from tollbook.runs.page import pages

    frame = pd.DataFrame({"messages": [1, 2], "amount": [Decimal(1), Decimal(2)]}, index=["sms", "fax"])
    frame.style.format(str).to_html()
    frame.to_html()
    with house_style():
        fig = figure()
        axes = fig.subplots()
        axes.bar(["sms", "fax"], [1, 2])
        headline(fig, "A finding", "what is drawn")
    picture(fig)
    format_money(Decimal(1), "EUR", "en")
    format_count(1, "en")
    datetime.now(UTC).astimezone(ZoneInfo("Europe/London"))
    pages()
    known_zones()
    labels.translations()
    words.translations()
    for name in ("words.yaml", "sentences.yaml"):
        texts(name)
