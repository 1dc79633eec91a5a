"""The smallest possible step."""

print("done")
