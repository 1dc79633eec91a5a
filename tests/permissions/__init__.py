"""Each statement of each policy, taken out once: what stops for want of it?

every_statement  the tests of `make test-permissions`; not collected by `make test`
statements       the statements, out of the templates
baseline         one walk through the loop of tests/e2e/moments: what each moment uses, and the home before each
deployed         the policies in a deployed project: one statement out, what was used, what was refused
mutant           the loop without a statement
aws_only         statements that nothing uses here, with what asks for them on AWS
does_without     statements that the loop goes on without, with the reason to grant them
document         docs/permissions.md
"""
