"""SQL of the demonstration's loader: one loader at a time."""

from app.store.sql import Value

try_lock = Value("/* demo.try_lock */ select pg_try_advisory_lock($1)")

unlock = Value("/* demo.unlock */ select pg_advisory_unlock($1)")
