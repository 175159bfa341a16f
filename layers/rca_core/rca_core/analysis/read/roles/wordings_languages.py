"""Wordings in other languages than English."""
# ruff: noqa: E501, RUF001 - words of other languages; some characters are two wide

from typing import Final

from rca_core.analysis.read.roles.sayings import MISSING, UNEXPECTED, WRONG_TYPE, WRONG_VALUE
from rca_core.analysis.read.roles.wording import (
    ANY,
    CLOSE,
    NAME,
    OPEN,
    QUOTED,
    Wording,
    wording,
)

ELSEWHERE: Final[tuple[Wording, ...]] = (
    # Other languages.
    *wording(
        MISSING,
        rf"\b(?:parameter|argument|feld|pflichtfeld|eigenschaft|pflichtparameter"
        rf"|wert für) (?:{OPEN})(?P<name>{NAME})(?:{CLOSE}) (?:fehlt|ist erforderlich|ist ein pflichtfeld"
        rf"|wird benötigt|ist zwingend|wurde nicht angegeben|muss angegeben werden|ist pflicht)",
        rf"\b(?:fehlende[rs]?|erforderliche[rs]?|benötigte[rs]?) (?:pflicht)?(?:parameter|argument"
        rf"|feld)s?(?: fehlt)?:? ?{ANY}(?:$|[.,;!\n]| fehlt)",
        rf"\bes fehlt (?:das|der|die) (?:pflicht)?(?:feld|parameter|argument|angabe):? ?{ANY}",
        rf"\b(?:pflichtfeld|pflichtparameter|pflichtangabe|erforderliche[rs] feld) (?:fehlt|nicht ausgefüllt):? {ANY}",
        rf"{QUOTED} (?:fehlt|ist ein pflichtfeld|ist erforderlich|wird benötigt|darf nicht fehlen)\b",
        rf"\b(?:paramètre|champ|argument)s? (?:obligatoire |requis )?{ANY} (?:est )?(?:manquant|requis"
        rf"|obligatoire|absent|non fourni|n'a pas été fourni)",
        rf"\b(?:paramètre|champ|argument)s? (?:obligatoire |requis )?(?:manquant|absent)e?s?(?: ?: ?| ){ANY}",
        rf"\bil manque (?:le|la|l'|un) ?(?:paramètre|champ|argument)(?: obligatoire| requis)?(?: ?: ?| ){ANY}",
        rf"\bfalta(?:n)? (?:el |un |los |o )?(?:parámetro|campo|argumento|parâmetro)(?: obligatorio| requerido"
        rf"| obrigatório)?(?: ?: ?| ){ANY}",
        rf"\b(?:el |o )?(?:parámetro|campo|argumento|parâmetro) (?:obligatorio |requerido "
        rf"|obrigatório )?{ANY} (?:es |é |está )?(?:obligatorio|requerido|obrigatório|necess?ario|necessário"
        rf"|falta|ausente|não foi (?:informado|fornecido)|no fue proporcionado)",
        rf"\b(?:parámetro|campo|argumento|parâmetro)s? (?:obligatorio |requerido |obrigatório )?(?:faltante"
        rf"|ausente|requerido|obrigatório|obligatorio)s?(?: não informado| no proporcionado| ausente"
        rf"| faltante)?(?: ?: ?| ){ANY}",
        rf"(?:не указан|отсутствует|не задан|не передан|требуется"
        rf"|пропущен)[аоы]? (?:обязательн\p{{L}}+ )?(?:параметр|поле|аргумент):? {ANY}",
        rf"(?:параметр|поле|аргумент) {ANY} (?:обязател|отсутству|не указан|не задан|не передан)",
        rf"\b(?:manca|mancante)(?: il)? (?:parametro|campo|argomento)(?: obbligatorio)?:? {ANY}",
        rf"\b(?:parametro|campo|argomento) (?:obbligatorio )?{ANY} (?:è )?(?:obbligatorio|mancante|richiesto)",
        rf"\b(?:verplicht veld|verplichte parameter|veld|parameter) {ANY} (?:ontbreekt|is verplicht)",
        rf"\b(?:brakuje|brak) (?:wymaganego )?(?:parametru|pola|argumentu):? {ANY}",
        rf"(?:缺少|缺失|未提供)(?:必[填要需选])?(?:的)?(?:请求)?(?:参数|字段|属性)?(?:为"
        rf"|是)?[:：]? ?(?:{OPEN})?(?P<name>[A-Za-z_][\w.]{{0,60}})",
        r"(?:参数|字段)? ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})['\"”」`]? ?(?:参数|字段)?(?:不能为空|是必填|为必填|必填|缺失|不可为空|是必需|未提供)",
        r"(?:必須)?(?:パラメータ|パラメーター|引数|項目|フィールド)? ?['\"「『`](?P<name>[A-Za-z_][\w.]{0,60})['\"」』`] ?(?:は|が)(?:必須"
        r"|指定されていません|不足|必要|ありません|入力されていません|見つかりません)",
        r"必須(?:の)?(?:パラメータ|パラメーター|引数|項目|フィールド)(?:が(?:不足|ありません"
        r"|指定されていません)[^:：\n]{0,20})?[:：] ?['\"「『`]?(?P<name>[A-Za-z_][\w.]{0,60})",
        r"(?:パラメータ|パラメーター|引数|項目|フィールド) ?(?P<name>[A-Za-z_][\w.]{0,60}) ?(?:は|が)(?:必須|指定されていません|不足|必要)",
    ),
    *wording(
        UNEXPECTED,
        rf"\b(?:unbekannte[rs]?|unerwartete[rs]?|nicht erlaubte[rs]?) (?:parameter|argument|feld)s?:? ?{ANY}",
        rf"\b(?:paramètre|champ|argument) (?:inconnu|inattendu|non reconnu|non autorisé)(?: ?: ?| ){ANY}",
        rf"\b(?:parámetro|campo|argumento|parâmetro) (?:desconocido|inesperado|desconhecido|no permitido"
        rf"|não permitido|no reconocido)(?: ?: ?| ){ANY}",
        r"(?:未知|不支持|多余|无法识别)的?(?:参数|字段|属性)[:：]? ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})",
        r"(?:不明な|未知の|予期しない)(?:パラメータ|パラメーター|引数|項目|フィールド)(?:です)?[:：]? ?['\"「『`]?(?P<name>[A-Za-z_][\w.]{0,60})",
    ),
    *wording(
        WRONG_VALUE,
        rf"\b(?:ungültige[rs]?|unzulässige[rs]?) (?:wert|angabe) für (?:den |das |die )?(?:parameter |feld "
        rf"|argument )?{ANY}",
        rf"\bvaleur (?:invalide|non valide|incorrecte) (?:pour|de) (?:le |la |l')?(?:paramètre |champ "
        rf"|argument )?{ANY}",
        rf"\b(?:el |o )?valor de (?:el |o )?(?:parámetro |campo |argumento |parâmetro )?{ANY} (?:no es válido"
        rf"|não é válido|es inválido|é inválido)",
        rf"\bla valeur (?:de|du) (?:paramètre |champ |argument )?{ANY} (?:n'est pas valide|est invalide)",
        rf"\bder wert (?:von|für|des) (?:parameters? |feldes |feld |arguments? )?{ANY} ist (?:ungültig"
        rf"|nicht erlaubt|nicht zulässig)",
        rf"(?:недопустимое|неверное|некорректное) значение (?:параметра|поля|аргумента|для) {ANY}",
        rf"\bvalore non valido per (?:il )?(?:parametro |campo |argomento )?{ANY}",
        rf"\bvalor (?:inválido|no válido|incorrecto) (?:para|de|en) (?:el |o )?(?:parámetro |campo |argumento "
        rf"|parâmetro )?{ANY}",
        r"(?:参数|字段) ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})['\"”」`]? ?(?:的值|取值)? ?(?:无效|不合法|非法|取值错误|不正确)",
        r"(?:パラメータ|パラメーター|引数|項目|フィールド)? ?['\"「『`](?P<name>[A-Za-z_][\w.]{0,60})['\"」』`] ?の値が(?:不正|無効|正しくありません)",
    ),
    *wording(
        WRONG_TYPE,
        rf"\b(?:parameter|feld|argument) (?:{OPEN})(?P<name>{NAME})(?:{CLOSE}) (?:muss (?:eine?"
        rf"|vom typ) (?:ganz)?(?:zahl|zeichenkette|string|integer|liste|boolean|array|objekt)"
        rf"|hat den falschen typ)",
        rf"\b(?:le |el |o |la )?(?:paramètre|champ|argument|parámetro|campo|argumento"
        rf"|parâmetro) {ANY} (?:doit être|debe ser|deve ser) (?:de type |de tipo |do tipo )?(?:une? |un "
        rf"|uma? )?(?:nombre entier|entier|nombre|chaîne|liste|tableau|booléen|número|entero|cadena|lista"
        rf"|booleano|inteiro|texto|string|integer|array|number|boolean)",
        r"(?:参数|字段) ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})['\"”」`]? ?(?:的)?(?:类型错误|类型不正确|必须(?:是|为)(?:整数|字符串"
        r"|数字|数组|布尔))",
    ),
)
