"""How names are compared: slugs, squashed slugs, and names that match exactly or not at all."""
import re
import unicodedata

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.
_IGNORABLE = re.compile(
    "[\u00AD\u034F\u061C\u115F-\u1160\u17B4-\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F"
    "\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A"
    "\U000E0000-\U000E0FFF]+"
)


def nfkc_casefold(s):
    while True:
        t = unicodedata.normalize("NFKC", s).casefold()
        t = unicodedata.normalize("NFKC", _IGNORABLE.sub("", t))
        if t == s:
            return t
        s = t


def slug(name):
    out = []
    for c in nfkc_casefold(name):
        cat = unicodedata.category(c)
        if c.isspace() or cat in ("Pc", "Pd"):
            out.append("_")
        elif cat[0] in "LMN":
            out.append(c)
    return re.sub("_+", "_", "".join(out)).strip("_")


def squashed(s):
    return re.sub(r"(?<!\d)_|_(?!\d)", "", s)


def only_exact(name):
    """Names that match exactly or not at all: an empty slug, or symbols plus one letter."""
    s = slug(name)
    letters = [c for c in name if unicodedata.category(c)[0] in "LMN"]
    symbols = [c for c in name if unicodedata.category(c)[0] in "PS"]
    return not s or (len(letters) == 1 and bool(symbols))


def nfc(s):
    return unicodedata.normalize("NFC", s)


def caseless(s):
    return nfc(nfc(s).casefold())
