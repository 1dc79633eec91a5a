"""The look at a deployed endpoint before people rely on it: find what it serves -> probe it -> judge -> report.

deployed  reads which model package an endpoint serves; it judges nothing.
probe     sends the golden rows and some bad ones through `runtime`, the edge, and keeps the answers as they came.
checks    judges the answers against the predictions made at training, purely: same answers, same verdict.
report    writes report.json and report.html, which the approver of the next stage reads.
"""
