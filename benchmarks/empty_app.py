"""The floor of `benchmarks.synth_time`: a CDK app in Python with one empty stack."""

from __future__ import annotations

import sys

from aws_cdk import App, Stack

app = App(outdir=sys.argv[1])
Stack(app, "empty")
app.synth()
