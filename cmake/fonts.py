"""Makes the paper fonts: Noto Serif CJK SC cut into what nearly every paper needs (GB 2312) and what some need (the
rest of GBK and of the table of general standard characters), under names of their own.

usage: fonts.py SOURCE.ttc PART STYLE OUT.otf      (PART: Common or Rare; STYLE: Regular or Bold)

cairo copies and walks through the whole of each font of which it embeds a glyph, so small fonts make fast papers: 7,600
and 14,500 glyphs instead of 65,535. Still rarer characters come from the full font."""
import sys

from fontTools import subset
from fontTools.ttLib import TTCollection

FAMILIES = {"Common": "Unionhall Serif", "Rare": "Unionhall Serif Rare"}

# The characters of the table of general standard Chinese characters (2013) that GBK lacks.
STANDARD_TABLE_BEYOND_GBK = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴"
    "䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮鿍鿎鿏𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾"
    "𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢"
    "𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿"
    "𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)


def decoded(codec):
    wanted = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes([lead, trail]).decode(codec)
            except UnicodeDecodeError:
                continue
            wanted.update(ord(character) for character in text)
    return wanted


def common_characters():
    wanted = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))           # ASCII, Latin-1, Latin Extended-A
    wanted |= set(range(0x2010, 0x2060)) | set(range(0x2150, 0x2190))   # punctuation, fractions, Roman numerals
    wanted |= set(range(0x2460, 0x2500)) | set(range(0x3000, 0x3040))   # circled numbers, CJK punctuation
    wanted |= set(range(0x3220, 0x3250)) | set(range(0xFF01, 0xFF60)) | set(range(0xFFE0, 0xFFE7))
    wanted |= {0x2103, 0x2116, 0x2212, 0x2215, 0x25A1, 0x25A0, 0x25CB, 0x25CF, 0x2605, 0x2606, 0x2611, 0x2610, 0x2713, 0xFFFD}
    return wanted | decoded("gb2312")


def characters(part):
    common = common_characters()
    if part == "Common":
        return sorted(common)
    rare = decoded("gbk") | {ord(character) for character in STANDARD_TABLE_BEYOND_GBK}
    return sorted(rare - common)


def rename(font, family, style):
    name = font["name"]
    postscript = family.replace(" ", "") + "-" + style
    kept = [record for record in name.names if record.nameID in (0, 5, 7, 8, 9, 11, 13, 14) and record.langID == 0x409]
    name.names = kept
    for name_id, text in ((1, family), (2, style), (3, postscript), (4, family + " " + style), (6, postscript)):
        name.setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = postscript
    top = cff.topDictIndex[0]
    top.FamilyName = family
    top.FullName = family + " " + style


def main():
    source, part, style, out = sys.argv[1:]
    collection = TTCollection(source, lazy=True)
    face = next(f for f in collection.fonts if f["name"].getDebugName(1).startswith("Noto Serif CJK SC"))
    options = subset.Options(layout_features=["kern", "ccmp", "liga", "halt"], name_IDs=["*"], name_languages=["*"],
                             hinting=False, notdef_outline=True, legacy_kern=False, recalc_timestamp=False,
                             desubroutinize=True)
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    cutter = subset.Subsetter(options=options)
    cutter.populate(unicodes=characters(part))
    cutter.subset(face)
    rename(face, FAMILIES[part], style)
    face.save(out)


main()
