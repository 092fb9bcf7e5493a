"""Vocabulary for tables made up by `schemas`: places, names, goods, in English and Chinese."""

from __future__ import annotations

from random import Random


def listed(text: str) -> list[str]:
    """Words between white space."""
    return text.split()


PLACES = [
    tuple(line.split("|"))
    for line in """Bend|OR|Oregon|977
Portland|OR|Oregon|972
Gary|IN|Indiana|464
Reno|NV|Nevada|895
Boise|ID|Idaho|837
Portland|ME|Maine|041
Dallas|TX|Texas|752
Austin|TX|Texas|787
Houston|TX|Texas|770
Mobile|AL|Alabama|366
Dothan|AL|Alabama|363
Juneau|AK|Alaska|998
Tucson|AZ|Arizona|857
Fresno|CA|California|937
Oakland|CA|California|946
San Jose|CA|California|951
Denver|CO|Colorado|802
Hartford|CT|Connecticut|061
Dover|DE|Delaware|199
Miami|FL|Florida|331
Tampa|FL|Florida|336
Savannah|GA|Georgia|314
Honolulu|HI|Hawaii|968
Des Moines|IA|Iowa|503
Springfield|IL|Illinois|627
Springfield|MA|Massachusetts|011
Wichita|KS|Kansas|672
Louisville|KY|Kentucky|402
New Orleans|LA|Louisiana|701
Baltimore|MD|Maryland|212
Lansing|MI|Michigan|489
Saint Paul|MN|Minnesota|551
Jackson|MS|Mississippi|392
Billings|MT|Montana|591
Raleigh|NC|North Carolina|276
Fargo|ND|North Dakota|581
Omaha|NE|Nebraska|681
Newark|NJ|New Jersey|071
Santa Fe|NM|New Mexico|875
Albany|NY|New York|122
Buffalo|NY|New York|142
Toledo|OH|Ohio|436
Tulsa|OK|Oklahoma|741
Erie|PA|Pennsylvania|165
Providence|RI|Rhode Island|029
Charleston|SC|South Carolina|294
Memphis|TN|Tennessee|381
Provo|UT|Utah|846
Richmond|VA|Virginia|232
Seattle|WA|Washington|981
Madison|WI|Wisconsin|537
Casper|WY|Wyoming|826""".splitlines()
]
"""City, state code, state, first three digits of its postcodes."""

ZH_PLACES = [
    tuple(part.split("|"))
    for part in listed("""广州市|广东省|华南 深圳市|广东省|华南 佛山市|广东省|华南
杭州市|浙江省|华东 宁波市|浙江省|华东 温州市|浙江省|华东
南京市|江苏省|华东 苏州市|江苏省|华东 成都市|四川省|西南
绵阳市|四川省|西南 武汉市|湖北省|华中 宜昌市|湖北省|华中
长沙市|湖南省|华中 西安市|陕西省|西北 兰州市|甘肃省|西北
沈阳市|辽宁省|东北 大连市|辽宁省|东北 青岛市|山东省|华东
济南市|山东省|华东 福州市|福建省|华东 厦门市|福建省|华东
昆明市|云南省|西南 石家庄市|河北省|华北 太原市|山西省|华北
哈尔滨市|黑龙江省|东北 南宁市|广西壮族自治区|华南 海口市|海南省|华南""")
]
"""City, province, region."""

FIRST = listed("""James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth
William Barbara
Richard Susan Joseph Jessica Thomas Sarah Carlos Karen Daniel Nancy Matthew Lisa Anthony Betty Mark
Margaret Donald Sandra Steven Ashley Andrew Kimberly Paul Emily Joshua Donna Kenneth Michelle Kevin
Carol Brian Amanda George Dorothy Timothy Melissa Jose Deborah Wei Yuki Priya Fatima Olga Chen Ines
Lars Amara Tariq Mei Sofia Ivan Noor Hugo Elena Kofi Leila Rosa""")

