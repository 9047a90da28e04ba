"""Alerts: thresholds of clients evaluated on live usage and bills; each raised once, stored, shown and sent.

`tollbook follow` and `tollbook run` evaluate; `book.alerts(clients)` reads what was raised, for dashboards and
notebooks.
"""

from tollbook.alerts.alert import Alert, raise_alerts, read_alerts
from tollbook.alerts.evaluating import Evaluation, Rounds, evaluate
from tollbook.alerts.sending import AlertNotSent, send_alerts

__all__ = ["Alert", "AlertNotSent", "Evaluation", "Rounds", "evaluate", "raise_alerts", "read_alerts", "send_alerts"]
