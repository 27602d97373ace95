"""Moments at which a test may have the process die, as if the power went: `ZPM_FAILPOINT` under `ZPM_TESTING=1`.

Read once, at import. In production the name is None and `pass_by` is one comparison.
"""

import os
import signal

POINTS = ("after_claim", "after_insert", "before_commit", "after_commit", "mid_export")

_armed = os.environ.get("ZPM_FAILPOINT") if os.environ.get("ZPM_TESTING") == "1" else None


def pass_by(point: str) -> None:
    """Go on; or, where a test has armed this point, die without a last word."""
    if _armed == point:
        os.kill(os.getpid(), signal.SIGKILL)
