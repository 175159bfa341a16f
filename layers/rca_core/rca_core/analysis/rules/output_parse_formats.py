"""How parsers and deserialisers of data formats say that a text is not of their format: words, not rules."""
# ruff: noqa: E501 - a pattern in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.unrelated import COMPILER, TESTS

FAILED: Final = r"(?:could not|couldn't|cannot|can't|can not|unable to|failed to|fails to|fail to|error|errors|failure|problem|not able to|failed|was not able to|trouble)"
READ: Final = r"(?:pars(?:e|ed|ing|eable)|decod(?:e|ed|ing)|deseriali[sz](?:e|ed|ing|ation)|unmarshal(?:l?ing|l?ed)?|extract(?:ing|ed)?|interpret(?:ing|ed)?|coerc(?:e|ed|ing)|convert(?:ing|ed)?|load(?:ing|ed)?)"
_FORMAT: Final = r"(?:json[l5]?|xml|ya?ml|toml|csv|tsv|html|rss|atom|avro|protobuf|msgpack|messagepack|soap|bson|parquet|xlsx?|excel|feed|ini|ndjson|graphql response)"

# What a server says about the request it was sent; what a program says about its own source or settings.
NOT_AN_ANSWER: Final = (
    *COMPILER,
    *TESTS,
    r"\brequest body\b|\bbody of your request\b|\bpayload received\b|\brequest payload\b|\bjson in request\b|\bin (?:the )?body\b",
    r"\b(?:arguments?|params|parameters)\b.{0,40}\b(?:json|unmarshal|deserial\w*|decode|parse)\b|\bcannot be handled as\b",
    r"\bbad request\b|\bproblems parsing json\b|\bhttpmessagenotreadable|\bcould not read (?:document|json)\b",
    r"unexpected token '/', \"/|\bnot json serializable\b|\bno serializer found\b",
    r"\bheader parser\b|\bjwt\b|\binput syntax for type\b|\bcertificate\b|\bpem\b",
    r"\b(?:package|tsconfig|composer)\.json\b",
)
# A file or a setting that a tool could not read is the tool's business; that a service's answer could not be is not.
RESPONSE_TEXTS: Final = (
    rf"\b{FAILED} (?:(?:when|while|in|during|to) ){{0,2}}(?:pars\w{{1,4}}|decod\w{{1,4}}|deseriali[sz]\w{{1,5}}|unmarshal\w{{0,5}}) (?:the |its )?(?:\w+(?:['\u2019]s)? ){{0,3}}?(?:response|reply)\b",
    r"\b(?:decod(?:e|ing)|pars(?:e|ing)|unmarshal\w*|deseriali[sz](?:e|ing)) (?:the )?(?:\w+ )?(?:response|reply)(?: body)?: \w",
    rf"\b(?:got|received|returned|was|found|sent) (?:an? )?(?:html|xml|plain text|text/html)(?: page| document)?\b.{{0,24}}\b(?:instead of|where|but|when|not) (?:\w+ ){{0,3}}{_FORMAT}\b",
    r"\bwith unexpected mime ?type\b|\btext/(?:html|plain)\b.{0,30}\b(?:but|instead|expected|not)\b.{0,30}\bjson\b|\binvalid json response\b",
    r"\berror decoding response body\b|\bunexpected token '?<'?(?:, | in json)|\bis an invalid start of a value\b.{0,40}'<'|'<' is an invalid start of a value",
)
