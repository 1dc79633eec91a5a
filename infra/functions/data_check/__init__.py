"""Data check: the first step of the SageMaker pipeline, before any machine is paid for.

It lists what lies under InputData and BatchData, and answers with the step's output parameters: the version of the data, whether a
batch is there, and a sentence. It refuses by a sentence what would fail later: no data, data that the jobs may not read, an address
that the registry cannot hold, keys that cannot become files. Whoever starts a run, by whatever way, has its data looked at here,
and the version of the data is made here alone.
"""
