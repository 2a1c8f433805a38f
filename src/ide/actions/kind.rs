//! What sorts of actions there are, and which of them somebody asks for.
use crate::text::visible;

/// What sort of action one is: an editor has a menu, a key or a setting for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// Mends a finding.
    QuickFix,
    /// Moves text to a note of its own.
    Extract,
    /// Takes the text of another note in.
    Inline,
    /// Writes something in another way.
    Rewrite,
    /// Mends all of the note that is certain; editors can do it on saving.
    FixAll,
    /// Concerns the note as a whole.
    Source,
}

impl ActionKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::QuickFix, Self::Extract, Self::Inline, Self::Rewrite, Self::FixAll, Self::Source];

    /// Its name in the protocol: words joined by dots, from the general to the special.
    pub fn name(self) -> &'static str {
        match self {
            Self::QuickFix => "quickfix",
            Self::Extract => "refactor.extract",
            Self::Inline => "refactor.inline",
            Self::Rewrite => "refactor.rewrite",
            Self::FixAll => "source.fixAll.slugline",
            Self::Source => "source",
        }
    }

    /// Whether `wanted`, a name or the beginning of one, stands for it.
    pub fn is_a(self, wanted: &str) -> bool {
        let rest = self.name().strip_prefix(wanted);
        wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Which actions somebody asks for, and for how much of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    /// Names of kinds, each for all kinds that [begin](ActionKind::is_a) with it; `None`: all.
    pub only: Option<&'a [String]>,
    /// Nobody has asked, but an editor that wants to know whether there is anything: what concerns the
    /// whole note is left out unless it is named.
    pub automatic: bool,
    /// Whose changes are computed.
    pub changes: Changes<'a>,
}

/// Whose changes are computed. For the others to be told what there is is enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Changes<'a> {
    /// Those of all.
    #[default]
    All,
    /// None.
    Later,
    /// That of the action of this kind and [visible] title, and of those the one with this number.
    Of(ActionKind, &'a str, usize),
}

impl Wish<'_> {
    /// Whether actions of `kind` are asked for.
    pub(super) fn wants(&self, kind: ActionKind) -> bool {
        let is_resolved = match self.changes {
            Changes::Of(only, ..) => only == kind,
            Changes::All | Changes::Later => true,
        };
        let named = self.only.map(|only| only.iter().any(|name| kind.is_a(name)));
        let of_note = matches!(kind, ActionKind::Source | ActionKind::FixAll);
        is_resolved && named.unwrap_or(!(self.automatic && of_note))
    }

    /// Whether the change of this action is to be computed.
    pub(super) fn computes(&self, kind: ActionKind, title: &str, number: usize) -> bool {
        match self.changes {
            Changes::All => true,
            Changes::Later => false,
            Changes::Of(only, wanted, which) => (kind, number) == (only, which) && visible(title) == wanted,
        }
    }
}

#[test]
fn a_kind_stands_for_those_below_it() {
    let wanted = |only: &str| {
        let only = [only.to_owned()];
        let wish = Wish { only: Some(&only), ..Wish::default() };
        let kinds = ActionKind::ALL.into_iter().filter(|&kind| wish.wants(kind));
        kinds.map(ActionKind::name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(wanted(""), ActionKind::ALL.map(ActionKind::name).join(" "));
    assert_eq!(wanted("refactor"), "refactor.extract refactor.inline refactor.rewrite");
    assert_eq!(wanted("refactor.inline"), "refactor.inline");
    assert_eq!(wanted("source.fixAll"), "source.fixAll.slugline");
    assert_eq!(wanted("source"), "source.fixAll.slugline source");
    assert_eq!(wanted("quickfix.link") + &wanted("source.organizeImports") + &wanted("quick"), "");
}
