"""Countries and languages: codes, and names in English and Chinese."""

from __future__ import annotations

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


COUNTRY_NAMES = words(
    "*zh|afghanistan|albania|algeria|america|american samoa|andorra|angola|anguilla|"
    "antarctica|antigua and barbuda|argentina|armenia|aruba|australia|austria|azerbaijan|"
    "bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bermuda|bhutan|bolivia|"
    "bonaire, sint eustatius and saba|bosnia and herzegovina|botswana|bouvet island|brazil|"
    "british indian ocean territory|british virgin islands|brunei|bulgaria|burkina faso|"
    "burundi|cambodia|cameroon|canada|cape verde|cayman islands|central african republic|"
    "chad|chile|china|christmas island|cocos islands|colombia|comoros|congo|cook islands|"
    "costa rica|croatia|cuba|curaçao|cyprus|czech republic|côte d'ivoire|denmark|djibouti|"
    "dominica|dominican republic|ecuador|egypt|el salvador|england|equatorial guinea|eritrea|"
    "estonia|ethiopia|falkland islands|faroe islands|fiji|finland|france|french guiana|"
    "french polynesia|french southern territories|gabon|gambia|georgia|germany|ghana|"
    "gibraltar|great britain|greece|greenland|grenada|guadeloupe|guam|guatemala|guernsey|"
    "guinea|guinea-bissau|guyana|haiti|heard island and mcdonald islands|holland|honduras|"
    "hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|isle of man|israel|italy|"
    "jamaica|japan|jersey|jordan|kazakhstan|kenya|kiribati|korea|kuwait|kyrgyzstan|laos|"
    "latvia|lebanon|lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|macao|macedonia|"
    "madagascar|malawi|malaysia|maldives|mali|malta|marshall islands|martinique|mauritania|"
    "mauritius|mayotte|mexico|micronesia|moldova|monaco|mongolia|montenegro|montserrat|"
    "morocco|mozambique|myanmar|namibia|nauru|nepal|netherlands|new caledonia|new zealand|"
    "nicaragua|niger|nigeria|niue|norfolk island|north korea|northern mariana islands|norway|"
    "oman|pakistan|palau|palestine|panama|papua new guinea|paraguay|peru|philippines|"
    "pitcairn|poland|portugal|puerto rico|qatar|republic of korea|reunion|romania|russia|"
    "rwanda|saint barthélemy|saint helena|saint kitts and nevis|saint lucia|saint martin|"
    "saint pierre and miquelon|saint vincent and the grenadines|samoa|san marino|"
    "sao tome and principe|saudi arabia|scotland|senegal|serbia|seychelles|sierra leone|"
    "singapore|sint maarten (dutch part)|slovakia|slovenia|solomon islands|somalia|"
    "south africa|south georgia and the south sandwich islands|south korea|south sudan|spain|"
    "sri lanka|sudan|suriname|svalbard and jan mayen|swaziland|sweden|switzerland|syria|"
    "taiwan|tajikistan|tanzania|thailand|the democratic republic of congo|timor-leste|togo|"
    "tokelau|tonga|trinidad and tobago|tunisia|turkey|turkmenistan|turks and caicos islands|"
    "tuvalu|u.k.|u.s.|u.s. virgin islands|u.s.a.|uae|uganda|uk|ukraine|united arab emirates|"
    "united kingdom|united states|united states minor outlying islands|"
    "united states of america|uruguay|usa|uzbekistan|vanuatu|vatican|venezuela|vietnam|wales|"
    "wallis and futuna|western sahara|yemen|zambia|zimbabwe|åland islands"
    "|"
    "不丹|东帝汶|东萨摩亚|中国|中国台湾|中国大陆|中国香港|中非共和国|丹麦|乌克兰|"
    "乌兹别克斯坦|乌干达|乌拉圭|乍得|也门|亚美尼亚|以色列|伊拉克|伊朗|伯里兹|佛得角|俄罗斯|"
    "保加利亚|克罗地亚|关岛|冈比亚|冰岛|几内亚|几内亚比绍共和国|列支敦士登|刚果|"
    "刚果民主共和国|利比亚|利比里亚|加拿大|加纳|加蓬|匈牙利|南乔治亚岛和南桑德韦奇岛|南极洲|"
    "南苏丹|南非|博奈尔岛, 圣尤斯特歇斯岛和萨巴岛|博茨瓦纳|卡塔尔|卢旺达|卢森堡|印度|"
    "印度尼西亚|危地马拉|厄瓜多尔|厄里特尼亚|叙利亚|古巴|台湾|台湾地区|吉尔吉克斯坦|吉布提|"
    "哈萨克斯坦|哥伦比亚|哥斯达黎加|喀麦隆|图瓦卢|土库曼斯坦|土耳其|圣卢西亚|圣基茨和尼维斯|"
    "圣多美和普林西比|圣巴泰勒米岛|圣文森特和格林纳丁斯|圣皮埃尔和密克隆群岛|圣诞岛|"
    "圣赫勒拿岛|圣马丁|圣马力诺|圭亚那|坦桑尼亚|埃及|埃塞俄比亚|基里巴斯|塔吉克斯坦|塞内加尔|"
    "塞尔维亚|塞拉里昂|塞浦路斯|塞舌尔群岛|墨西哥|多哥|多米尼加共和国|多米尼加联邦|奥兰群岛|"
    "奥地利|委内瑞拉|孟加拉|安哥拉|安圭拉|安提瓜和巴布达|安道尔|密克罗尼西亚|富克兰群岛|"
    "尼加拉瓜|尼日利亚|尼日尔|尼泊尔|巴勒斯坦|巴哈马|巴基斯坦|巴巴多斯|巴布亚新几内亚|巴拉圭|"
    "巴拿马|巴林|巴西|布基纳法索|布隆迪|布韦岛|希腊|帕劳|库克群岛|库拉索岛|开曼群岛|德国|"
    "意大利|所罗门群岛|拉脱维亚|挪威|捷克共和国|摩尔多瓦|摩洛哥|摩纳哥|文莱|斐济|斯威士兰|"
    "斯洛伐克|斯洛文尼亚|斯瓦尔巴特和扬马延岛|斯里兰卡|新克里多尼亚群岛|新加坡|新西兰|日本|"
    "智利|曼岛|朝鲜|柬埔寨|格恩西岛|格林纳达|格陵兰|格鲁吉亚|梵蒂冈|比利时|毛里塔尼亚|"
    "毛里求斯|汤加|沙特阿拉伯|法国|法属南特立尼达|法属圭亚那|法属玻利尼西亚|法罗群岛|波兰|"
    "波多黎哥|波斯尼亚和黑山共和国|泰国|泽西岛|津巴布韦|洪都拉斯|海地|澳大利亚|澳门|澳门特区|"
    "爱尔兰|爱沙尼亚|牙买加|特克斯群岛和凯科斯群岛|特立尼达和多巴哥|玻利维亚|瑙鲁|瑞典|瑞士|"
    "瓜德罗普岛|瓦利斯群岛和富图纳群岛|瓦努阿图|留尼汪岛|白俄罗斯|百慕大|皮特克恩岛|直布罗陀|"
    "科威特|科库斯群岛|科摩罗|秘鲁|突尼斯|立陶宛|索马里|约旦|纳米比亚|纽埃岛|缅甸|罗马尼亚|"
    "美国|美属北马里亚纳群岛|美属小奥特兰群岛|美属维京群岛|老挝|联合群岛|肯尼亚|芬兰|苏丹|"
    "苏里南|英国|英属印度洋领地|英属维京群岛|荷兰|荷属圣马丁岛|莫桑比克|莱索托|菲律宾|"
    "萨尔瓦多|葡萄牙|蒙古|蒙特塞拉群岛|西撒哈拉|西班牙|诺福克岛|象牙海岸|贝宁|赞比亚|"
    "赤道几内亚|赫德和麦克唐纳群岛|越南|阿塞拜疆|阿富汗|阿尔及利亚|阿尔巴尼亚|"
    "阿拉伯联合酋长国|阿曼|阿根廷|阿鲁巴|韩国|香港|马其顿王国|马尔代夫|马拉维|马提尼克岛|"
    "马来西亚|马约特岛|马绍尔群岛|马耳他|马达加斯加|马里|黎巴嫩|黑山",
    "|",
)
"""Names of countries in English and Chinese, lower case (from the tables of phonenumbers)."""


def is_country(text: str) -> bool:
    """Is this (folded) text the code or the name of a country?"""
    if len(text) == 2 and text.isupper():
        return text in REGIONS
    if len(text) == 3 and text.isupper() and text in ALPHA3:
        return True
    return text.lower() in COUNTRY_NAMES


def is_language(text: str) -> bool:
    """Is this (folded) text a language: `en`, `zh-CN`, `English`, `中文`?"""
    lowered = text.lower()
    if lowered in LANGUAGE_NAMES:
        return True
    head, _, region = lowered.replace("_", "-").partition("-")
    if not region:
        return text.islower() and head in LANGUAGES
    return head in LANGUAGES and (region.upper() in REGIONS or region in ("hans", "hant"))
