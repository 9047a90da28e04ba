"""Dashboards: what an account manager sees in a browser; widgets here, notebooks only show them."""
