"""The abalone use case: predict the number of rings (the age) of an abalone from eight measurements."""
