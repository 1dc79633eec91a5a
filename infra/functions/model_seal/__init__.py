"""Model seal: the first step behind the gate, before a version is registered.

It reads the archive that the training job left, by an allow-list; holds it against what the step Evaluate measured; and copies the
very bytes that it read to `models/<SHA-256 of the archive>/model.tar.gz`, where this function alone may write, and does so once for
each key. What was evaluated, what is registered and what is deployed are so one object, whatever a job writes afterwards.
"""
