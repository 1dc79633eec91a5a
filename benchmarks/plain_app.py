"""What `benchmarks.synth_time` compares with: the resources of the app as a plain app of L2 classes, three stacks, nothing shared.

It has the same number of resources of each type, with as many statements and properties, and no architecture: no settings, no
names, no permissions that would work. The benchmark refuses to compare when the numbers differ.
"""

from __future__ import annotations

import sys

from aws_cdk import App, Duration, Environment, RemovalPolicy, Stack, Tags
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as alarm_actions
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

ROLES, POLICIES, STATEMENTS = 19, 21, 6
BUILD_FUNCTIONS, DEPLOY_FUNCTIONS = 4, 2
NOTICES = 8


class Foundation(Stack):
    """Key, buckets, topic, queue, roles, and one function with its rules."""

    def __init__(self, scope: App, name: str) -> None:
        super().__init__(scope, name, env=Environment())
        Tags.of(self).add("Project", "plain")
        self.key = kms.Key(self, "Key", alias="plain", enable_key_rotation=True)
        log = s3.Bucket(self, "AccessLog", encryption=s3.BucketEncryption.S3_MANAGED, enforce_ssl=True)
        self.data, self.artifacts = (self._bucket(which, log) for which in ("Data", "Artifacts"))
        self.topic = sns.Topic(self, "Topic", topic_name="plain", master_key=self.key, enforce_ssl=True)
        self.queue = sqs.Queue(self, "Queue", encryption_master_key=self.key, enforce_ssl=True)
        visible = self.queue.metric_approximate_number_of_messages_visible()
        _alarm(self, "QueueAlarm", visible, self.topic)
        scheduler.ScheduleGroup(self, "Schedules", schedule_group_name="plain")
        sagemaker.CfnModelPackageGroup(self, "Group", model_package_group_name="plain")
        self.policies = [self._policy(number) for number in range(POLICIES)]
        self.roles = [self._role(number) for number in range(ROLES)]
        notices = _function(self, "Notices", self.roles[0], self)
        for number in range(NOTICES):
            _rule(self, f"Rule{number}", notices)

    def _bucket(self, name: str, log: s3.IBucket) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            server_access_logs_bucket=log,
            server_access_logs_prefix=f"{name}/",
            lifecycle_rules=[s3.LifecycleRule(id=f"Rule{day}", expiration=Duration.days(day)) for day in (1, 2, 3)],
        )

    def _policy(self, number: int) -> iam.ManagedPolicy:
        statements = [
            iam.PolicyStatement(
                sid=f"Statement{each}",
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[f"{self.artifacts.bucket_arn}/{number}/{each}*", f"{self.data.bucket_arn}/{each}*"],
                conditions={"StringEquals": {"aws:ResourceAccount": self.account}},
            )
            for each in range(STATEMENTS)
        ]
        return iam.ManagedPolicy(self, f"Policy{number}", statements=statements)

    def _role(self, number: int) -> iam.IRole:
        trust = iam.CompositePrincipal(
            *(
                iam.ServicePrincipal(f"{name}.amazonaws.com")
                for name in ("codebuild", "codepipeline", "lambda", "scheduler")
            )
        )
        role = iam.Role(self, f"Role{number}", assumed_by=trust, managed_policies=[self.policies[number]])
        return role.without_policy_updates()


class Side(Stack):
    """A repository, a pipeline over its projects, functions, a schedule."""

    def __init__(self, scope: App, name: str, *, base: Foundation, projects: int, functions: int, rules: int) -> None:
        super().__init__(scope, name, env=Environment())
        Tags.of(self).add("Project", "plain")
        roles = iter(base.roles[1:])
        made = [_function(self, f"Function{number}", next(roles), base) for number in range(functions)]
        repository = codecommit.Repository(self, "Repository", repository_name=name)
        source = codepipeline.Artifact("Source")
        builds = [self._build(number, next(roles), base, source) for number in range(projects)]
        code = actions.CodeCommitSourceAction(
            action_name="Source",
            repository=repository,
            branch="main",
            output=source,
            trigger=actions.CodeCommitTrigger.NONE,
        )
        codepipeline.Pipeline(
            self,
            "Pipeline",
            pipeline_name=name,
            role=next(roles),
            artifact_bucket=base.artifacts,
            use_pipeline_role_for_actions=True,
            stages=[
                codepipeline.StageProps(stage_name="Source", actions=[code]),
                codepipeline.StageProps(stage_name="Build", actions=builds),
            ],
        )
        for number in range(rules):
            _rule(self, f"Rule{number}", made[0], permitted=number == 0)
        group = scheduler.ScheduleGroup.from_schedule_group_name(self, "Group", "plain")
        scheduler.Schedule(
            self,
            "Schedule",
            schedule_group=group,
            schedule=scheduler.ScheduleExpression.rate(Duration.minutes(15)),
            target=targets.LambdaInvoke(made[0], role=next(roles)),
        )

    def _build(
        self, number: int, role: iam.IRole, base: Foundation, source: codepipeline.Artifact
    ) -> codepipeline.IAction:
        variables = {f"NAME_{each}": codebuild.BuildEnvironmentVariable(value=str(each)) for each in range(10)}
        project = codebuild.PipelineProject(
            self,
            f"Project{number}",
            role=role,
            encryption_key=base.key,
            environment_variables=variables,
            grant_report_group_permissions=False,
            logging=codebuild.LoggingOptions(
                cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=_log(self, f"ProjectLog{number}", base))
            ),
        )
        return actions.CodeBuildAction(
            action_name=f"Build{number}", project=project, input=source, environment_variables=variables
        )


def _log(scope: Stack, name: str, base: Foundation) -> logs.LogGroup:
    return logs.LogGroup(
        scope, name, encryption_key=base.key, retention=logs.RetentionDays.ONE_DAY, removal_policy=RemovalPolicy.DESTROY
    )


def _function(scope: Stack, name: str, role: iam.IRole, base: Foundation) -> lambda_.Function:
    function = lambda_.Function(
        scope,
        name,
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        role=role,
        environment={f"NAME_{each}": str(each) for each in range(6)},
        environment_encryption=base.key,
        dead_letter_queue=base.queue,
        log_group=_log(scope, f"{name}Log", base),
        tracing=lambda_.Tracing.ACTIVE,
    )
    _alarm(scope, f"{name}Alarm", function.metric_errors(), base.topic)
    return function


def _alarm(scope: Stack, name: str, metric: cloudwatch.IMetric, topic: sns.ITopic) -> None:
    alarm = cloudwatch.Alarm(scope, name, metric=metric, evaluation_periods=1, threshold=0)
    alarm.add_alarm_action(alarm_actions.SnsAction(topic))


def _rule(scope: Stack, name: str, function: lambda_.Function, *, permitted: bool = True) -> None:
    pattern = events.EventPattern(
        source=["aws.s3"], detail_type=["Object Created"], detail={"bucket": {"name": [name]}}
    )
    rule = events.Rule(scope, name, event_pattern=pattern)
    if permitted:
        function.add_permission(
            f"{name}Permission", principal=iam.ServicePrincipal("events.amazonaws.com"), source_arn=rule.rule_arn
        )


def main() -> None:
    app = App(outdir=sys.argv[1])
    base = Foundation(app, "plain-foundation")
    Side(app, "plain-build", base=base, projects=1, functions=BUILD_FUNCTIONS, rules=2)
    Side(app, "plain-deploy", base=base, projects=2, functions=DEPLOY_FUNCTIONS, rules=2)
    app.synth()


if __name__ == "__main__":
    main()
