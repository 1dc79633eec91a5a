"""From a build that was accepted to one that is complete.

build        the order of the phases, and what each failure leads to (user guide, "Build phase transitions")
record       the phases as BatchGetBuilds tells them; events
watch        whether a build may go on: nobody stopped it, its time is not up
slots        how many builds run at once; the folder of each
commands     a phase's commands, one by one
shell        one shell instance a build, driven by a script
log          lines to CloudWatch Logs in the name of the build's role
recovery     what is said of builds that a kill interrupted
"""
