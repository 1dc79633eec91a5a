"""Notices: one e-mail a happening, in one readable format: what happened, to which version, why, and what to do next.

The rules choose the events (infra); `compose.py` turns each into a notice without a call, with the facts that the event lacks
(the failed step's reason, the version under way) looked up by `aws.py`. A look-up that fails costs the notice a line and
nothing more, and an event that nobody foresaw gets a plain notice: this function never drops one.
"""
