"""A training job's metrics in CloudWatch, where the SDK looks for them, put there in the name of the job's role.

Namespace and dimension are those that `TrainingJobAnalytics` of the SageMaker Python SDK reads. As with logs, a role that may not
put them leaves none, and the job is none the worse.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from sandbox.acting import Actor
from sandbox.containers.job import Metric

NAMESPACE, DIMENSION = "/aws/sagemaker/TrainingJobs", "TrainingJobName"
_LOG = logging.getLogger(__name__)


def publish(actor: Actor, job: str, metrics: Sequence[Metric]) -> None:
    """The final value of each."""
    if not metrics:
        return
    data = [
        {
            "MetricName": metric.name,
            "Dimensions": [{"Name": DIMENSION, "Value": job}],
            "Timestamp": datetime.fromtimestamp(metric.timestamp, UTC),
            "Value": metric.value,
        }
        for metric in metrics
    ]
    try:
        actor.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data)
    except ClientError as error:
        _LOG.info("the metrics of %s are not in CloudWatch: %s", job, error)
