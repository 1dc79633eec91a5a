"""The variables that say where a function's one-time schedules go, by the forms that CreateSchedule takes."""

# Leaves room for the 17 characters of a time within the 64 of a schedule's name.
SCHEDULE_NAME = {"SCHEDULE_NAME": r"[0-9a-zA-Z_.-]{1,47}"}
SCHEDULE_GROUP = {"SCHEDULE_GROUP_NAME": r"[0-9a-zA-Z_.-]{1,64}"}
SCHEDULER_ROLE = {"SCHEDULER_ROLE_ARN": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+"}
UNDELIVERED = {"UNDELIVERED_QUEUE_ARN": r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]{1,80}"}
