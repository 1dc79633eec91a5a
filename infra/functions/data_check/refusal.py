"""What a run cannot go on with; the message is a sentence for the person who started it."""


class DataRefused(ValueError):
    """The data that a run was started with."""
