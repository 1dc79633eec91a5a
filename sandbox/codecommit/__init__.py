"""CodeCommit: repositories that are real bare Git repositories under the sandbox's home.

git             Git itself, as far as the service needs it
seed            the archive that a new repository is filled from, checked
service         the service: its store and its repositories' folder
repositories    create, describe, rename, delete
tags            a repository's tags
contents        branches, commits, files and folders, read from Git
references      what moved, told to EventBridge
smart_http      clone, fetch and push by the stock Git client
operations      every operation that is answered
cloudformation  the resource type AWS::CodeCommit::Repository
"""
