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
# Names of exceptions, by what they are made of.
FORMAT_NAMES: Final = (
    rf"\b{_FORMAT}(?:[\w.:$]{{0,30}}[.:$_]|[a-z]{{0,12}})?_?(?:pars|decod|deseriali|unmarshal|syntax|scanner|tokeni[sz]|reader|malformed|composer|stream)\w{{0,16}}(?:error|exception|failure)\b",
    r"\b(?:[\w.]{1,40}\.)?_?(?:json|xml|yaml|toml|csv)(?:\.|::)?(?:error|exception)\b",
    r"\b(?:malformed|invalid|bad|unparse?able)_?(?:json|xml|yaml|csv|html|bson|protocol_?buffer)_?(?:error|exception|response)?\b(?! (?:schema|key|pointer|path|web|tag|field|column|attribute|operator))",
    r"\bsaxparseexception\b|\bexpaterror\b|\bpandas\.errors\.(?:parser|emptydata)error\b|\bmismatchedinputexception\b|\bpsych::syntaxerror\b|\bdeseriali[sz]ationexception\b|\bserializationexception: error deseriali|\bunmarshalexception\b|\belementtree\.parseerror\b|\bjson(?:path)?mappingexception\b",
)
FORMAT_TEXTS: Final = (
    # "Unable to parse the CSV", "JSON parse error", "not valid XML", "HTML instead of JSON".
    rf"\b{FAILED} (?:(?:when|while|in|during|to|trying to|at) ){{0,2}}{READ} (?:\S{{1,30}} ){{0,5}}?(?:as |from |into |to )?(?:an? |the )?{_FORMAT}\b",
    rf"\b{FAILED} (?:(?:when|while|in|during|to) ){{0,2}}(?:pars\w{{1,4}}|decod\w{{1,4}}|deseriali[sz]\w{{1,5}}|unmarshal\w{{0,5}}) (?:the |its )?(?:\w+(?:['\u2019]s)? ){{0,3}}?(?:response|reply|body|answer|payload|feed)\b",
    rf"\b(?:decod(?:e|ing)|pars(?:e|ing)|unmarshal\w*|deseriali[sz](?:e|ing)) (?:the )?(?:\w+ )?(?:response|body|reply|payload|{_FORMAT})(?: body)?: \w|\b(?:while|when) (?:reading|parsing|decoding|deseriali[sz]ing|unmarshalling) (?:the |a )?(?:\w+ )?{_FORMAT}\b",
    rf"\b{_FORMAT}[ :-]{{1,2}}(?:pars(?:e|er|ing)|decod(?:e|er|ing)|deseriali[sz]ation|syntax|unmarshal) ?(?:error|exception|failed|failure)\b",
    r"\b(?:invalid|malformed|bad|broken|corrupt(?:ed)?|unparse?able|not (?:a )?(?:valid|well-formed)) (?:json|xml|yaml|csv|toml)\b(?! (?:schema|key|pointer|path|web|tag|field|column|attribute|operator|payload received))",
    rf"\b(?:got|received|returned|was|found|sent) (?:an? )?(?:html|xml|plain text|text/html)(?: page| document)?\b.{{0,24}}\b(?:instead of|where|but|when|not) (?:\w+ ){{0,3}}{_FORMAT}\b",
    rf"\b(?:expect(?:ed|ing)|wanted|requires?) (?:an? )?(?:application/)?{_FORMAT}\b.{{0,40}}\b(?:got|received|but|found|instead)\b.{{0,30}}\b(?:html|text|xml|json|empty|doctype|nothing)|\bwith unexpected mime ?type\b|\btext/(?:html|plain)\b.{{0,30}}\b(?:but|instead|expected|not)\b.{{0,30}}\bjson\b|\bno (?:valid )?json (?:\w+ )?could be (?:decoded|found|parsed|read)\b",
    # JavaScript, Go, Python.
    r"\b(?:in|of) json at position \d|\bunexpected (?:end of|token .{1,40} in) json\b|\bis not valid json\b|\bjson\.parse\b.{0,20}\bunexpected\b|\bjson parse error\b",
    r"\binvalid character .{1,12} (?:looking for|after|in|as) (?:beginning|top-level|object|array|value|string|literal|numeric|\\u|exponent)|\bcannot unmarshal \w{1,12} into\b|\byaml: (?:line \d|unmarshal|control|found|did not|mapping)|\bxml syntax error on line\b",
    r"\bexpecting (?:value|property name|['\"]?[,:]['\"]? delimiter)\b.{0,50}\bline \d|\bextra data: line \d|\bunterminated string starting at\b|\binvalid control character at\b|\binvalid \\{1,2}(?:u\w{0,4} )?escape\b.{0,20}\bline \d",
    r"\b(?:unexpected character|unexpected end of data|unexpected content after document|invalid literal|no digits|input is a zero-length)\b.{0,20}: line \d+ column \d+",
    # Rust, Java, .NET.
    r"(?:\bexpected (?:value|ident|`.{1,6}`)|\beof while parsing|\btrailing (?:characters|comma|data)|\bcontrol character|\bkey must be a string|\binvalid (?:escape|number|type: )).{0,80}\bat line \d+,? column \d+|\berror decoding response body\b",
    r"\bunexpected character \('|\bunrecognized token '|\bexpected begin_\w{1,8} but was\b|\bcannot deserialize (?:value|instance|the current)\b|\bunexpected end-of-input\b|\bno content to map due to end-of-input\b|\bjsonreader\.set\w{1,12}\b|\bmalformed json at\b|\bend of input at line \d+ column",
    r"\bunexpected character encountered while parsing\b|\bdoes not contain any json tokens\b|\bis an invalid start of a (?:value|property name)\b|\bthe json value could not be converted\b|\bdata at the root level is invalid\b|\bbytepositioninline\b|\berror reading (?:jobject|jarray|jtoken)\b",
    r"\bunexpected (?:character|byte|token|symbol|end)\b.{0,20}\bat (?:character|offset|position|index) \d|\bunexpected (?:byte|token) (?:at position \d|at (?:0|1|'<))|\bunexpected token at '|\bunexpected end of (?:input|file|stream|data|document) (?:while|when|at|in) (?:pars|read|decod|line|json)",
    # XML, YAML, tables, jq.
    r"\bnot well-formed \(|\bmismatched tag: line\b|\bno element found: line\b|\bjunk after document element\b|\bstart tag expected\b|\bopening and ending tag mismatch\b|\bcontent is not allowed in prolog\b|\bmatching end-tag\b|\bextra content at the end of the document\b|\bpremature end of file\b|\bundefined entity\b.{0,20}line|\bunclosed (?:tag|token|cdata)",
    r"\bwhile (?:parsing|scanning) (?:a|an|the|for) (?:block|flow|simple|quoted|plain|next|directive|mapping|node|anchor|alias|tag|key)|\bmapping values are not allowed\b|\bcannot start any token\b|\bexpected <(?:block end|document start|block mapping)|\bbad indentation of a\b|\bfound undefined alias\b|\bnested mappings are not allowed\b",
    r"\berror tokenizing data\b|\bexpected \d+ fields?\b.{0,30}\bsaw \d|\bwrong number of fields\b|\bfound more fields than\b|\bno section headers\b|\bno columns to parse\b|\bbare \\?\" in non-quoted|\bextraneous or missing \\?\" in quoted|\bline contains nul\b|\billegal quoting\b|\bunclosed quoted field\b|\b(?:excel|parquet|spreadsheet|workbook|archive) file (?:format )?(?:cannot be determined|is (?:corrupt|invalid|not valid))|\bmagic bytes not found\b",
    r"^(?:jq: )?(?:error: )?parse error\b.{0,80}\bat (?:line \d|eof)|\bmalformed node or string\b",
    r"(?:json|xml|yaml|csv).{0,6}(?:解析|反序列化|パース).{0,6}(?:失败|错误|エラー|失敗|出错)|解析.{0,6}(?:json|xml|yaml|csv).{0,6}(?:失败|错误|出错)",
    rf"(?:error|erreur|errore|erro|fehler|błąd|fout) (?:al |lors de |nel |ao |beim |podczas |bij )(?:\w+ ){{0,3}}{_FORMAT}\b|\b{_FORMAT} (?:no válido|inválido|non valide|invalide|non valido|ungültig|nieprawidłowy|ongeldig)",
)
