"""The review of production's change: told to whoever approves, and refused where it is not what was built and decided.

Between the change set and the approval (infra/units/deploy_stages.py) CodePipeline invokes `handler.py`. It reads the change set
beside what is live (`aws.py`), refuses one that

- was not made of the files that this execution's build has made and staging has tested: the build exports their digests, and
  the artifact that CodePipeline reads them from again can be replaced until then (`built.py`);
- would make a model of anything but the registered version that goes this way, since IAM has no condition for that (`template.py`);
- belongs to a version that is no longer the one decided last, or to an endpoint that somebody has deleted by hand (`refusal.py`);

and hands a sentence on what changes to the approval, as a variable (`change.py`). It changes nothing itself.
"""
