"""Executions under way: which step may start, what it is given, whether it is cached, and whether it is tried again."""
