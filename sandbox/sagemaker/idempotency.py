"""ClientRequestToken: "An idempotent operation completes no more than once" (API_StartPipelineExecution)."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import ConflictError
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_KIND = "client-request-token"


def once(sagemaker: SageMaker, operation: str, request: Document, act: Callable[[], Document]) -> tuple[Document, bool]:
    """The response, and whether this call is the one that acted: the same token and request give the first answer again."""
    token = f"{operation}/{request['ClientRequestToken']}"
    with sagemaker.store.transaction():
        earlier = sagemaker.store.get(_KIND, token)
        if earlier is None:
            response = act()
            sagemaker.store.put(_KIND, token, {"request": request, "response": response})
            return response, True
    if earlier["request"] != request:
        raise ConflictError(
            f"ClientRequestToken {request['ClientRequestToken']} was used with another {operation} request."
        )
    return dict(earlier["response"]), False
