//! What the real notes are like, measured over 1,878 of them (13 MB, 22,861 links, 55,182
//! timestamps), as numbers that [`super`] draws from.

/// A distribution by its values at [`AT`]; between two of them it is taken for even.
pub type Quantiles = [u32; 12];

/// Where the quantiles stand, in ten-thousandths.
pub const AT: Quantiles = [0, 100, 500, 1000, 2500, 5000, 7500, 9000, 9500, 9900, 9990, 10_000];

/// Bytes of a note that is no channel's own.
pub const BYTES: Quantiles = [120, 532, 2236, 3029, 3953, 5084, 8428, 12_250, 14_427, 19_429, 49_322, 64_000];

/// Links of a note, the one to its channel included.
pub const LINKS: Quantiles = [1, 1, 2, 3, 4, 7, 11, 20, 25, 41, 68, 78];

/// Different targets among them.
pub const TARGETS: Quantiles = [1, 1, 2, 2, 3, 5, 7, 8, 10, 12, 15, 16];

/// Timestamps of a note.
pub const TIMESTAMPS: Quantiles = [0, 0, 0, 0, 6, 25, 44, 65, 78, 124, 326, 599];

/// Headings of a note.
pub const HEADINGS: Quantiles = [0, 0, 2, 3, 4, 6, 8, 11, 13, 16, 22, 30];

/// Bytes of a paragraph.
pub const PARAGRAPH: Quantiles = [20, 83, 156, 210, 327, 456, 618, 829, 1020, 1666, 2782, 6000];

/// Bytes of an item of a list.
pub const ITEM: Quantiles = [8, 22, 60, 71, 89, 131, 229, 380, 479, 706, 1078, 2235];

/// Bytes of a file stem.
pub const STEM: Quantiles = [5, 15, 23, 27, 34, 41, 49, 57, 62, 72, 83, 100];

/// Bytes of a link's alias.
pub const ALIAS: Quantiles = [2, 4, 6, 8, 12, 20, 37, 50, 56, 69, 89, 140];

/// Characters beyond ASCII among 100,000 of a note.
pub const FOREIGN: Quantiles = [0, 0, 0, 0, 0, 0, 14, 51, 104, 362, 1042, 1374];

/// How far the number of timestamps, of headings and of links follows a note's length: shares of the
/// notes, in thousandths, in which it is just as long.
pub const FOLLOW: (u32, u32, u32) = (750, 650, 520);

/// Thousandths of the notes that are in the two great channels, whose own notes are the hubs with 2 %
/// of all links each. There are two whatever the vault's size.
pub const GREAT: [u32; 2] = [245, 218];

/// Notes of the others; most channels of the corpus are a fifth of what they were.
pub const CHANNEL: Quantiles = [38, 38, 42, 50, 66, 93, 98, 100, 100, 101, 101, 101];

/// Thousandths of links that lead nowhere: of notes in each great channel, and in the others.
pub const BROKEN: (u32, u32, u32) = (30, 290, 860);

/// Notes about one video, which link to each other.
pub const PER_VIDEO: usize = 5;

/// Thousandths of links without an alias; of those with one, that have blanks around the pipe.
pub const PLAIN: u32 = 104;
/// See [`PLAIN`].
pub const SPACED: u32 = 972;

/// Thousandths of links to notes that write the title where the file stem is meant.
pub const BY_TITLE: u32 = 130;

/// Thousandths of notes whose title says more than the stem: hyphens, apostrophes, signs.
pub const RICHER_TITLE: u32 = 32;

/// Thousandths of headings that hold a link.
pub const LINKED_HEADING: u32 = 52;

/// Thousandths of notes without a video.
pub const WITHOUT_VIDEO: u32 = 9;

/// Thousandths of the notes with timestamps that write minutes as hours throughout; that have bare
/// ones and nothing else; and of all notes, that stand inside one fence.
pub const SHIFTED: u32 = 112;
/// See [`SHIFTED`].
pub const BARE: u32 = 65;
/// See [`SHIFTED`].
pub const FENCED: u32 = 10;

/// Other blocks than paragraphs and lists, of 1,000 blocks: callouts, quotes, numbered lists, code,
/// display math, tables.
pub const BLOCKS: [u32; 6] = [40, 45, 40, 2, 1, 1];
/// Thousandths of blocks that are lists, and items of one.
pub const LISTS: (u32, usize) = (190, 5);

/// Thousandths of notes with prices, whose `$` is no math.
pub const PRICED: u32 = 170;

/// Bytes of the one great note, which is a table padded with blanks.
pub const GREAT_NOTE: usize = 1_000_000;
/// Vaults of fewer notes have none.
pub const GREAT_NOTE_FROM: usize = 500;

/// Malformed timestamps (docs/diagnostics.md) among 100,000 timestamps, in the order of [`super::DIRT`].
pub const DIRT: [u32; 17] = [145, 100, 9, 63, 129, 562, 410, 127, 380, 359, 116, 36, 10, 8, 4, 4, 20];

