"""CodeBuild: build projects. ministack's own CodeBuild is not used, since it answers SUCCEEDED without running anything.

projects        create, change, describe, list, delete
cloudformation  the resource type AWS::CodeBuild::Project
builds          start, retry, stop, describe, list, delete
starting        a build comes into being
overrides       what one build is made of: its project, and what StartBuild puts in its place
from_pipeline   builds for CodePipeline, which carry its artifacts
build_events    what CodeBuild tells EventBridge
service         the store, the slots, the builds that are under way

buildspec/      buildspec.yml, read
running/        from a build that was accepted to one that is complete
reports/        test reports
"""
