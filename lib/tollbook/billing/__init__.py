"""Billing: a month's usage and a contract in; the bill, its terms in words and its documents out."""
