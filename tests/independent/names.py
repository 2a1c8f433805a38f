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


def is_time(name):
    """Whether a name is spelled as a time: two or three groups, the last of two digits; `:00` behind them does not count."""
    m = re.fullmatch(r"(?:(\d\d?):)?(\d\d?):(\d\d)", name) or re.fullmatch(r"(\d\d):(\d\d):(\d\d):00", name)
    if not m or not name.isascii():
        return False
    hours, minutes, seconds = m[1], int(m[2]), int(m[3])
    overflow_is_shift = hours and len(hours) == 2 and int(hours) and name.count(":") == 2  # minutes written as hours
    return (minutes < 60 or hours is None) and (seconds < 60 or bool(overflow_is_shift))


def only_exact(name):
    """Names that match exactly or not at all: an empty slug, symbols plus one letter, a time."""
    if is_time(name.strip()):
        return True
    s = slug(name)
    letters = [c for c in name if unicodedata.category(c)[0] in "LMN"]
    symbols = [c for c in name if unicodedata.category(c)[0] in "PS"]
    return not s or (len(letters) == 1 and bool(symbols))


def symbols(name):
    """What a slug drops although it may tell names apart; ordinary punctuation does not, nor `|`."""
    return [c for c in nfkc_casefold(name) if c in "#%&*@§¶†‡‰" or unicodedata.category(c)[0] == "S" and c not in "`|"]


def written_out(name):
    """Whether a person wrote it: with blanks or capitals, or as one word."""
    return any(c.isspace() or c.isupper() for c in name.strip()) or "_" not in slug(name)


def may_be(a, b):
    """Whether two names with one slug may be one name."""
    return not (written_out(a) and written_out(b)) or symbols(a) == symbols(b)


def nfc(s):
    """As written, but that every blank is a blank."""
    return re.sub(r"\s", " ", unicodedata.normalize("NFC", s))


def caseless(s):
    return nfc(nfc(s).casefold())


def obsidian(text):
    """A heading's text as Obsidian compares it: much punctuation is a blank."""
    return " ".join(re.sub(r"""[!"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\]""", " ", text).split())


def alike(heading, anchor):
    """Whether an anchor names a heading of this text."""
    if only_exact(heading) or only_exact(anchor):
        return nfc(heading.strip()) == nfc(anchor.strip())
    return slug(heading) == slug(anchor) or bool(obsidian(heading)) and slug(obsidian(heading)) == slug(obsidian(anchor))
