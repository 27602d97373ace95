"""Proof of throughput: measurements against the budgets in `budgets.toml`."""
