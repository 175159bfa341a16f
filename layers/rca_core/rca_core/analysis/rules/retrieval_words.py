"""How other languages say that nothing was found: alternatives of an expression, in lower case."""
# ruff: noqa: E501, RUF001 - most of them are not in Latin script

from typing import Final

_THINGS: Final = (
    r"(?:risultat|dat|document|record|element|corrispondenz|resultat|gegevens|documenten|treffers|resultaten|zoekresultaten"
    r"|resultados?|registros?|datos|documentos|coincidencias|résultats?|données?|documents?|correspondances?"
    r"|ergebnis|treffer|daten|dokument|einträge|eintrag|datens[aä]tze?|informationen|übereinstimmung"
    r"|träffar|treff|data|resultater|poster|oppføringer|tuloksia|tietoja|osumia|výsledky|záznamy|data|wynik|danych|rekord"
    r"|találat|adat|rezultat|date|înregistrăr|hasil|hasil pencarian)\w{0,4}"
)
NOTHING_ELSEWHERE: Final = (
    rf"\b(?:nessun[ao]?|geen|keine?n?|kein|aucune?|ningún|ninguna?|nenhuma?|sin|sem|brak|žádn[éáý]|inga?|ingen|ikke noen|ei|nincs|niciun"
    rf"|tidak ada|tiada|no hay|não há|non ci sono|es gibt keine|il n'y a (?:pas de|aucune?)|yok) (?:\w+ ){{0,3}}?{_THINGS}"
    r"|\bnada (?:fue )?encontrado|\bnichts gefunden|\brien trouvé|\bniente trovato|\bniets gevonden|\bhiçbir sonuç"
    r"|\bsonuç (?:yok|bulunamadı)|\bkayıt (?:yok|bulunamadı)|\bei löytynyt|\bkhông (?:tìm thấy|có (?:kết quả|dữ liệu))"
    r"|нет (?:данных|результатов|записей)|немає (?:даних|результатів)|ничего не (?:найдено|нашлось)|нічого не знайдено"
    r"|لا (?:توجد|يوجد) (?:نتائج|بيانات)|لم يتم العثور|कोई परिणाम|कोई डेटा|ไม่พบ|לא נמצא|δεν βρέθηκ"
    r"|データ(?:が|は)(?:ありません|存在しません)|ヒットしません"
    r"|\b(?:aucune?|ningún|ninguna|kein\w{0,2}|nenhuma?|nessun[ao]?|geen|inga?|ingen|żadn\w+|žádn\w+) .{1,40}?(?:trouvé|encontrad|gefunden|trovat|gevonden|hittad|fundet|funnet|znalezion|nalezen|vorhanden|coincid|correspond|entspr)"
    r"|(?:информаци\w+|данны\w+|результат\w*|запис\w+|документ\w*) .{0,30}не найден"
)
NOT_FOUND_ELSEWHERE: Final = (
    r"\bnon (?:è stat[oa] |sono stat[ie] )?trovat[oaie]\b|\bniet gevonden\b|\bnie (?:został[aoy]? )?znalezion[oya]?\b|\bbulunamadı"
    r"|\bhittades (?:inte|inga|ingen)|\bikke (?:fundet|funnet)|\bnebyl[aoiy]? nalezen|\bnem található|\bnu (?:a fost|s-au|au fost) găsit"
    r"|\btidak ditemukan|\bn'a pas été trouvée?|\bno (?:fue|ha sido|existe[n]?) (?:encontrad|ning)\w+|не (?:найден|знайден|существует)"
)
