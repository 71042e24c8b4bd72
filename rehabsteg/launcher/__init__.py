"""Starts the product on one machine: embedded PostgreSQL and Redis, web, worker and beat.

Knows neither Django nor the apps: it starts processes and calls `manage.py` commands. `bootstrap.py`
runs before anything is installed and therefore imports the standard library alone.
"""
