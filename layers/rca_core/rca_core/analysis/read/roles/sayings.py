"""What a message about an argument, or the code that goes with it, says is wrong with it."""
# ruff: noqa: RUF001, ISC004

from typing import Any, Final

import re2

from rca_core.analysis.read.roles.model import Saying
from rca_core.analysis.read.roles.paths import normal
from rca_core.analysis.rules.model import listed

MISSING: Final = Saying("missing")
UNEXPECTED: Final = Saying("unexpected")
WRONG_TYPE: Final = Saying("wrong_type")
WRONG_VALUE: Final = Saying("wrong_value")
# Null or blank: what was not sent is missing, what was sent so is a refused value.
NULL: Final = Saying("missing", if_sent="wrong_value", if_absent="missing")
# Null on purpose: "this field may not be null" is said of what was sent so.
SENT_NULL: Final = Saying("wrong_value", if_sent="wrong_value", if_absent="missing")
BLANK: Final = Saying("wrong_value", if_sent="wrong_value", if_absent="missing")


def compiled(pattern: str) -> Any:
    """Return a pattern that takes time linear in the text, in either case."""
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = 16 << 20
    return re2.compile(pattern, options)


_TYPE_WORD: Final = (
    r"(?:strings?|str|text|numbers?|numeric|integers?|int(?:32|64)?|long|short|floats?|float64|double|decimal"
    r"|bool(?:ean)?s?"
    r"|arrays?|lists?|tuples?|sets?|sequence|objects?|dict(?:ionary|ionaries)?|maps?|mapping|null|none"
    r"|nonetype|bytes|nan"
    r"|undefined|struct|json object|whole number|iterable|hash|symbol|bigint|any)"
)
# Tried in order: the first that is found says what is wrong.
_SAYINGS: Final = tuple(
    (saying, compiled(pattern))
    for saying, pattern in (
        (
            MISSING,
            r"\b(?:received|was|got|is|but got|instead was|found|value)[: ]+[`'\"]?undefined\b|\bwas missing\b"
            r"|\bvalue_error\.missing\b|\btype=missing",
        ),
        (
            UNEXPECTED,
            r"\btype `never`|\bextra keys not allowed\b|\bunallowed (?:field|key)\b|\bextra (?:inputs?|fields?"
            r"|keys?|propert(?:y|ies)|arguments?) (?:are |is )?not (?:permitted|allowed)\b"
            r"|\b(?:unknown|unexpected|unrecogni[sz]ed|undeclared|disallowed|extraneous|unsupported) (?:keyword )?"
            r"(?:field|key|keys|key\(s\)|property|properties|argument|parameter|param|input|attribute|option|member)\b"
            r"|\badditional ?propert(?:y|ies)\b|\bunevaluated propert|\bis not defined by type\b"
            r"|\b(?:property|field|key) \S{1,80} should not exist\b|\bshould not exist\b|\bis prohibited\b"
            r"|\bis not (?:allowed|permitted|recogni[sz]ed|expected)[.!]?\s*$|\bnot a (?:known|recogni[sz]ed"
            r"|valid) (?:field|parameter|argument|property|key)\b"
            r"|\bwas unexpected\b|\bcannot be set\b.{0,60}\bunknown\b|\bmust not be present\b",
        ),
        (
            WRONG_TYPE,
            r"\bnone is not an allowed value\b|\binput_type=NoneType\b",
        ),
        (SENT_NULL, r"\bmay not be null\b"),
        (
            NULL,
            r"\b(?:must|may|can|should|shall) ?(?:not|n't) be (?:null|nil|none|undefined)\b"
            r"|\bcannot be (?:null|nil|none|undefined)\b|\bcan[`'’]t be (?:null|nil|none|blank)\b"
            r"|\b(?:must|may|can|should) ?not be (?:blank or null|null or empty|blank or empty)\b|\bnotnull\b"
            r"|\bnon-?nullable\b",
        ),
        (
            BLANK,
            r"\b(?:must|may|can|should|shall|does|is) ?(?:not|n't)(?: allowed to)? be (?:an? )?(?:empty"
            r"|blank)\b|\bcan(?:no|[`'’])t be (?:empty|blank)\b|\bempty strings?\b"
            r"|\bnotblank\b|\bnotempty\b|\bmust not be an empty\b|\bnon-?empty\b",
        ),
        (
            WRONG_VALUE,
            r"\btoo (?:small|big|short|long|low|high|large|many|few)\b|\bexpected \w+ to (?:be|have) [<>=]"
            r"|\bone of\b|\benum\w*\b|\bnot a valid choice\b|\bvalid choices?\b|\bchoose from\b|\bliteral\b"
            r"|\bconst\b|\ballowed values?\b|\bpermitted values?\b"
            r"|\bsupported values?\b|\bunsupported value\b|\bdoes not exist in\b|\bvalid option"
            r"|\binvalid option\b|\binvalid choice\b|\bis not in the list\b|\ballowed enum\b"
            r"|\bis not an allowed value\b|\bvalid (?:in)?stance id\b",
        ),
        (
            WRONG_TYPE,
            rf"\b(?:expected|expecting|expects|to be|should be|must be|needs? to be|has to be|is expected as"
            rf"|want(?:ed)?)(?: an?| the| of)?(?: type| value of type"
            rf"| instance of)*:? ?[`'\"<]*(?:class ['\"`]?|java\.lang\.|java\.util\.|builtins\.)?(?:valid "
            rf"|json |whole |real )?{_TYPE_WORD}\b[`'\">]*(?:\W|$)"
            rf"|\binvalid (?:int|integer|float|number|bool|boolean|list|array|dict|object)\b"
            rf"|\bvalid {_TYPE_WORD}\b|\b(?:is )?not (?:an? "
            rf"|of )?(?:type )?(?:valid )?[`'\"<]*{_TYPE_WORD}\b[`'\"]*(?:\W|$)"
            rf"|\b(?:is )?not (?:an )?instance of\b|\bnot of type\b"
            r"|\b(?:incorrect|invalid|wrong|bad|mismatched|unexpected) (?:data ?|parameter |argument )?type\b"
            r"|\btype (?:mismatch|error)\b|\b(?:type=)?\w{2,10}_type\b|\btype=(?:int|float|bool|decimal|list"
            r"|dict|string|model_attributes|model)_(?:parsing|from_float|type)\b"
            r"|\b\w+ found, \w+ expected\b|\bviolates type hint\b|\bhas type\b.{0,40}\bshould be\b"
            r"|\bshould be instance of\b|\b(?:must be )?of \w+ type\b|\btype_error\b|\bcannot (?:un)?marshal\b"
            r"|\bcannot deserialize\b|\bcould not be converted\b|\b(?:cannot|could not|can't|unable to"
            r"|failed to) (?:be )?(?:convert|coerce|cast|represent|deserialize)\w*\b"
            r"|\bnon-?(?:integer|string|number|numeric|boolean|float|list|array|object)\b|\bof type\b"
            r"|\btype is expected\b|\bcast from\b|\bmust be (?:an? )?(?:type|instance)\b"
            r"|\bhas (?:an )?(?:invalid|wrong) type\b|\bis an invalid type\b"
            r"|\b(?:is|are) not (?:an? )?(?:whole number|digits?)\b",
        ),
        (
            WRONG_VALUE,
            r"\b(?:pattern|format|regex|match(?:es)?|greater|less|smaller|larger|bigger|lower|higher|at least"
            r"|at most|no (?:more|less|longer|fewer)|more than|fewer than|minimum|maximum|min|max|length"
            r"|between|range"
            r"|positive|negative|multiple|unique|duplicate\w*|too (?:long|short|small|big|large|many|few|low"
            r"|high)|exceeds?|longer|shorter|out of|characters?|items|divisible|(?:start|begin|end)s? with"
            r"|exactly|equal)\b"
            r"|[<>]=? ?-?\d|[≥≤]|\bvalid (?:e-?mail|url|uri|uuid|guid|date\w*|time\w*|ip\w*|hostname|phone"
            r"|address|iso\w*|currency|country|value|id\b|path|json|base64|json string|identifier)"
            r"|\binvalid (?:value|format|e-?mail|url|uri|uuid|guid|date\w*|time\w*|string|input|ip|id|literal"
            r"|datetime|choice)\b|\bis (?:an )?invalid\b|\bnot valid\b|\bnot a valid\b|\bvalid value\b"
            r"|\bvalid min value\b|\bmust be (?:in the )?(?:future|past|a (?:past|future)|uppercase|lowercase"
            r"|true|false|empty|zero|non\w+|a (?:valid|well-?formed))\b"
            r"|\bmust be in\b|\byyyy\b|\bunallowed value\b|\bor fewer\b|\bor more\b|\bwrong format\b"
            r"|\bmalformed\b|\b(?:could|can|was)(?: not|n't|not) (?:be )?parsed?\b|\bunable to parse\b"
            r"|\bfailed to parse\b|\b\w{2,12}_parsing\b|\bwrong value\b|\brejected\b|\bunsupported\b"
            r"|\bis not supported\b|\bincorrect\b|\bunacceptable\b|\bnot accepted\b|\brefused\b",
        ),
        (
            MISSING,
            r"\brequired\b|\bmissing\b|\bmandatory\b|\b(?:must|has to|needs to|should) be (?:provided"
            r"|specified|present|set|supplied|given|defined|included|passed|filled)\b|\bwas not (?:provided"
            r"|specified|supplied|given|passed|sent|set)\b"
            r"|\bnot (?:provided|specified|supplied|given|present)\b|\byou must (?:specify|provide|supply"
            r"|enter|include)\b|\bis absent\b|\bmust exist\b|\bno value\b|\bis not set\b|\bis undefined\b"
            r"|\bomitted\b|\bplease (?:enter|provide|specify)\b",
        ),
        (WRONG_VALUE, r"^\W*(?:invalid|illegal|bad)\b"),
        (
            MISSING,
            r"\b(?:fehlt|fehlen|erforderlich|pflichtfeld|obligatoires?|requis|manquante?s?|obligatorios?"
            r"|requerid[oa]s?|obrigatóri[oa]s?|falta(?:nte)?)\b|必填|必须|缺少|不能为空|必須|ありません|必要です",
        ),
    )
)
# A form of text that is asked for: the type is right, the value is not.
_FORM: Final = compiled(
    r"\b(?:valid|invalid|iso|well-?formed|proper)\b.{0,16}\b(?:e-?mail|ur[il]|uuid|guid|date\w*|times?"
    r"|timestamp|timezone|ip\w*|hostname|phone|address|iso[ -]?8601|currency|country|language|format|base64"
    r"|hex\w*|pattern|object ?id|cron|duration|json)\b"
    r"|\b(?:date|time|datetime|uuid|url|email|timedelta)\w*_(?:parsing|type)\b|\b(?:date|time|datetime"
    r"|timedelta)\w*_from_date\w*_parsing\b|\bhas wrong format\b|\bmatch(?:es)? (?:the )?(?:pattern|format"
    r"|regex\w*)\b|\bis not a ['\"](?:email|date|date-time|time|uri|url|uuid|ipv4|ipv6|hostname|regex)['\"]"
    r"|\bto be formatted\b|\bdate format\b|\bdatetime value\b"
)
_OF_TYPES: Final = compiled(rf"\bexpected an? {_TYPE_WORD},? but (?:got|received)\b|\bgot <class\b")
_ABSENT: Final = compiled(r"\bundefined\b")

