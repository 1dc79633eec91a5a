"""CodeCommit: repositories that are real bare Git repositories under the sandbox's home.

    git             Git itself, as far as the service needs it
    seed            the archive that a new repository is filled from, checked
    first_commit    what that archive becomes
    service         the service: its store and its repositories' folder
    repositories    create, describe, rename, delete
    tags            a repository's tags
    branches        create, read, delete, and which one is the default
    contents        commits, files and folders, read from Git
    differences     between two commits
    commits         made by an operation: PutFile, DeleteFile, CreateCommit
      entries       what CreateCommit is given, checked
      authorship    who commits, and with what words
      paths         as requests give them, checked
      changes       a tree before, a tree after
      trees         a commit's files, and the commit of changed ones
    references      what moved, told to EventBridge
    smart_http      clone, fetch and push by the stock Git client
    archive         a commit as CodePipeline's source artifact
    operations      every operation that is answered
    cloudformation  the resource type AWS::CodeCommit::Repository

What is not here: pull requests, merges, triggers, approval rules, comments. Each is refused by name.
"""
