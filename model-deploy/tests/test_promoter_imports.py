"""Who may import what: one module owns boto3, and nothing here needs more than boto3 and the standard library."""

import ast
import sys
from pathlib import Path

PROMOTER = Path(__file__).parent.parent / "promoter"


def runtime_imports(path: Path) -> set[str]:
    """The top-level names that a module imports when it runs; what only type checkers see does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    nodes = [node for node in ast.walk(tree) if id(node) not in typing_only]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {
        name.split(".")[0] for name in plain | {str(one.module) for one in nodes if isinstance(one, ast.ImportFrom)}
    }


def test_only_the_edge_to_aws_imports_boto3_and_nobody_imports_more() -> None:
    foreign = {
        str(path.relative_to(PROMOTER)): runtime_imports(path) - sys.stdlib_module_names - {"promoter"}
        for path in PROMOTER.rglob("*.py")
    }
    assert {name: names for name, names in foreign.items() if names} == {"aws.py": {"boto3", "botocore"}}
