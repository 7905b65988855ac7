#!/usr/bin/env python3
"""Makes the bundled fonts: Noto Sans SC, Regular and Bold, cut down to what a hall that speaks Chinese writes.

Needs fonttools (pip install fonttools), the Debian packages fonts-noto-cjk (the fonts) and unicode-data (the table of
general standard characters, as Unihan's field kTGH). The result is the same bytes on every run with the same inputs.
"""

import argparse
import bz2
import pathlib
import sys

from fontTools import subset

# Which face of the collection speaks mainland Chinese.
FACE_SC = 2
SIZE_MAX = {"Regular": 4_000_000, "Bold": 3_500_000}

# Symbols that screens and tickets use beside the character sets below.
SYMBOLS = "€£¥©®°±×÷·–—‘’“”•…‰′″※℃№℡™↑→↓←↖↗↘↙⇧⇨■□▲△▶▷▼▽◀◁◆◇●○★☆☎⚠ⓘ✓"
RANGES = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A: names of European visitors
    (0x2010, 0x2027),  # dashes, quotes, ellipsis
    (0x2150, 0x218B),  # fractions and Roman numbers
    (0x2190, 0x2199),  # arrows
    (0x2460, 0x2473),  # ① to ⑳
    (0x2500, 0x257F),  # box drawing
    (0x3000, 0x303F),  # Chinese punctuation
    (0x3100, 0x312F),  # Zhuyin
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width signs
]


def gb2312():
    """Every character of GB 2312-80: 6,763 Han and 682 others."""
    return decoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))


def big5_level_1():
    """The 5,401 common traditional characters: texts in zh-TW, and names of visitors from Hong Kong, Macao and Taiwan."""
    lows = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    return decoded("big5", range(0xA4, 0xC6), lows) | decoded("big5", [0xC6], range(0x40, 0x7F))


def decoded(encoding, highs, lows):
    """The characters of a two-byte set."""
    found = set()
    for high in highs:
        for low in lows:
            try:
                found.add(ord(bytes([high, low]).decode(encoding)))
            except UnicodeDecodeError:
                continue
    return found


def general_standard(unihan):
    """The 8,105 characters of 通用规范汉字表 (State Council, 2013), from Unihan's kTGH."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        return {int(line.split("\t")[0][2:], 16) for line in lines if "\tkTGH\t" in line and line[0] == "U"}


def rename(font, weight):
    """Gives the subset a family name of its own: “Noto Sans SC”."""
    for record in font["name"].names:
        text = str(record).replace("Noto Sans CJK SC", "Noto Sans SC").replace("NotoSansCJKsc", "NotoSansSC")
        record.string = text
    font["CFF "].cff.fontNames[0] = f"NotoSansSC-{weight}"


def make(source, target, weight, characters):
    """Writes one subset; returns the characters that the source lacks."""
    options = subset.Options()
    options.font_number = FACE_SC
    options.hinting = False
    options.layout_features = ["ccmp", "kern", "mark", "mkmk"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    missing = characters - set(font.getBestCmap())
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    rename(font, weight)
    subset.save_font(font, str(target), options)
    return missing


def main():
    """Makes both weights and says what they hold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fonts", type=pathlib.Path, default="/usr/share/fonts/opentype/noto")
    arguments.add_argument("--unihan", type=pathlib.Path, default="/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    given = arguments.parse_args()

    symbols = {point for first, last in RANGES for point in range(first, last + 1)} | {ord(c) for c in SYMBOLS}
    characters = symbols | gb2312() | general_standard(given.unihan) | big5_level_1()
    for weight in SIZE_MAX:
        target = given.out / f"NotoSansSC-{weight}.otf"
        missing = make(given.fonts / f"NotoSansCJK-{weight}.ttc", target, weight, characters)
        han = {point for point in missing if 0x3400 <= point < 0xE000 or point > 0xFFFF}
        size = target.stat().st_size
        print(f"{target.name}: {len(characters) - len(missing)} characters, {size} bytes; "
              f"not in the source: {len(missing)}, of them Han: {''.join(map(chr, sorted(han))) or 'none'}")
        if size > SIZE_MAX[weight]:
            sys.exit(f"{target.name} is larger than {SIZE_MAX[weight]} bytes")


if __name__ == "__main__":
    main()
