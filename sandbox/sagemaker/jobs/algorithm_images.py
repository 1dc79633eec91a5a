"""The images that are Amazon's own algorithms to CreateTrainingJob, which brings their metric definitions itself.

Repository names: developer guide, "Docker Registry Paths and Example Code"; the newer XGBoost image is among them, in
script mode too. The images of the frameworks (scikit-learn, PyTorch, TensorFlow, ...) take definitions, as one's own do.
"""

from __future__ import annotations

import re

from sandbox.errors import ValidationError
from sandbox.store import Document

_URI = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.[\w.-]+/(?P<repository>[^:@]+)")
_ALGORITHMS = frozenset(
    {
        "blazingtext",
        "factorization-machines",
        "forecasting-deepar",
        "image-classification",
        "ipinsights",
        "kmeans",
        "knn",
        "lda",
        "linear-learner",
        "ntm",
        "object-detection",
        "object2vec",
        "pca",
        "randomcutforest",
        "sagemaker-xgboost",
        "semantic-segmentation",
        "seq2seq",
        "xgboost",
    }
)


def check_metric_definitions(request: Document, *, account: str) -> None:
    """Raises ValidationError in AWS's words, as people quote them who trained `sagemaker-xgboost` with metrics of their own.

    Removing the definitions is also what awslabs/mlspace does for such images.
    """
    algorithm = request["AlgorithmSpecification"]
    found = _URI.match(algorithm.get("TrainingImage", ""))
    if found is None or found["account"] == account or found["repository"] not in _ALGORITHMS:
        return
    if algorithm.get("MetricDefinitions"):
        raise ValidationError(
            "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the request without"
            " specifying metric definitions."
        )
