"""How often a key may ask: one script in Valkey, so that the limit holds across workers and hosts.

GCRA: a key has a moment up to which its requests are paid for (TAT); each request moves it on by
the emission interval and is refused while that would lie more than the burst ahead of now. One
number a key, one step in the server. Without Valkey each worker counts for itself, so the limit
is at most that many times larger while it is away.
"""

import math
import time
from collections import OrderedDict

from app.store import keys
from app.store.wire import Script, Wire, WireDown
from codes.errors import Kind, Refusal

AT_ONCE_S = 10
"""Seconds' worth of requests that may come at once: an MES that asks for a shift's orders stays within
it, a loop without a pause does not."""
REMEMBERED = 10_000

_TAKE = Script("""
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local new = tat + tonumber(ARGV[1])
local wait = new - tonumber(ARGV[2]) - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.0f', new), 'PX', math.ceil((new - now) / 1000) + 1)
return 0
""")


class TooOften(Refusal):
    """More requests than a key is given."""

    kind = Kind.TOO_MANY
    code = "too-many-requests"
    en = "This key has sent too many requests (at most {per_second} a second in the long run): wait {retry_after} s."
    zh = "该密钥的请求过于频繁（长期平均每秒最多 {per_second} 次），请在 {retry_after} 秒后重试。"


class Limits:
    """`await take(name)` lets a request through or refuses it with the seconds to wait."""

    def __init__(self, wire: Wire, per_second: float, burst: float | None = None) -> None:
        self._wire = wire
        self.per_second = per_second
        self._emission = 1_000_000 / per_second
        self._burst = (AT_ONCE_S * per_second if burst is None else burst) * self._emission
        self._own: OrderedDict[str, float] = OrderedDict()

    async def take(self, name: str) -> None:
        try:
            wait = await self._wire.run_script(_TAKE, [keys.limit(name)], int(self._emission), int(self._burst))
        except WireDown:
            wait = self._take_here(name, time.monotonic() * 1_000_000)
        if wait > 0:
            raise TooOften(per_second=f"{self.per_second:g}", retry_after=max(1, math.ceil(wait / 1_000_000)))

    def _take_here(self, name: str, now: float) -> float:
        """The same in this process alone."""
        new = max(self._own.pop(name, 0.0), now) + self._emission
        wait = new - self._burst - now
        self._own[name] = new if wait <= 0 else new - self._emission
        while len(self._own) > REMEMBERED:
            self._own.popitem(last=False)
        return wait


class NoLimits:
    """Where nothing is counted: rooms' tests."""

    async def take(self, name: str) -> None:
        return