# What codes, types, keywords and reasons say by themselves, in normal form.
_CODES: Final[dict[str, Saying]] = {
    normal(code): saying
    for saying, codes in (
        (
            MISSING,
            """missing missing_argument missing_keyword_only_argument missing_positional_only_argument
            value_error.missing required dependentRequired dependencies dependency any.required parameter_missing
            missing_parameter missing_required_parameter missing_field missing_required_field FieldValueRequired
            FIELD_REQUIRED required_field NotNull presence isDefined not_specified MissingParameter MISSING_FIELD
            REQUIRED requiredfield missing_required REQUIRED_FIELD_MISSING BASE_TYPE_REQUIRED
            object_missing_property""",
        ),
        (
            UNEXPECTED,
            """extra_forbidden value_error.extra unexpected_keyword_argument unexpected_positional_argument
            additionalProperties unevaluatedProperties unrecognized_keys object.unknown parameter_unknown
            unknown_parameter unknown_field whitelistValidation any.unknown unexpected_property UnknownParameter
            unknownkey additionalProperty FieldValueForbiddenUnknown OBJECT_ADDITIONAL_PROPERTIES unknown_argument""",
        ),
        (
            WRONG_TYPE,
            """type invalid_type string_type int_type float_type bool_type list_type dict_type int_parsing float_parsing
            bool_parsing int_from_float decimal_parsing decimal_type model_type model_attributes_type tuple_type
            set_type bytes_type none_required type_error.integer type_error.float type_error.str type_error.list
            type_error.dict type_error.none.not_allowed type_error.none is_instance_of dataclass_type string.base
            number.base array.base object.base boolean.base isString isNumber isInt isBoolean isArray isObject
            typeMismatch FieldValueTypeInvalid parameter_invalid_integer parameter_invalid_string wrong_type
            typeerror invalidtype INVALID_TYPE iterable_type frozen_set_type""",
        ),
        (
            WRONG_VALUE,
            """enum const literal_error pattern format minimum maximum exclusiveMinimum exclusiveMaximum minLength
            maxLength minItems maxItems multipleOf uniqueItems invalid_enum_value invalid_string invalid_value
            too_small too_big invalid_date invalid_literal invalid_format not_multiple_of greater_than
            greater_than_equal less_than less_than_equal string_too_short string_too_long string_pattern_mismatch
            too_short too_long datetime_parsing date_parsing time_parsing uuid_parsing url_parsing uuid_type url_type
            datetime_from_date_parsing date_from_datetime_parsing value_error
            value_error.number.not_ge value_error.number.not_le value_error.number.not_gt value_error.number.not_lt
            value_error.email value_error.any_str.min_length value_error.any_str.max_length value_error.str.regex
            type_error.enum value_error.const FieldValueInvalid FieldValueNotSupported FieldValueTooLong
            FieldValueTooMany isIn isEnum isEmail isUrl isUuid min max size positive past future email
            Min Max Size Email Pattern Positive PastOrPresent invalid_choice any.only string.email number.min number.max
            string.guid string.isoDate string.uri string.pattern.base max_length min_length min_value max_value
            finite_number parameter_invalid_empty BASE_TYPE_CHOICES enumvalue invalidvalue""",
        ),
        (BLANK, "NotBlank NotEmpty isNotEmpty blank string.empty any.empty empty"),
        (NULL, "null not_null nullvalue"),
    )
    for code in listed(codes)
}


def saying_of(message: str) -> Saying | None:
    """Return what a message about one argument says is wrong with it; None if it does not say."""
    text = message[:600]
    for saying, pattern in _SAYINGS:
        if not pattern.search(text):
            continue
        if saying is WRONG_TYPE and not _OF_TYPES.search(text) and _FORM.search(text):
            return WRONG_VALUE
        return saying
    return None


def saying_of_code(code: str) -> Saying | None:
    """Return what a code, type, keyword or reason says by itself."""
    return _CODES.get(normal(code))


def says_undefined(message: str) -> bool:
    """Return whether a message shows that nothing was sent."""
    return _ABSENT.search(message[:600]) is not None
