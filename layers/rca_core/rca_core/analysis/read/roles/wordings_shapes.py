"""Wordings with a shape of their own: a path, a parent, or what is wrong stands elsewhere."""

from typing import Final

from rca_core.analysis.read.roles.sayings import BLANK, MISSING, UNEXPECTED
from rca_core.analysis.read.roles.wording import (
    AFTER_ROLE,
    ANY,
    BARE,
    CLOSE,
    NAME,
    OPEN,
    QUOTED,
    ROLE,
    Wording,
    wording,
)

SHAPES: Final[tuple[Wording, ...]] = (
    *wording(
        MISSING,
        rf"\bat {OPEN}(?P<parent>{NAME}){CLOSE}; ?field {OPEN}(?P<name>{NAME}){CLOSE} of required type",
    ),
    # Shapes of their own, with a parent or a saying that stands elsewhere.
    *wording(
        MISSING,
        rf"\bmissing required parameter in (?P<parent>[\w.\[\]]{{1,100}}): \"(?P<name>{NAME})\"",
        rf"\bvariable {OPEN}\$(?P<parent>{NAME}){CLOSE} got invalid value [^\n]*?; ?field "
        rf"{OPEN}(?P<name>{NAME}){CLOSE} of required type",
        rf"\bvariable {OPEN}\$(?P<name>{NAME}){CLOSE} of (?:required"
        rf"|non-null) type [^\n]{{1,80}} (?:was not provided|must not be null)",
        rf"\bobject missing required field {OPEN}(?P<name>{NAME}){CLOSE} - at {OPEN}(?P<parent>[^`\n]{{1,100}}){CLOSE}",
        rf"\bkey {OPEN}(?P<parent>{NAME}){CLOSE} error:\s+missing key: {OPEN}(?P<name>{NAME}){CLOSE}",
        rf"\bfield {OPEN}(?P<parent>{NAME})\.{CLOSE} is missing property {OPEN}(?P<name>{NAME}){CLOSE}",
    ),
    *wording(
        UNEXPECTED,
        rf"\bunknown parameter in (?P<parent>[\w.\[\]]{{1,100}}): \"(?P<name>{NAME})\"",
        rf"\bvariable {OPEN}\$(?P<parent>{NAME}){CLOSE} got invalid value [^\n]*?; ?field "
        rf"{OPEN}(?P<name>{NAME}){CLOSE} is not defined",
        rf"\bobject contains unknown field {OPEN}(?P<name>{NAME}){CLOSE} - at {OPEN}(?P<parent>[^`\n]{{1,100}}){CLOSE}",
    ),
    *wording(
        None,
        rf"\bvariable {OPEN}\$[^'\"`\n]{{1,60}}{CLOSE} got invalid value [^\n]*? at "
        rf"{OPEN}(?P<name>{NAME}){CLOSE}; ?(?P<rest>[^\n]+)",
        rf"\bvariable {OPEN}\$(?P<name>{NAME}){CLOSE} got invalid value [^\n]*?; ?(?P<rest>(?:\w+ cannot "
        rf"represent|expected (?:type|value)|value )[^\n]+)",
        rf"\bfield error in object '[^'\n]{{1,80}}' on field '(?P<name>{NAME})': rejected value "
        rf"(?P<rest>\[.*?default message \[[^\]\n]{{1,200}}\])",
        rf"\bkey: '[^'\n]{{1,120}}' error: ?field validation for '(?P<name>{NAME})' failed on the "
        rf"'(?P<code>\w{{1,40}})' tag",
        rf"(?:^|\n)✖ (?P<rest>[^\n]+)\n\s*→ at (?P<name>{NAME})",
        rf"(?P<rest>\binvalid (?:input|option|string|url|uuid|email"
        rf"|date)[^\n,;]{{0,20}}?: expected (?:one of )?[^\n;]{{1,200}}?) at (?P<name>{NAME})(?:$|\n|,|;)",
        rf"(?:^|[:;\n] )(?P<rest>[^;:\n\"]+(?:\"[^\"\n]*\")?[^;:\n\"]*) at \"(?P<name>{NAME})\"(?:$|;|\n)",
        rf"(?P<rest>\binvalid type: [^\n]+?) for key {QUOTED}",
        rf"(?P<rest>\btoo (?:small|big): expected [^\n;]{{1,120}}?) at (?P<name>{NAME})(?:$|\n|,|;)",
        r"(?P<rest>(?:\bexpected `[^`\n]{1,80}`[^\n]{0,120}"
        r"|\binvalid [^\n]{1,160})) - at `(?:key in )?(?P<name>\$[^`\n]{1,120})`",
        rf"(?P<rest>\bthe json value could not be converted to [^\n]{{1,120}}?\.) path: (?P<name>\$\.{NAME})",
        rf"(?P<rest>\b(?:json: )?cannot unmarshal \w+ into (?:go )?(?:struct field"
        rf"|value of type)) [\w/]{{1,60}}\.(?P<name>{NAME}) of type",
        rf"(?P<rest>\b(?:must|should|invalid|missing|unsupported"
        rf"|failed)[^\n\[]{{1,160}}) \[json-pointer:(?P<name>/{NAME})\]",
        rf"(?P<rest>\bcannot (?:deserialize|construct|coerce)[^\n]+?) \(through reference chain: "
        rf"[^\n\"]{{1,120}}\[\"(?P<name>{NAME})\"\]\)",
        rf"\bfailed to convert (?:property )?value of type .{{1,120}} to required type .{{1,120}} for property "
        rf"'(?P<name>{NAME})'(?P<rest>)",
    ),
    *wording(
        MISSING,
        rf"(?:^|[\s:])(?P<parent>[A-Za-z][\w./\[\]-]*) must have required property {QUOTED}",
        rf"\b(?:provide|specify|supply|pass|give|set|enter) (?:an? "
        rf"|the )?(?:valid )?values? for (?:the )?(?:{ROLE} )?{QUOTED}",
    ),
    *wording(
        BLANK,
        rf"\bempty values? (?:was |were )?(?:found |given |provided |passed )?(?:for|in) (?:the )?(?:{ROLE} )?{QUOTED}",
    ),
    *wording(
        None,
        rf"(?P<rest>\binvalid type: \w+ \(expected [^)\n]+\)) (?P<name>/{NAME})$",
        rf"(?P<rest>\b(?:wanted|expected|needs|wants) [^\n,;'\"`]{{1,60}}?) (?:in|for|at"
        rf"|as) (?:the )?(?:{ROLE} )?{QUOTED}",
        rf"\binvalid {QUOTED}: (?P<follows>\w)",
        rf"(?P<rest>\binvalid value [^\n]{{1,80}}? supplied to) [^\n]*/(?P<name>{NAME}): ",
        rf"\binvalid {BARE}, (?P<follows>(?:must|should|expected|has to|needs to)\b)",
        rf"(?:^|\s){BARE} (?:parameter|argument|field|property) (?P<follows>(?:must|should|has to|needs to)\b)",
        rf"(?P<rest>[^\n.]+)\. ?\(parameter '(?P<name>{NAME})'\)",
        r"\bat (?P<name>[$/][\w.\[\]/-]+): (?P<rest>[^\n]+)",
        rf"(?P<rest>\bis (?:not valid|invalid|not allowed)) for (?:the )?{ROLE} {ANY}(?:$|[.,;\s])",
        rf"\binvalid {BARE}: [^\n]{{1,80}}?(?:[.;,]| -) (?P<follows>(?:must|should|expected|cannot|allowed"
        rf"|valid|has to|needs to)\b)",
        mark=AFTER_ROLE,
    ),
    # A path after what is said: voluptuous, superstruct, valibot, dspy, discord.
    *wording(
        None,
        r"(?P<rest>\b(?:required key not provided|extra keys not allowed|expected [^\n@]+"
        r"|not a valid value[^\n@]*|[^\n@]+ for dictionary value)) @ data(?P<name>(?:\[(?:'[^'\n]*'|\d+)\])+)",
        rf"\bat path: (?P<name>{NAME}) -- (?P<rest>[^\n]+)",
        rf"(?:^|\n)\s*in (?P<name>{NAME}): (?P<rest>[^\n]+)",
        rf"\barg(?:ument)? {ANY} is invalid: (?P<rest>[^\n]+)",
        rf"\bargument {ANY} (?P<rest>has type [^\n]+ but should be [^\n]+)",
        rf"\bparameter (?P<name>{NAME})=(?P<rest>[^\n]* violates type hint [^\n]+)",
        rf"(?:^|\n|: )key {QUOTED} error:\s+(?P<rest>[^\n]+)",
        rf"\bvalue \(?[^\n]{{0,200}}? (?:at|for parameter) {ANY} (?P<follows>failed to satisfy|is invalid"
        rf"|is not valid)",
        rf"(?P<rest>\binvalid value at) '(?P<name>{NAME})' \(",
    ),
)
