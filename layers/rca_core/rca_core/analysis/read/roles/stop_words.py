"""Words that are no name of an argument, and words around a name that say that it is something else."""

from typing import Final

from rca_core.analysis.read.roles.sayings import compiled
from rca_core.analysis.rules.model import listed

FUNCTION_WORDS: Final = frozenset(
    listed("""
    a an the this that these those it its he she they you we i your our their his her my and or not no none null nil
    undefined true false is are was were be been being has have had do does did must should shall can cannot could
    may might will would need needs needed required requires require missing mandatory optional unknown unexpected
    unrecognized unrecognised invalid valid wrong bad illegal incorrect unsupported extra additional expected found
    given provided specified supplied passed present set sent received got at of for with without by as if when while
    which who what where there here some any all each every other another following than then because since before
    until please again such only also but so in on error errors exception warning failure cause details info hint
    argument arguments parameter parameters params property properties field fields validation failed fails string
    number integer boolean int float bool str array object list dict reason note nothing something everything anything
    positional keyword mandatory named top-level keyword-only param arg args kwarg kwargs tool function method called
    calling calls input_value input_type error_type rule least most obligatorio obligatoria obligatorios requerido
    requerida obligatoire obligatoires requis requise manquant manquante obrigatório obrigatória erforderlich
    erforderliche fehlt fehlen pflicht necesario necessário und oder nicht der die das ein eine le la les un une el
    los las o os de des del do da
    """)
)
"""Never a name where it stands without quotes."""

NOUNS: Final = frozenset(
    listed("""
    tools functions methods value values type types message messages request requests response input inputs output key
    keys attribute attributes option options element item member schema json body header headers payload instance
    variable variables length details info command entry record row column object data text result results answer
    index count
    """)
)
"""Words that such sentences have of their own: a name only if a mark, or what was sent, shows it."""

THINGS: Final = frozenset(
    listed("""
    to one two try call query path content detail description use using see named name
    authentication authorization authorisation login signin approval access permission permissions payment
    subscription confirmation consent upgrade action attention requestbody license licence verification registration
    membership api apikey api_key token access_token password credentials credential secret
    scope scopes session cookie csrf nonce signature certificate connection network internet server client host
    database table resource file directory folder module package dependency library plugin
    extension model engine driver service endpoint route user users agent agents caller callers
    operation feature support documentation configuration config setting settings environment
    index document image page node step task job process thread worker container pod version
    update review delivery system human assistant last first more less order
    """)
)
"""Things that may be missing or required without being an argument, unless a mark shows that they are."""

IS_NO_ARGUMENT: Final = frozenset(listed("none null undefined true false self cls nan object str int string array"))
"""Never a name, even in quotes."""

NOT_BEFORE: Final = compiled(
    r"\b(?:environment variables?|headers? must have required property|env(?:ironment)? vars?|headers?"
    r"|cookies?|scopes?|permissions?|privileges?|columns?|constraints?|relation|tables?|modules?|packages?"
    r"|librar(?:y|ies)|plugins?|certificates?|credentials?|secrets?|settings?|config(?:uration)?(?: file| key"
    r"| value| option)?s?|\S{1,40}\.(?:ya?ml|toml|ini|env|conf|cfg|json|properties):? .{0,30}"
    r"|import|command|binary|executable|files?|director(?:y|ies)|dependency|dependencies|index|resource|role"
    r"|policy|template variables?|prompt variables?|input variables?"
    r"|attributeerror: .{0,40}|keyerror:?|indexerror:?|nameerror: .{0,30}|object has no attribute"
    r"|has no attribute|(?:output|response|return object|answer|completion)s? (?:is |are |was )?(?:missing"
    r"|lacks|did not contain|does not contain)\b.{0,40}|return object\. .{0,20}|workflow input|secret|dns|host"
    r"|attribute error) ['\"`(\[]{0,2}$"
)
NOT_AFTER: Final = compiled(
    r"^(?: |: )?(?:header|headers|cookie|environment variable|env(?:ironment)? var|scope|permission|privilege"
    r"|column|constraint|module|package|library|plugin|certificate|credential"
    r"|secret|setting|config(?:uration)?\b|doesn't have a default value|of relation|in (?:the )?(?:headers?"
    r"|environment|settings|config|\.env)|of document|role\b|under ['\"]|in type ['\"])"
)
