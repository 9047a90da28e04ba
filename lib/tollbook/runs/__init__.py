"""Runs: every client's notebooks for a month, executed, verified and published.

`fleet.run_month` is the way in; `execute` is the only module that calls Papermill.
"""
