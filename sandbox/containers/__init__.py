"""What AWS would run in a container, run here without Docker: processing, training, model servers, batch transform.

The modules, by what they are for:

    objects, transfer, filesystem              S3 in and out, and the folder that stands for `/`
    archive, members                           model.tar.gz, packed and unpacked
    images, environment                        which containers are stood in for, and what they find when they start
    interpreter, install, mounts               a container's own Python, what pip makes of its code, its own /opt/ml
    runner, starter, running, link, wire, plain the sandbox's side of the job runner
    zygote, launch                             the pre-warmed process that forks one child a job
    job, processing, training, metrics         jobs, from the API's request to an outcome
    toolkit, hyperparameters, script_mode      how a training script is started
    transform, records                         batch transform: a model server, and the files that it is fed
    serving, connection, model_container       a model server, as the sandbox sees it
    server, transformer, decoding              a model server, inside its process
"""
