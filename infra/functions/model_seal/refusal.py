"""What is not sealed; the message is a sentence for the person who reads why the run failed."""


class SealRefused(ValueError):
    """The archive of this run."""
