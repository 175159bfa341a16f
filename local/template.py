"""Read a SAM template: what it deploys as plain CloudFormation, and where its code lies on this machine."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.intrinsics import Names, Resolver, TemplateError
from local.parameters import parameter_values

ACCOUNT = "123456789012"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_BUCKET = "local"


class _ManagedPolicies:
    """The managed policies that SAM attaches by itself; roles are not enforced here."""

    def load(self) -> dict[str, str]:
        names = ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole", "AWSLambdaDynamoDBExecutionRole")
        return {name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in names}


@dataclass(frozen=True)
class Template:
    """A translated template. `folders` maps a resource's S3 key to the folder that the source template named;
    a layer that SAM would build is its own /opt/python, another one holds a folder python.
    """

    stack_name: str
    region: str
    document: Mapping[str, Any]
    parameters: Mapping[str, Any]
    folders: Mapping[str, Path]
    built: frozenset[str]

    def resolver(self, names: Names) -> Resolver:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{self.stack_name}/local",
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        return Resolver(
            parameters={**pseudo, **self.parameters},
            names=names,
            conditions=self.document.get("Conditions", {}),
            mappings=self.document.get("Mappings", {}),
        )

    def resources(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield (logical id, unresolved properties) of each resource of a type whose condition holds."""
        resolver = self.resolver({})
        for logical_id, resource in self.document["Resources"].items():
            if resource["Type"] == kind and ("Condition" not in resource or resolver.condition(resource["Condition"])):
                yield logical_id, resource.get("Properties", {})

    def physical_name(self, logical_id: str) -> str:
        """Name a resource after the stack, so that two stacks at one endpoint keep apart."""
        return f"{self.stack_name}-{logical_id}"


def load_template(path: Path, overrides: Mapping[str, str], stack_name: str, region: str) -> Template:
    """Translate the SAM template at `path`.

    Raises:
        TemplateError: the file is missing or not a valid template, or a parameter is wrong.
    """
    # Only who translates pays for it: it is a quarter of a stack's memory.
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.translator.transform import transform  # noqa: PLC0415
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415

    try:
        source = yaml_parse(path.read_text())
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise TemplateError(message) from None
    # It counts what it translates, and complains at exit that nobody asked for the numbers.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    parameters = parameter_values(source.get("Parameters", {}), overrides)
    folders, built = _detach_code(source, path.resolve().parent)
    try:
        document = transform(source, dict(parameters), _ManagedPolicies())
    except InvalidDocumentException as error:
        message = f"{path} is not a valid SAM template: {'; '.join(cause.message for cause in error.causes)}"
        raise TemplateError(message) from None
    return Template(stack_name, region, document, parameters, folders, built)


def _detach_code(source: dict[str, Any], base: Path) -> tuple[dict[str, Path], frozenset[str]]:
    """Put S3 places, which the translator insists on, in place of folders; return the folders by S3 key."""
    defaults = source.get("Globals", {}).get("Function", {})
    folders, built = {}, set()
    for logical_id, resource in source.get("Resources", {}).items():
        if (key := _CODE.get(resource["Type"])) is None:
            continue
        properties = resource.setdefault("Properties", {})
        folder = properties.get(key, defaults.get(key))
        if not isinstance(folder, str):
            message = f"{logical_id!r} needs a folder as its {key}"
            raise TemplateError(message)
        folders[logical_id] = (base / folder).resolve()
        properties[key] = f"s3://{_BUCKET}/{logical_id}"
        if "BuildMethod" in resource.get("Metadata", {}):
            built.add(logical_id)
    return folders, frozenset(built)
