"""What the project costs on AWS: a month, a training run, a release.

prices.json  the prices of us-east-1, each with its source and date, and what is assumed of a month and a run
price_list   reads it
estimate     what these instances cost at those prices; pure
page         docs/costs.md, made of both
"""
