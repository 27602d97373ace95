"""The demonstration: a small catalogue whose every name says that it is one."""
