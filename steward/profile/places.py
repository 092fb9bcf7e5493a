"""Countries and languages: codes, and names in English and Chinese."""

from __future__ import annotations

from functools import cache

from steward.profile.words import words

REGIONS = words(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
    "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW EU UK"
)
"""ISO 3166-1 alpha-2 codes, and EU and UK, which are used like one."""

ALPHA3 = words(
    "AFG ALB ARE ARG ARM AUS AUT AZE BEL BGD BGR BHR BIH BLR BOL BRA BRN CAN CHE CHL CHN CIV "
    "CMR COL CRI CUB CYP CZE DEU DNK DOM DZA ECU EGY ESP EST ETH FIN FRA GBR GEO GHA GRC GTM "
    "HKG HND HRV HUN IDN IND IRL IRN IRQ ISL ISR ITA JAM JOR JPN KAZ KEN KGZ KHM KOR KWT LAO "
    "LBN LBY LKA LTU LUX LVA MAC MAR MDA MDG MEX MKD MLT MMR MNG MOZ MUS MYS NAM NGA NIC NLD "
    "NOR NPL NZL OMN PAK PAN PER PHL POL PRI PRT PRY QAT ROU RUS RWA SAU SDN SEN SGP SLV SRB "
    "SVK SVN SWE SYR THA TJK TKM TTO TUN TUR TWN TZA UGA UKR URY USA UZB VEN VNM YEM ZAF ZMB "
    "ZWE"
)

LANGUAGES = words(
    "ab aa af ak sq am ar an hy as av ae ay az bm ba eu be bn bi bs br bg my ca ch ce ny zh cv "
    "kw co cr hr cs da dv nl dz en eo et ee fo fj fi fr ff gl ka de el gn gu ht ha he hz hi ho "
    "hu ia id ie ga ig ik io is it iu ja jv kl kn kr ks kk km ki rw ky kv kg ko ku kj la lb lg "
    "li ln lo lt lu lv gv mk mg ms ml mt mi mr mh mn na nv nd ne ng nb nn no ii nr oc oj om or "
    "os pa fa pl ps pt qu rm rn ro ru sa sc sd se sm sg sr gd sn si sk sl so st es su sw ss sv "
    "ta te tg th ti bo tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa cy wo fy xh yi yo za "
    "zu eng zho chi fra fre deu ger spa jpn kor ita por rus"
)

LANGUAGE_NAMES = words(
    "english chinese mandarin cantonese japanese korean french german spanish italian "
    "portuguese russian arabic dutch swedish norwegian danish finnish polish turkish thai "
    "vietnamese hindi indonesian malay greek hebrew czech hungarian romanian ukrainian 英语 "
    "英文 中文 汉语 普通话 粤语 日语 日文 韩语 韩文 法语 法文 德语 德文 西班牙语 意大利语 "
    "葡萄牙语 俄语 阿拉伯语 荷兰语 泰语 越南语 简体中文 繁体中文"
)


@cache
def country_names() -> frozenset[str]:
    """Names of countries in English and Chinese, lower case."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    names = {
        name.lower()
        for code, spoken in LOCALE_DATA.items()
        for language, name in spoken.items()
        if language in ("en", "zh") and code in REGIONS and not name.startswith("*")
    }
    return frozenset(
        names
        | words("usa u.s.a. u.s. uk u.k. england scotland wales america korea holland uae")
        | words(
            "united states of america|republic of korea|great britain|中国大陆|美国|英国|韩国", "|"
        )
    )


def is_country(text: str) -> bool:
    """Is this (folded) text the code or the name of a country?"""
    if len(text) == 2 and text.isupper():
        return text in REGIONS
    if len(text) == 3 and text.isupper() and text in ALPHA3:
        return True
    return text.lower() in country_names()


def is_language(text: str) -> bool:
    """Is this (folded) text a language: `en`, `zh-CN`, `English`, `中文`?"""
    lowered = text.lower()
    if lowered in LANGUAGE_NAMES:
        return True
    head, _, region = lowered.replace("_", "-").partition("-")
    if not region:
        return text.islower() and head in LANGUAGES
    return head in LANGUAGES and (region.upper() in REGIONS or region in ("hans", "hant"))