LAST = listed("""Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez
Hernandez Lopez
Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez
Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green
Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Kowalski Schmidt Tanaka Okafor Silva
Novak Petrov Haddad Larsen Moreau Rossi Dubois Yilmaz Ahmed Kaur Singh Cohen Murphy""")

STREETS = listed("""Oak Maple Cedar Pine Elm Washington Lake Hill Main Park Sunset Lincoln
Jackson Church
River Spring Highland Forest Jefferson Center Madison Walnut Chestnut Franklin Union Prospect
Meadow Valley Ridge Harbor Mill College""")

SYLLABLES = listed("""ba be bi bo da de di do fa fe fi ga go ka ke ki ko la le li lo lu ma me
mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to va ve vi
vo wa za zen tron lux max ton dex mar nor""")

GOODS = {
    "Kitchen": "Kettle Toaster Blender Skillet Whisk Grater Colander Teapot Spatula Strainer",
    "Audio": "Headphones Speaker Earbuds Soundbar Turntable Microphone Amplifier Receiver",
    "Garden": "Trowel Hose Planter Rake Sprinkler Shears Wheelbarrow Lantern Trellis",
    "Clothing": "Jacket T-Shirt Hoodie Jeans Scarf Gloves Beanie Raincoat Cardigan",
    "Footwear": "Sneaker Sandal Boot Loafer Slipper Clog Moccasin",
    "Office": "Stapler Notebook Marker Binder Desk-Lamp Organizer Envelope Calculator",
    "Toys": "Puzzle Blocks Kite Doll Train-Set Yo-Yo Marbles Robot",
    "Beauty": "Shampoo Lotion Lipstick Serum Cleanser Perfume Balm",
    "Sports": "Dumbbell Yoga-Mat Racket Helmet Kneepad Whistle Paddle",
    "Electronics": "Charger Tablet Router Webcam Keyboard Monitor Drone Projector",
}
COLOURS = listed("Black White Red Blue Green Grey Silver Brown Orange Purple Yellow Pink")
MATERIALS = listed("Steel Cotton Leather Bamboo Plastic Glass Wool Aluminium Ceramic Nylon")
ADJECTIVES = listed(
    "Classic Compact Deluxe Portable Premium Eco Slim Heavy-Duty Mini Wireless Vintage"
)

ZH_GOODS = {
    "手机数码": "手机壳 充电器 蓝牙耳机 数据线 移动电源 智能手表",
    "家用电器": "电饭煲 吸尘器 电热水壶 空气炸锅 加湿器 破壁机",
    "服饰鞋包": "连衣裙 牛仔裤 羽绒服 运动鞋 双肩包 帆布鞋",
    "食品饮料": "龙井茶叶 坚果礼盒 纯牛奶 矿泉水 火锅底料 燕麦片",
    "美妆护肤": "洗面奶 保湿面霜 口红 防晒霜 护手霜 卸妆油",
    "家居日用": "保温杯 收纳箱 毛巾 台灯 四件套 晾衣架",
}
ZH_BRANDS = listed(
    "华新 美佳 小晓 海宏 金香 青禾 安和 明利 乐每 白鹿 山海 云朵 星河 南风 百草 东篱"
)
ZH_COLOURS = listed("黑色 白色 红色 蓝色 绿色 灰色 粉色 米色")


def brand(random: Random) -> str:
    """A made-up brand name of two or three syllables."""
    return "".join(random.sample(SYLLABLES, random.choice((2, 2, 3)))).capitalize()


def distinct(make: str, number: int, random: Random) -> list[str]:
    """So many different codes; `#` in `make` is a digit, `@` a capital letter."""
    found: dict[str, None] = {}
    while len(found) < number:
        found[code(make, random)] = None
    return list(found)


def code(make: str, random: Random) -> str:
    """One code; `#` in `make` is a digit, `@` a capital letter."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "".join(
        random.choice(letters) if c == "@" else str(random.randrange(10)) if c == "#" else c
        for c in make
    )


def brands(number: int, random: Random) -> list[str]:
    """So many different brand names."""
    found: dict[str, None] = {}
    while len(found) < number:
        found[brand(random)] = None
    return list(found)
