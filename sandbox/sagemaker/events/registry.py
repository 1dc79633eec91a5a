"""Events of model packages: registered, changed in status or approval, or in anything else that UpdateModelPackage can set."""

from __future__ import annotations

from sandbox.events import Event
from sandbox.sagemaker.events.detail import event, iso, members
from sandbox.store import Document

UPDATED = "_updated"  # in a package: the members that its last UpdateModelPackage set
_NOT_SHOWN = ("CreatedBy", "LastModifiedBy", "ModelCard")


def package(before: Document | None, after: Document | None) -> Event | None:
    """A deletion is not told. An approval that repeats the last one is: it is a decision too."""
    if after is None:
        return None
    versioned = ("ModelPackageName",) if "ModelPackageVersion" in after else ()
    detail = {"CertifyForMarketplace": False} | members(after, without=(*_NOT_SHOWN, *versioned), time=iso)
    updated = {"UpdatedModelPackageFields": after[UPDATED]} if before else {}
    return event("Model Package State", detail | updated, after["ModelPackageArn"])
