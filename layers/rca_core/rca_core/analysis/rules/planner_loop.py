"""The agent went on without getting anywhere."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG, Rule, listed
from rca_core.analysis.rules.planner_loop_causes import CAUSES
from rca_core.analysis.rules.unrelated import COMPILER, TESTS

__all__ = ["CAUSES", "RULES"]

_ROUNDS: Final = r"(?:iterations?|turns?|steps?|rounds?|loops?|hops|cycles|handoffs?|tool[ -]?calls?|function[ -]?calls?|llm calls|model calls|auto[ -]?repl(?:y|ies))"
_ROUNDS_ELSEWHERE: Final = r"(?:iteracion\w*|pasos|turnos|rondas|ciclos|itérations?|étapes|tours|boucles|iterazion\w*|passi|turni|iteraç\w+|etapas|passos|rodadas|iterationen|iterations|schritt\w*|runden|durchläufe|iteraties|stappen|beurten|krok\w+|iteracj\w+)"
_ROUND_WORDS: Final = r"(?:\w{1,12}_)?(?:iterations?|turns?|(?:super-?)?steps?|rounds?|loops?|hops?|cycles?|hand-?offs?|delegations?|transitions?|(?:tool|function|agent|llm|model|sub-?agent|node|action)[ _-](?:calls?|invocations?|uses?|executions?|runs?|visits?)|auto[ -]?repl(?:y|ies))"
_LIMIT: Final = r"(?:max\w*|limit\w*|cap|budget|allowed|allowance|allotted|ceiling|permitted)"
_MET: Final = r"(?:exceed\w*|reach\w*|hit|exhaust\w*|used up|crossed|ran out|run out|surpass\w*|spent|overr[au]n)"
_REPEATED: Final = (
    r"(?:identical|repetitive|repeated|repeating|repetitious|looping|same|equal|duplicated?|similar|exact|unchanged)"
)
_TIMES: Final = r"(?:(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|multiple|many) times|twice)"
_CALL: Final = r"(?:tool[ _-]?(?:calls?|uses?|invocations?)|function[ _-]?(?:calls?|invocations?)|actions?(?: inputs?)?|tool|calls?|invocations?|arguments?|args|inputs?|parameters|params|commands?|steps?|plan|thoughts?|requests?|quer(?:y|ies)|search(?:es)?|payloads?)"
_AGENT: Final = r"(?:agents?|runner|workflow|graph|crew|team|swarm|conversation|planner|debate|group ?chat|chat|task|assistant|supervisor|flow|react loop|reasoning|orchestrator|run|plan|session|dialog(?:ue)?|model|llm)"
# Loops of programs and solvers, and retries of one request: not the agent going round.
_NOT_THE_AGENT: Final = (
    r"while loop",
    r"for loop",
    r"recursion depth",
    r"converge",
    r"solver",
    r"optimi[sz]er",
    r"lbfgs",
    r"max retries exceeded with url",
    r"redirects",
    r"interpretererror",
    r"event loop",
    r"\b(?:mail|smtp|received headers?|ttl)\b",
)
# Rounds of tests, mails, imports and games.
_NOT_A_ROUND: Final = (
    *COMPILER,
    *TESTS,
    r"\b(?:import|dependenc\w+|reference|module|package|foreign key|inherit\w*|symlink|terraform|mail|smtp|routing table|header)s?\b.{0,40}\b(?:loop|cycle)",
    r"\bper (?:second|minute|hour|day|month)\b|\b(?:pedometer|walk\w*|fitness|wash\w*|stairs) ?",
    r"\b(?:game|player|training|epoch|dropout|early stopping|draw|payment|invoice|order|booking|idempoten\w+|migration)\b",
)

RULES: Final = (
    Rule(
        "planner_loop.name",
        "planner_loop",
        "iteration_limit",
        DECISIVE,
        names=listed(
            """
            maxturnsexceeded graphrecursion graphrecursionlimit agentstuckinloop iterationlimitcrossed
            maxiterations maxiterationsexceeded maxiterationsreached maxstepsexceeded maxstepsreached
            agentmaxsteps maxturns errormaxturns maxturnsreached recursionlimit recursionlimitexceeded
            loopdetected agentloop toolcalllimitexceeded iterationlimit iterationlimitexceeded
            steplimitexceeded maxloops eventloopmaxcyclesexceeded maxcyclesexceeded toolloop infiniteloop plannerloop maxmessagetermination
            maxroundsexceeded agentlimitexceeded modelcalllimitexceeded
            """
        ),
        unless=(r"while loop",),
    ),
    # Names of exceptions and codes, by what they are made of.
    Rule(
        "planner_loop.name_parts",
        "planner_loop",
        "iteration_limit",
        STRONG,
        patterns=(
            r"max(?:imum)?_?(?:num_?|number_?of_?|allowed_?)?(?:agent|tool|component|model|node|function|llm|consecutive|chat|conversation|react|reasoning|planner|loop|auto)?_?(?:iteration|turn|step|round|cycle|hop|run|handoff|visit|delegation|repl(?:y|ie)|loop)s?_?(?:count_?|depth_?|limit_?)?(?:exceeded|reached|error|exception|termination|crossed|hit|exhausted)",
            r"(?:iteration|turn|step|round|cycle|handoff|delegation|hop|recursion|tool_?call|tool_?use|tool_?repetition|agent_?call|model_?call|repetition|graph_?recursion)s?_?(?:limit|budget|count|depth)_?(?:exceeded|reached|crossed|hit|exhausted|error|exception)",
            r"pipelinemaxcomponentruns|workflowconvergence|\btoo_?many_?(?:iteration|turn|step|round|handoff|tool_?call|hop)s",
        ),
        unless=_NOT_THE_AGENT,
    ),
    Rule(
        "planner_loop.stuck_name_parts",
        "planner_loop",
        "stuck_loop",
        STRONG,
        patterns=(
            r"(?:infinite|endless|stuck_?in_?a?|planner|reasoning|tool(?:_?call)?|agent|action|repetition|conversation|handoff)_?(?:loop|cycle)_?(?:in\w{1,30}|detected|error|exception|guard|detection|limit)\w{0,20}(?=[:\s'\"]|$)",
            r"\b(?:[\w.]{0,40}\.)?infinite_?loop\w{0,20}(?:error|exception|detected)?:",
            r"\b(?:repeated|repetitive|duplicated?|identical|looping)_?(?:tool|action|function|agent)_?(?:call|use|input|action|invocation|step)s?_?(?:error|exception|blocked|detected)?\b(?! ?ids?\b)",
            r"\b(?:tool|action|agent|call|function)_?(?:call_?)?(?:repetition|repeat|oscillation)\w{0,24}\b",
        ),
        unless=_NOT_THE_AGENT,
    ),
    Rule(
        "planner_loop.text",
        "planner_loop",
        "iteration_limit",
        STRONG + 1,
        patterns=(
            r"\bmax(?:imum)? (?:number of )?(?:chat |conversation |consecutive )?(?:messages|replies|auto[- ]?replies|exchanges)\b.{0,20}\b(?:reached|exceeded|hit)\b",
            r"\bexceed\w* (?:the )?(?:\w+ ){0,3}?\d[\d,]{0,8} (?:\w+ ){0,3}?(?:tool |agent |function |llm |model )?(?:executions|calls|invocations|iterations|rounds|turns|steps|hops|handoffs|cycles)\b",
            rf"\bmax(?:imum)?[ _-]?(?:number of |allowed |agent |reasoning |conversation |consecutive |auto[ -]?replies? ){{0,3}}{_ROUNDS}\b.{{0,40}}\b(?:exceed\w*|reach\w*|hit)\b",
            rf"\b(?:exceed\w*|reach\w*|hit|hits|in|after|within) (?:the |its )?max(?:imum)?[ _-]?(?:number of |allowed |agent |reasoning ){{0,3}}{_ROUNDS}\b",
            rf"\b(?:exceed\w*|reached|hit) (?:the |its )?{_ROUNDS} (?:limit|budget)\b|\b{_ROUNDS} (?:limit|budget) (?:of \d+ )?(?:was |has been |is )?(?:reached|exceeded|crossed|exhausted)\b",
            rf"\bagent exceeded \d+ {_ROUNDS}\b|\bexceeded (?:the )?max(?:imum)? {_ROUNDS}\b",
            r"\bstopped due to (?:an? )?(?:max(?:imum)? )?(?:iterations?|steps?|turns?)\b",
            r"\brecursion limit (?:of \d+ )?(?:was |has been )?(?:reached|exceeded|hit)\b|\bwithout hitting a stop condition\b",
            rf"\btoo many (?:consecutive |repeated )?{_ROUNDS}\b",
            r"\b(?:turn|step|iteration|loop|round|recursion|handoff|tool[ -]?call) limit of \d+|\b(?:reached|hit|exceeded) the (?:turn|step|iteration|round|recursion) limit",
            r"\b(?:request|tool_calls?)_limit of \d+",
            r"\bnext request would exceed the request_limit",
            rf"\bexceed\w* (?:the )?\d+ (?:\w+ )?{_ROUNDS}\b|\btoo many (?:\w+ ){{0,2}}?{_ROUNDS}\b|\b(?:after|in|within|over|for) (?:more than |over )?\d+ (?:\w+ )?{_ROUNDS},? (?:and |with |but )?(?:still )?(?:no|without|nothing)\b",
            rf"\b(?:limit|cap|ceiling|budget|maximum|allowance|quota) (?:of|=|is|:) ?\d+ (?:\w+ )?(?:{_ROUNDS}|executions|transitions|delegations|super-?steps|invocations|agent calls|visits)\b",
            r"\b\d+[- ](?:turn|step|iteration|round|message|cycle|loop|hop|tool[- ]call|handoff)s?[- ](?:limit|cap|budget|maximum|ceiling)\b|\b(?:turn|step|iteration|round|cycle|loop|hop|tool[- ]call|handoff)s?[- ](?:limit|cap|budget|ceiling|quota) ?[(=:]? ?\d+",
            # A bound, rounds, and that it was met: in any order.
            rf"\b{_LIMIT}\b.{{0,40}}\b{_ROUND_WORDS}\b.{{0,40}}\b{_MET}\b",
            rf"\b{_LIMIT}\b.{{0,20}}\b{_MET}\b.{{0,30}}\b{_ROUND_WORDS}\b",
            rf"\b{_MET}\b.{{0,40}}\b{_LIMIT}\b.{{0,40}}\b{_ROUND_WORDS}\b",
            rf"\b{_MET}\b.{{0,30}}\b{_ROUND_WORDS}\b.{{0,30}}\b{_LIMIT}\b",
            rf"\b{_ROUND_WORDS}\b.{{0,30}}\b{_LIMIT}\b.{{0,40}}\b{_MET}\b",
            rf"\b{_ROUND_WORDS} (?:\w+ )?without (?:\w+ ){{0,3}}?(?:progress|information|results?|changes?|answer|success|solution)\b",
            # "did not converge after 100 iterations", "giving up after 30 steps without an answer".
            rf"\bmax(?:imum)?[ _-]?(?:\w+[ _-]){{0,3}}{_ROUNDS}\b.{{0,30}}\b(?:exceed\w*|reach\w*|hit|exhausted|used up|crossed|passed)\b",
            rf"\bno more than \d+ {_ROUNDS} (?:are |is )?allowed\b|\b{_ROUNDS} (?:limit|budget|cap|quota|allowance)\b.{{0,30}}\b(?:reached|exceeded|exhausted|used|hit|spent|crossed)\b",
            rf"\b(?:ran|run|running) out of {_ROUNDS}\b|\bused (?:up )?all (?:of )?(?:its |the |\d+ )?(?:\w+ )?{_ROUNDS}\b|\b{_ROUNDS} (?:have been |were |are )?(?:exhausted|used up)\b",
            rf"\b(?:gave up|giving up|abort\w*|terminat\w+|halt\w*|stopp\w+|cancel\w+|ended|quit|interrupt\w*|forced to stop)\b.{{0,40}}\b(?:after|at) (?:the )?(?:\d+|max\w*) (?:agent |reasoning |\w+ )?{_ROUNDS}\b",
            rf"\bwithout (?:\w+ing )?(?:an? |the |any )?(?:final |conclusive )?(?:answer|solution|conclusion|finish\w*|completion|done)\b.{{0,40}}\b\d+ {_ROUNDS}\b|\b\d+ {_ROUNDS} without (?:\w+ing )?(?:an? |the |any )?(?:final |conclusive )?(?:answer|solution|conclusion|finish\w*|completion|progress|done)\b",
            r"\bmaximum (?:number of )?(?:run|visit|execution|transition|handoff|delegation|agent call|tool call)s?(?: count)?\b.{0,20}\b(?:reached|exceeded|hit)\b",
            r"\b(?:handoff|hand-off|delegation|transfer|nested agent|sub-?agent|nesting|agent)s? (?:depth|chain|count|level)\b.{0,40}\b(?:exceed\w*|reach\w*|over|above|greater than|too (?:deep|long|many)|limit)\b|\b(?:nested agent|sub-?agent|handoff|delegation) (?:depth )?limit\b",
            r"\b(?:node|state|component|agent|method|task|step|tool|function|nodo)\b.{0,60}\b(?:visited|executed|run|ran|called|entered|invoked|reached) (?:more than |over )?\d+ times\b.{0,60}\b(?:abort\w*|limit|max\w*|infinite|loop\w*|exceed\w*|stopp\w*|ceiling|cap\b|allowed|refus\w+)",
            rf"(?:límite|limite|máxim\w+|massim\w+|maxim\w+|maksymaln\w+|maximum|trop|demasiad\w+|zu viele|te veel).{{0,16}}\b{_ROUNDS_ELSEWHERE}",
            rf"{_ROUNDS_ELSEWHERE}.{{0,16}}(?:límite|limite|máxim\w+|grenze|limiet|überschritten|erreicht|atteinte?|alcanzad\w+|superad\w+|raggiunt\w+|atingid\w+|overschreden)",
            r"(?:超过|达到?|超出|已达)最大.{0,6}(?:迭代|轮|步|次数|循环|回合)|(?:迭代|轮次|步数|循环|回合).{0,6}(?:上限|超限|超过|过多)|最大(?:反復|ステップ|ターン|ループ)|(?:反復|ステップ|ターン)(?:回数|数)?[のが]?(?:上限|制限|最大)",
            r"(?:лимит|предел|максимальн\w+ (?:число|количество)|слишком много) (?:итераций|шагов|ходов|циклов)|최대 (?:반복|단계|턴)|(?:반복|단계|턴) (?:횟수|수)?.{0,6}(?:초과|제한)",
        ),
        unless=(*_NOT_THE_AGENT, *_NOT_A_ROUND),
    ),
    Rule(
        "planner_loop.stuck",
        "planner_loop",
        "stuck_loop",
        STRONG + 1,
        patterns=(
            r"\b(?:repetitive|repeating|circular|cyclic|ping-?pong|endless|infinite) (?:hand-?offs?|tool (?:calls?|uses?)|function calls?|actions?|delegations?|transfers?|agent (?:calls?|turns?)|routing|steps?|outputs?|behaviou?r|pattern)\b",
            r"\bstuck in an? (?:infinite |endless )?loop\b",
            r"\b(?:infinite|endless) (?:agent |tool |reasoning )?loop\b",
            r"\bneed more steps to process\b|\bsame (?:tool|action|call|step|response)s? (?:was |were )?repeated\b",
            r"\b(?:loop|looping|repetition) (?:was |has been |is )?detected\b|\bdetected an? (?:\w+ )?loop\b",
            r"\b(?:repeat\w*|called|calling|same) (?:the )?(?:exact )?(?:same|identical) (?:tool|action|call|function|step)",
            r"\bagent (?:is|was|keeps|kept) (?:looping|repeating)\b|\brepeating the same (?:response|output|message)",
            rf"\b(?:\d+(?:st|nd|rd|th)|second|third|fourth|fifth|consecutive) (?:identical|same|equal|repeated|duplicate) (?:\w+ )?{_CALL}\b|\b(?:same|identical|unchanged) (?:\w+ ){{0,2}}?{_CALL} (?:as|to|like) (?:the |your |in |an? |its )*(?:last|previous|prior|earlier|preceding|before|first|one)\b",
            r"\b(?:you|agent|it|assistant) (?:are|is|have been|has been|keeps?|kept|were|was) repeating\b|\bno_?progress_?(?:error|exception|detected)\b|\b(?:agent|assistant|model|llm|planner|bot)\b.{0,20}\b(?:repeat(?:ed|s|ing)|contradicting) (?:itself|himself|the same|its)\b|\b(?:circular|mutual|endless|infinite|runaway) (?:delegation|handoffs?|hand-offs|tool calls|agent calls)\b|\b(?:agent|model|llm|assistant|planner)\b.{0,20}\b(?:is|was|got|gets|appears|seems|looks) (?:\w+ ){0,2}?stuck\b|\balternat(?:es|ed|ing) between\b|\binfinite recursion\b.{0,40}\b(?:agents?|tools?|handoff)",
            rf"\b(?:last|previous|recent|latest) (?:\w+ ){{0,2}}?{_CALL} (?:are|were|have been|has been|is|was|all) (?:all |exactly |again )?(?:identical|the same|equal|duplicates?|repeats?|repeated)\b|\b(?:detected|suspected|found) (?:an? )?(?:tool |action |agent |output )?(?:repetition|oscillation)\b",
            # What repeats, then how often or what came of it; and the other way round.
            rf"\b{_REPEATED} (?:\w+ ){{0,2}}?{_CALL}\b.{{0,60}}\b(?:{_TIMES}|\d+ (?:x|in a row)|\d+x|twice in a row|in a row|(?:second|third|fourth|fifth|\d+(?:st|nd|rd|th)) time|repeated(?:ly)?|consecutive(?:ly)?|over and over|running|not executed|loop\w*)\b",
            rf"\b(?:call\w*|execut\w+|invok\w+|tried|trying|attempt\w*|repeat\w*|ran|fail\w*|issued|made|us(?:ed|ing)|request\w*|emitted)\b.{{0,60}}\b(?:{_TIMES}|\d+x|repeatedly|again|in a row|consecutive(?:ly)?|already|before|multiple times|over and over)\b.{{0,40}}\b(?:identical|same|exact|equal|unchanged) (?:\w+ ){{0,3}}?(?:arguments?|args|inputs?|parameters|params|call|query|action|payload)\b",
            r"\b(?:already|previously|just) (?:call\w*|execut\w+|invok\w+|tried|used|run|ran|made|issued|perform\w+)\b.{0,60}\b(?:identical|same|exact|equal) (?:\w+ ){0,3}?(?:arguments?|args|inputs?|parameters|params|tool call|call|action|command|query|tool|search|step|function)\b",
            rf"\b(?:reus\w+|repeat\w*|re-?issu\w+|re-?us\w+) (?:an? |the )?(?:exact )?(?:same|similar|identical|previous|exact) (?:\w+ )?{_CALL}\b",
            r"\b(?:repetitive|repeated|repeating|duplicated?|identical|looping) (?:exact )?(?:tool|function|agent)[ _-]?(?:calls?|uses?|invocations?|actions?)\b(?! ?ids?\b)(?:.{0,60}\b(?:detected|blocked|refused|prevented|skipped|rejected|ignored|suppressed|stopp\w+|not executed|abort\w*|loop\w*|call)|[.!]?$)",
            r"\b(?:tool|agent|action|reasoning|conversation|planning|planner|handoff|delegation|routing|thought)(?:[ _-]?calls?)?[ _-](?:loop|cycle|looping|cycling|ping-?pong|oscillation|repetition)\b(?!-)(?:.{0,30}\b(?:detected|warning|blocked|stopp\w+|abort\w*|guard)|$)",
            r"\brepeat(?:ed|ing)? (?:a )?(?:loop|cycle|sequence|pattern) of (?:\w+ )?(?:calls|actions|tools|steps)\b|\b(?:bouncing|ping-?ponging|oscillating|alternating|going back and forth|going in circles|running in circles)\b",
            r"\b(?:looks like|indicat\w+|suspect\w*|possible|potential|appears to be(?: in)?|caught in|trapped in|entered|detected) (?:an? )?(?:infinite |endless |repetitive |tool |agent )?loop\b(?! variable)",
            rf"\bno (?:\w+ )?progress\b.{{0,40}}\b(?:\d+ {_ROUNDS}|{_ROUNDS}|repeat\w*|loop\w*)\b|\brepeated without (?:making )?(?:any )?progress\b|\bnot making (?:any )?progress\b.{{0,60}}\b(?:loop\w*|repeat\w*|same|steps|turns)\b",
            r"死循环|无限循环|陷入循环|重复调用|循环调用|無限ループ|同じ(?:ツール|引数|アクション|呼び出し).{0,20}(?:繰り返|回)|무한 루프",
            r"\bbucle infinito\b|\bboucle infinie\b|\bendlosschleife\b|\bloop infinito\b|бесконечн\w+ цикл|зациклил|\boneindige lus\b|\bnieskończon\w+ pętl\w+",
        ),
        unless=(*_NOT_THE_AGENT, *_NOT_A_ROUND),
    ),
    Rule(
        "planner_loop.no_end",
        "planner_loop",
        "iteration_limit",
        STRONG,
        patterns=(
            rf"\b{_AGENT}\b.{{0,40}}\b(?:did not|didn't|could not|couldn't|cannot|was not able to|were not able to|failed to|unable to|not) (?:be )?(?:converg\w*|finish\w*|resolv\w*|terminat\w*|complet\w*|end(?:ed)?|reach\w*|solv\w*|conclud\w*|stop\w*|settle\w*|answer\w*|accomplish\w*)\b.{{0,60}}\b(?:after|in|within|before|under) (?:the )?(?:max\w* |limit |allowed |allotted |of |budget ){{0,4}}\d+ (?:\w+ )?{_ROUNDS}\b",
            rf"\b(?:could not|couldn't|unable to|failed to|not able to|did not|didn't|cannot) (?:complete|finish|solve|resolve|reach|achieve|answer|accomplish|conclude|fulfil\w?) (?:(?:the|its|your|a|this) (?:\w+ )?(?:goal|task|objective|request|problem|job|work|assignment|question|query|answer) |it )?(?:in|within|after|before) (?:\w+ ){{0,3}}?\d+ (?:\w+ )?{_ROUNDS}\b",
            rf"\b(?:no|without) (?:final |conclusive )?(?:answer|solution|convergence|result) (?:was |has been )?(?:reached |found |produced |given )?(?:after|in|within) \d+ (?:\w+ )?{_ROUNDS}\b",
        ),
        unless=(
            r"while loop",
            r"for loop",
            r"solver|optimi[sz]er|lbfgs|newton|gradient|scipy|sklearn|estimator|regression|epoch",
            *_NOT_A_ROUND,
        ),
    ),
    # Signals that the evidence itself carries, without any text: see loops.py.
    Rule("planner_loop.repeated", "planner_loop", "repeated_calls", CLEAR + 5, names=("observedrepeatedcalls",)),
    Rule("planner_loop.cycle", "planner_loop", "call_cycle", CLEAR + 5, names=("observedcallcycle",)),
    Rule("planner_loop.retries", "planner_loop", "retry_storm", LIKELY - 10, names=("observedretrystorm",)),
)
