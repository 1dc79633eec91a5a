"""CodeBuild: build projects. ministack's own CodeBuild is not used, since it answers SUCCEEDED without running anything.

    projects        create, change, describe, list, delete
    cloudformation  the resource type AWS::CodeBuild::Project

What is not here yet: running a build (StartBuild and what follows it).
"""