/// What the real notes lack and others have, in thousandths of the notes.
pub mod lacking {
    /// Aliases in the front matter.
    pub const ALIASES: u32 = 50;
    /// Tags, in the front matter or the text.
    pub const TAGS: u32 = 60;
    /// A comment with a link that is none.
    pub const COMMENT: u32 = 20;
    /// A footnote.
    pub const FOOTNOTE: u32 = 15;
    /// A block id.
    pub const BLOCK: u32 = 20;
    /// A table whose links write `\|`.
    pub const TABLE: u32 = 15;
    /// An embedded picture, beside it or not there.
    pub const EMBED: u32 = 20;
    /// Text in another script.
    pub const SCRIPT: u32 = 8;
    /// The file stem of another note in another channel.
    pub const TWIN: u32 = 8;
    /// CRLF at the ends of lines.
    pub const CRLF: u32 = 3;
    /// Links by path and with an anchor, in thousandths of the links.
    pub const PATH: u32 = 12;
    /// See [`PATH`].
    pub const ANCHOR: u32 = 20;
}

/// The words that names and texts are made of.
pub const WORDS: &str = "\
ability access account action activity advance advantage age agreement aid air algorithm alliance amount analysis \
answer application approach area argument army art article aspect asset atmosphere attack attention audience author \
balance bank base battery battle behavior belief benefit bias bill body border boundary brain branch brand budget \
building business camera campaign capacity capital carbon career case cause cell center century chain challenge \
change channel charge chip choice circuit city claim class climate cloud coast code coin collapse collection color \
command commerce community company comparison competition complexity component computer concept concern condition \
conflict congress connection consequence constitution construction consumer content context contract contrast control \
conversation core corporation corruption cost country course court creation crisis culture currency current curve data \
debate debt decade decision deep defense degree delivery demand democracy density design detail development device \
difference diplomacy direction discovery discussion display distance diversity dollar dynamics earth economy education \
effect efficiency effort election electric element emotion empire employment energy engine engineering environment \
equation equipment era error ethics event evidence evolution example exchange experience experiment expert exploration \
export factor factory failure family farm fashion feature federal feedback field figure film finance finding fire \
force foreign form foundation framework freedom frequency friend frontier fuel function fund future game general \
generation geography geometry glass global goal gold government graph gravity ground group growth guide health heat \
history house human idea identity image impact import independence index industry inference inflation influence \
information infrastructure innovation insight institution insurance integration intelligence interest internet \
intervention interview investment island issue job journey justice key kind knowledge label labor land language laser \
launch law layer leader learning legacy level liberty life light limit line liquid list literature logic loss machine \
magnet maintenance majority management manufacturing map market mass material math matrix matter meaning measure media \
medicine member memory message metal method military mind mineral minister minority mirror mission mobile model modern \
moment money motion motor movement music narrative nation nature network neural news nuclear number object ocean office \
oil operation opinion opportunity option orbit order organization origin outcome output oxygen parliament part partner \
party path pattern peace people performance period person perspective phase phone physics picture piece pixel place \
plan planet plant platform player policy politics pollution population position potential poverty power practice \
prediction presence president pressure price principle privacy problem process processor product production profit \
program progress project property protection protocol public purpose quality quantum question radar radio range rate \
reaction reality reason record recovery reform region regulation relation religion report representation research \
resource response result revenue review revolution reward risk river road robot role root rule safety sale sanction \
satellite scale scandal scholar school science screen sea search season security self semiconductor sense sensor series \
service set shape share shift ship signal silicon silver simulation site skill society software soil solar solution \
source space species speech speed sphere spirit stage standard star state statement statistics steel stock storage \
story strategy stream street structure student study style subject success supply support surface survey surveillance \
survival sustainability symbol system table tablet talent target task tax teacher technique technology temperature \
territory test text theory thinking thought threat time tool topic town trade tradition traffic training transformer \
transition transport travel treatment treaty tree trend trial trust truth turbine type uncertainty union unit universe \
university use user value variable vehicle version video view violence virtue vision voice volume vote voter wage war \
water wave way wealth weapon weather welfare wind window wing winner wire woman word work worker world writer year youth";

/// The words between them.
pub const JOINERS: [&str; 12] =
    ["and", "of", "in", "the", "of", "and", "in", "on", "for", "with", "to", "from"];

/// Pieces with characters beyond ASCII, as the real notes have them, commonest first.
pub const FOREIGN_WORDS: [&str; 16] = [
    "—",
    "x²",
    "it’s",
    "CO₂",
    "√2",
    "2π",
    "1990–1995",
    "θ",
    "3 × 4",
    "Erdoğan",
    "→",
    "90°",
    "café",
    "“so”",
    "Zürich",
    "±1",
];

/// Sentences in other scripts, of which the real notes have none.
pub const SCRIPTS: [&str; 4] = [
    "知識は力であり、ノートは互いにつながる。",
    "Знание — сила, а заметки связаны между собой.",
    "הידע הוא כוח והרשימות קשורות זו בזו.",
    "La connaissance se relit 🧠 et se relie 🔗 — naïvement, cœur à cœur.",
];
