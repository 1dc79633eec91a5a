"""Hostile templates: each is refused or carried out soon, in AWS's shape, and whoever asks something else is answered meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf, client_of
from tests.faults.figures import Figures, tell

_PATIENCE = 60  # seconds until a call counts as hanging
_WAIT = 45.0  # seconds that anybody else may wait for an answer, on whatever machine
_TOPIC = {"Type": "AWS::SNS::Topic"}
_QUICK = Config(read_timeout=_PATIENCE, retries={"total_max_attempts": 1})
Template = str | dict[str, Any]


def _resources(**resources: Any) -> dict[str, Any]:
    return {"Resources": {**resources}}


def _parameter(value: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def _aliases(random: Random) -> Template:
    wide, deep = random.randint(2, 30), random.randint(2, 12)
    lines = [f"a0: &a0 [{', '.join(['lol'] * wide)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * wide)}]" for n in range(1, deep)]
    return "\n".join([*lines, "Resources: {T: {Type: AWS::SNS::Topic}}"])


def _merged(random: Random) -> Template:
    keys = "\n".join(f"  k{n}: v" for n in range(random.randint(1, 400)))
    return f"base: &base\n{keys}\nResources:\n  T:\n    <<: *base\n    Type: AWS::SNS::Topic\n"


def _deep_json(random: Random) -> Template:
    levels = random.choice((50, 190, 250, 5_000, 100_000))
    return '{"Resources":{"T":{"Type":"AWS::SNS::Topic","Metadata":' + "[" * levels + "]" * levels + "}}}"


def _deep_yaml(random: Random) -> Template:
    levels = random.choice((50, 190, 250, 1_000))
    body = "\n".join(" " * (n + 6) + "a:" for n in range(levels))
    return f"Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Metadata:\n{body}\n"


def _deep_functions(random: Random) -> Template:
    value: Any = "x"
    for _ in range(random.choice((10, 45, 60, 90))):
        value = random.choice(
            ({"Fn::Join": ["", [value]]}, {"Fn::Sub": ["${a}", {"a": value}]}, {"Fn::Select": [0, [value]]})
        )
    return _resources(P=_parameter(value))


def _large(random: Random) -> Template:
    kind, number = (
        random.choice(("Resources", "Outputs", "Mappings", "Parameters", "Conditions")),
        random.choice((300, 3_000)),
    )
    template: dict[str, Any] = _resources(T=_TOPIC)
    members: dict[str, Any] = {
        "Resources": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Outputs": {"Value": "x"},
        "Mappings": {"a": {"b": "c"}},
        "Parameters": {"Type": "String", "Default": "x"},
        "Conditions": {"Fn::Equals": ["a", "b"]},
    }
    template.setdefault(kind, {}).update({f"M{n}": members[kind] for n in range(number)})
    return template


def _long(random: Random) -> Template:
    return {**_resources(T=_TOPIC), "Description": "x" * random.choice((1_025, 40_000, 2_000_000))}


def _names(random: Random) -> Template:
    name = random.choice(
        ("../../x", "", " ", "a b", "a" * 300, "é", "__proto__", "A\0B", "\u202e", "Fn::If", "AWS::Region", "$(id)")
    )
    where = random.randrange(3)
    if where == 0:
        return _resources(**{name: _TOPIC})
    if where == 1:
        return _resources(T={**_TOPIC, "Properties": {"TopicName": name}})
    return _resources(L={"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}})


def _cycles(random: Random) -> Template:
    number = random.randint(1, 40)

    def of(position: int) -> Any:
        other = f"R{(position + 1) % number}"
        return random.choice(
            (
                {**_TOPIC, "DependsOn": [other]},
                _parameter({"Ref": other}),
                _parameter({"Fn::Sub": f"${{{other}}}"}),
                _parameter({"Fn::GetAtt": [other, "Value"]}),
            )
        )

    return _resources(**{f"R{n}": of(n) for n in range(number)})


def _conditions(random: Random) -> Template:
    """Each asks the one before it several times."""
    deep, wide = random.randint(2, 60), random.randint(2, 10)
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": ["a", "a"]}}
    for n in range(1, deep):
        conditions[f"C{n}"] = {random.choice(("Fn::And", "Fn::Or")): [{"Condition": f"C{n - 1}"}] * wide}
    if random.random() < 0.3:
        conditions["C0"] = {"Fn::Not": [{"Condition": f"C{deep - 1}"}]}
    return {"Conditions": conditions, **_resources(T={**_TOPIC, "Condition": f"C{deep - 1}"})}


def _joins(random: Random) -> Template:
    """A text that is many times as long as the template, by parameters or from resource to resource."""
    if random.random() < 0.5:
        number = random.choice((100, 2_000, 10_000))
        parameters = {"P": {"Type": "String", "Default": "x" * random.choice((1, 4_096, 40_000))}}
        text = random.choice(({"Fn::Sub": "${P}" * number}, {"Fn::Join": ["", [{"Ref": "P"}] * number]}))
        return {"Parameters": parameters, **_resources(Q=_parameter(text))}
    resources: dict[str, Any] = {"R0": _parameter("x" * 100)}
    for n in range(1, random.choice((5, 25, 60))):
        resources[f"R{n}"] = _parameter({"Fn::Join": ["", [{"Fn::GetAtt": [f"R{n - 1}", "Value"]}] * 2]})
    return _resources(**resources)


def _loops(random: Random) -> Template:
    """Fn::ForEach in Fn::ForEach, over lists that are written out or come from a parameter."""
    items = [f"I{n}" for n in range(random.choice((2, 20, 100)))]
    deep = random.randint(1, 4)
    body: Any = {f"R{''.join(f'${{L{n}}}' for n in range(deep))}": _TOPIC}
    for n in range(deep):
        body = {f"Fn::ForEach::Loop{n}": [f"L{n}", random.choice((items, {"Ref": "Items"}, "x", [], [[1]])), body]}
    parameters = {"Items": {"Type": "CommaDelimitedList", "Default": ",".join(items)}}
    return {"Transform": "AWS::LanguageExtensions", "Parameters": parameters, "Resources": body}


def _mappings(random: Random) -> Template:
    number = random.choice((50, 1_000, 5_000))
    mapping = {f"k{n}": {f"s{m}": "v" * 10 for m in range(random.randint(1, 5))} for n in range(number)}
    value = {
        "Fn::FindInMap": [
            "M",
            random.choice(("k1", {"Ref": "AWS::Region"}, {"Fn::FindInMap": ["M", "k1", "s0"]})),
            "s0",
        ]
    }
    return {"Mappings": {"M": mapping}, **_resources(P=_parameter(value))}


def _patterns(random: Random) -> Template:
    """A pattern of a parameter that backtracks for ever."""
    pattern = random.choice(
        ("(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x", "[", "(?P<a", "a{1,100000}")
    )
    parameters = {"P": {"Type": "String", "AllowedPattern": pattern, "Default": "a" * 60 + "!"}}
    return {"Parameters": parameters, **_resources(T=_TOPIC)}


def _functions(random: Random) -> Template:
    """Functions with arguments that they do not take, or that make much of little."""
    value: Any = random.choice(
        (
            {"Fn::Cidr": ["10.0.0.0/8", 2**20, 2]},
            {"Fn::Cidr": ["::/0", 256, 127]},
            {"Fn::Join": [["a"], {"Ref": "T"}]},
            {"Fn::Split": ["", "x" * 30_000]},
            {"Fn::Select": [10**30, ["a"]]},
            {"Fn::Base64": {"Fn::Base64": {"Fn::Base64": "x" * 30_000}}},
            {"Fn::GetAZs": ["x"]},
            {"Fn::ImportValue": "x" * 5_000},
            {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://soak/none"}}},
            {"Fn::If": ["None", 1]},
            {"Fn::Sub": ["${" * 5_000, {}]},
            {"Fn::Sub": "${!" * 5_000},
            {"Fn::Length": "x"},
            {"Fn::ToJsonString": {"a": ["x"] * 5_000}},
            {"Fn::Nothing": []},
            {"Ref": ["a"]},
            {"Fn::GetAtt": 7},
            {"Fn::GetAtt": "T.x.y.z"},
        )
    )
    transform = random.choice(
        ({}, {"Transform": "AWS::LanguageExtensions"}, {"Transform": ["Macro"]}, {"Transform": 7})
    )
    return {**transform, **_resources(T=_TOPIC, P=_parameter(value))}


def _odd(random: Random) -> Template:
    """Something else where CloudFormation expects a map, a name or a text."""
    odd: Any = random.choice((None, 7, True, "x", [], [None], {"a": None}, 10**400, 1.5))
    where = random.choice(
        ("Resources", "T", "Type", "Properties", "Parameters", "Outputs", "Conditions", "Mappings", "Metadata", "all")
    )
    template = _resources(T={**_TOPIC, "Properties": {}})
    if where == "all":
        return json.dumps(odd)
    holder = (
        template["Resources"]
        if where == "T"
        else template["Resources"]["T"]
        if where in ("Type", "Properties")
        else template
    )
    holder[where] = odd
    return template


def _yaml(random: Random) -> Template:
    topic = "Resources: {T: {Type: AWS::SNS::Topic}}\n"
    texts = (
        f"{topic}X: !!python/object/apply:os.system [id]\n",
        f"{topic}---\n{topic}",
        f"{topic}{topic}",
        f"%YAML 9.9\n---\n{topic}",
        f"{topic}X: !Nothing y\n",
        f"{topic}X: !!binary '%%%'\n",
        f"{topic}X: 9999-99-99\n",
        f"{topic}X: {'1' * 5_000}\n",
        f"{topic}X: 0x{'f' * 9_000}\n",
        f"{topic}? [a, b]\n: c\n",
        f"{topic}X: 190:20:30:59:59:59\n",
        "\ufeff" + topic,
        "\t" + topic,
        "\0",
        " ",
        "- " * 400,
        "? " * 150,
        "'" * 50_000,
        "&a" * 3_000,
        "!" * 3_000,
        "%" + "x" * 9_000,
        "{" * 190 + "}" * 190,
    )
    return random.choice(texts)


KINDS: tuple[Callable[[Random], Template], ...] = (
    *(_aliases, _merged, _deep_json, _deep_yaml, _deep_functions, _large, _long, _names, _cycles, _conditions),
    *(_joins, _loops, _mappings, _patterns, _functions, _functions, _odd, _odd, _yaml, _yaml),
)


def templates(seed: int, number: int) -> Iterator[tuple[str, str]]:
    """The kind of each, and its text."""
    for count in range(number):
        kind = KINDS[count % len(KINDS)]
        made = kind(Random(f"templates {seed} {count}"))
        yield kind.__name__.removeprefix("_"), made if isinstance(made, str) else json.dumps(made)


class Neighbour:
    """Somebody else, who asks small questions all the time."""

    def __init__(self, client: ClientOf) -> None:
        self._client, self._stop = client("sagemaker", _QUICK), threading.Event()
        self.answers, self.longest, self.failures = 0, 0.0, list[str]()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Neighbour:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def wait_for_answers(self, number: int) -> None:
        """So many more. It fails with what the last one failed with."""
        wanted, deadline = self.answers + number, time.monotonic() + _PATIENCE
        while self.answers < wanted:
            assert time.monotonic() < deadline, f"nobody is answered: {self.failures[-1:]}"
            time.sleep(0.02)

    def _ask(self) -> None:
        while not self._stop.wait(0.02):
            begun = time.monotonic()
            try:
                self._client.list_models()
                self.answers += 1
            except (ClientError, BotoCoreError) as error:
                self.failures.append(repr(error))
            self.longest = max(self.longest, time.monotonic() - begun)


def soak(settings: SandboxSettings, *, seed: int, number: int) -> Figures:
    figures, client = Figures("templates"), client_of(settings)
    cloudformation = client("cloudformation", _QUICK)
    slowest = 0.0
    with Neighbour(client) as neighbour:
        for count, (kind, text) in enumerate(templates(seed, number)):
            what, asked, begun = f"hostile templates: {kind}", neighbour.answers, time.monotonic()
            figures.count(what)
            reason = _tried(cloudformation, f"hostile-{count}", text)
            slowest = max(slowest, time.monotonic() - begun)
            if reason:
                figures.fail(what, f"template {count}: {reason}")
            if time.monotonic() - begun > _WAIT and neighbour.answers == asked:
                figures.fail(what, f"template {count}: nobody else was answered for {time.monotonic() - begun:.0f} s")
            if (count + 1) % 20 == 0:
                tell(
                    f"templates: {count + 1} of {number}, {len(figures.failures)} failures, {neighbour.longest:.1f} s at most"
                )
    figures.count("answers to somebody else meanwhile", neighbour.answers)
    for failure in neighbour.failures:
        figures.fail("answers to somebody else meanwhile", failure)
    if neighbour.longest > _WAIT:
        figures.fail("answers to somebody else meanwhile", f"one took {neighbour.longest:.0f} s")
    figures.count(
        f"seconds that the slowest of them took, rounded up ({neighbour.longest:.2f})", int(neighbour.longest) + 1
    )
    figures.count(f"seconds that the slowest template took to its end, rounded up ({slowest:.2f})", int(slowest) + 1)
    return figures


def _tried(cloudformation: Any, name: str, text: str) -> str | None:
    """Validate it, create a stack of it, see that come to its end, and delete it: what is wrong with the answers."""
    try:
        _asked(cloudformation.validate_template, TemplateBody=text)
        given = {"StackName": name, "TemplateBody": text, "Capabilities": ["CAPABILITY_AUTO_EXPAND"]}
        made = _asked(cloudformation.create_stack, **given)
        if "StackId" not in made:
            return None
        status = _settled(cloudformation, made["StackId"])
        if status.endswith("_IN_PROGRESS"):
            return f"the stack is still {status}"
        cloudformation.delete_stack(StackName=made["StackId"])
        status = _settled(cloudformation, made["StackId"])
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        return f"no answer of AWS's: {error!r}"[:600]
    return None if status == "DELETE_COMPLETE" else f"the stack was deleted, and is {status}"


def _asked(call: Callable[..., Any], **given: Any) -> Any:
    """The answer, or an empty one for a refusal that AWS could have given."""
    try:
        return call(**given)
    except ClientError as error:
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        if not 400 <= status < 500 or not error.response["Error"].get("Message"):
            raise
        return {}


def _settled(cloudformation: Any, stack: str) -> str:
    deadline = time.monotonic() + _PATIENCE
    while True:
        status = str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        if not status.endswith("_IN_PROGRESS") or time.monotonic() > deadline:
            return status
        time.sleep(0.02)
