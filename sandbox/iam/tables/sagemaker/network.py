"""The condition keys of whatever can be put into a VPC, and the members that they show."""

from __future__ import annotations

IN_VPC = {"sagemaker:VpcSecurityGroupIds": "VpcConfig.SecurityGroupIds", "sagemaker:VpcSubnets": "VpcConfig.Subnets"}
