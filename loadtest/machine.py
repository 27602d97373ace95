"""What every report says alike: the machine, and whether a budget was kept."""

import datetime
import os
import platform
from pathlib import Path


def machine() -> list[str]:
    facts = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    cpuinfo, meminfo = (path.read_text() if path.exists() else "" for path in facts)
    model = next((line.split(":")[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) / 2**20 for line in meminfo.splitlines() if line.startswith("MemTotal")), 0)
    return [
        f"{model or platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.platform()}",
        f"{platform.python_implementation()} {platform.python_version()}, {datetime.date.today().isoformat()}",
    ]


def judge(value: float, budget: dict[str, float]) -> str:
    """Empty without a budget, else the budget and whether it was kept."""
    kept = budget.get("at_least", value) <= value <= budget.get("at_most", value)
    words = ", ".join(f"{word.replace('_', ' ')} {limit:,}" for word, limit in budget.items())
    return words and f"{words}: {'kept' if kept else 'EXCEEDED'}"
