"""Executions under way: what follows from what, and how it is brought about.

Decisions, pure of effects:
    entry          who enters a stage, who is superseded in front of it
    progress       which actions of a stage start next, or how the stage ended
    resolution     variables in a configuration
    rules          whether a rule of a stage's condition passes

Their effects, all inside one transaction (a turn):
    engine         a turn, from the change that opens it until nothing more follows
    turn           what a turn holds
    stages         enter, leave, fail, stop, resume
    locks          who is in a stage
    conditions     a stage's conditions, checked and recorded
    rollback       executions that take a stage back
    executions     an execution as it begins
    beginning      an action begins
    ending         an action ends
    events         what EventBridge is told
    records        the documents

And what happens beside it:
    launching      the thread of an action, in its role's name
    deadlines      what falls due by the sandbox's clock
    announcements  events on their way
    recovery       what a kill left behind
"""
