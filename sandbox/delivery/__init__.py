"""EventBridge and Scheduler deliver: from a rule that matched, or a schedule that fell due, to the target's answer.

When, in layers:

    cron, cron_days, cron_numbers   which minutes a cron expression names
    expressions                     at(), rate() and cron() as moments, in a time zone
    timed                           schedules and scheduled rules alike
    progress, due_times             how far each has come, and what is due
    timetable                       waits for the next moment, and fires what an advance of the clock made due
    validation                      what CreateSchedule and UpdateSchedule refuse

How:

    delivery                        one delivery, and what became of it
    delivery_queue, retries, failures   the deliveries under way: attempted, tried again, given up
    ledger                          the last attempts, for whoever asks
    rule_targets, rule_calls        EventBridge's: by a role, or by the target's own policy
    schedule_targets, _calls, _payload   Scheduler's: by a role
    universal                       any operation of any service, as Scheduler's universal targets name it
    arns, paths                     ARNs of targets; JSON paths into an event
    dead_letters                    what a dead-letter queue is sent
    functions                       Lambda's own queue of asynchronous invocations

`deliveries` puts it together, in the place of ministack's own.

A delivery is on disk before the event is acknowledged, and until it was made: at least once, as on AWS.
"""
