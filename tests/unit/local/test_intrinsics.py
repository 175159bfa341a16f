from typing import Any

import pytest

from local.intrinsics import Resolver, TemplateError

RESOLVER = Resolver(
    parameters={"Stage": "prod", "Origins": ["a", "b"], "AWS::Region": "eu-west-1"},
    names={"Table": {"Ref": "t1", "Arn": "arn:t1"}, "Url": {"FunctionUrl": "http://u/"}},
    conditions={
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Either": {"Fn::Or": [{"Condition": "IsTest"}, {"Condition": "IsProd"}]},
        "Both": {"Fn::And": [{"Condition": "IsTest"}, {"Condition": "IsProd"}]},
    },
    mappings={"Sizes": {"eu-west-1": {"memory": 512}}},
)


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("plain", "plain"),
        ({"Ref": "Stage"}, "prod"),
        ({"Ref": "Origins"}, ["a", "b"]),
        ({"Ref": "Table"}, "t1"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:t1"),
        ({"Fn::GetAtt": "Url.FunctionUrl"}, "http://u/"),
        ({"Fn::Sub": "${Table.Arn}/${Stage}/${AWS::Region}/${!kept}"}, "arn:t1/prod/eu-west-1/${kept}"),
        ({"Fn::Sub": ["${own}-${Stage}", {"own": {"Ref": "Table"}}]}, "t1-prod"),
        ({"Fn::Join": [",", {"Ref": "Origins"}]}, "a,b"),
        ({"Fn::Join": ["-", ["x", {"Ref": "Stage"}]]}, "x-prod"),
        ({"Fn::Select": ["1", {"Fn::Split": [".", "a.b.c"]}]}, "b"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "memory"]}, 512),
        ({"Fn::If": ["IsProd", 1, 2]}, 1),
        ({"Fn::If": ["IsTest", 1, 2]}, 2),
        ({"Fn::If": ["Either", 1, 2]}, 1),
        ({"Fn::If": ["Both", 1, 2]}, 2),
        ({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        ([1, {"Fn::If": ["IsTest", 2, {"Ref": "AWS::NoValue"}]}], [1]),
        ({"nested": [{"deep": {"Ref": "Stage"}}]}, {"nested": [{"deep": "prod"}]}),
    ],
)
def test_each_function_is_replaced_by_its_result(value: Any, resolved: Any) -> None:
    assert RESOLVER.resolve(value) == resolved


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nobody"}, "no Ref of 'Nobody'"),
        ({"Fn::GetAtt": ["Table", "Colour"]}, "no Colour of 'Table'"),
        ({"Fn::Sub": "${Nobody.Arn}"}, "no Arn of 'Nobody'"),
        ({"Fn::If": ["IsNobody", 1, 2]}, "unknown condition 'IsNobody'"),
        ({"Fn::FindInMap": ["Sizes", "eu-west-1", "disk"]}, "no entry 'eu-west-1', 'disk'"),
        ({"Fn::Cidr": ["10.0.0.0/8", 1, 1]}, "Fn::Cidr is not supported"),
    ],
)
def test_what_is_not_known_is_named(value: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        RESOLVER.resolve(value)
