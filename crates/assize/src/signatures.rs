//! YARA rules over the files of a scan: those of packs, and those that the user names.
//!
//! They are compiled once, and kept in the user's cache. The engine takes binary formats apart, so it runs in a process without
//! rights, as the parsers of such formats do. What matched becomes a row of the table `signatures`.

use crate::exit::Stop;
use crate::rules::name_some;
use crate::run::{self, own};
use crate::{cache, cases, input, out, pages, place};
use assize_artifacts::{Artifact, Look};
use assize_content::{Content, Layout};
use assize_model::{FileInfo, Note, NoteKind, Rows, RowsError};
use assize_report::{Lang, Value, message};
use assize_worker::Pool;
use assize_yara::{Fault, Heading, Match, RuleFile, Rules};
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The table of what matched.
pub(crate) const TABLE: &str = "signatures";
/// Bytes of a file that are looked at in one piece.
const PIECE_BYTES: usize = 32 << 20;
/// Bytes of a piece that the next one begins with, so that nothing is cut apart unseen.
const SHARED_BYTES: usize = 64 << 10;
/// A file that the rules of packs are asked about is no larger: they are about pages and programs.
const PACK_FILE_BYTES_MAX: u64 = 64 << 20;
/// Files that may take too long before the rules are asked no more.
const SLOW_FILES_MAX: usize = 3;
/// Compiled sets that are kept in the cache.
const KEPT_MAX: usize = 8;
/// How the file of a compiled set ends.
const ENDING: &str = ".yarac";

/// Files of YARA rules at the paths: files, folders or archives.
pub(crate) fn files(
    paths: &[PathBuf],
    scratch: impl Fn() -> Result<tempfile::TempDir, Stop>,
) -> Result<Vec<RuleFile>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        let scratch = scratch()?;
        let source = input::whole(path, scratch.path(), &assize_evidence::Passwords::default())?;
        let before = files.len();
        for (index, entry) in source.entries().iter().enumerate() {
            let lower = entry.path.to_ascii_lowercase();
            let named = lower.ends_with(".yar") || lower.ends_with(".yara") || lower.ends_with(".rule");
            if !named && source.entries().len() > 1 {
                continue;
            }
            let bytes = pages::bytes_of(&source, index).map_err(Stop::Input)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            files.push(RuleFile { name: entry.path.clone(), pack: None, text });
        }
        if files.len() == before {
            return Err(Stop::Input(format!("{}: there is no file of YARA rules in it (.yar, .yara)", path.display())));
        }
    }
    Ok(files)
}

/// Says beside the result which rules were left out, by file and line.
pub(crate) fn name_faults<'f>(faults: impl Iterator<Item = &'f Fault>, lang: Lang) {
    let faults: Vec<&Fault> = faults.collect();
    if !faults.is_empty() {
        out::error(&message(lang, "shell-yara-faults", &[("count", Value::Count(faults.len() as u64))]));
        name_some(&faults, "  ", lang);
    }
}

/// The rules of a scan, compiled and ready.
pub(crate) struct Signatures {
    /// The folder of the compiled rules where no cache is known; it goes with the run.
    _scratch: Option<tempfile::TempDir>,
    /// How many rules run, and which were left out.
    pub(crate) heading: Heading,
    /// SHA-256 over the rules that the user named; none where there are none.
    pub(crate) of_user: Option<String>,
    /// The process that asks them.
    pub(crate) pool: Option<Pool>,
    /// Asks them in this process, where no other can be started.
    pub(crate) reader: Reader,
}

impl Signatures {
    /// The rules of all packs and those of the user; `None` where there are none at all.
    pub(crate) fn prepare(
        content: &Content,
        folder: Option<&Path>,
        of_user: Vec<RuleFile>,
    ) -> Result<Option<Self>, Stop> {
        let user = (!of_user.is_empty()).then(|| digest(&of_user));
        let mut files: Vec<RuleFile> = content.packs.iter().flat_map(of_pack).collect();
        files.extend(of_user);
        if files.is_empty() {
            return Ok(None);
        }
        let (file, heading, scratch) = compiled(&files)?;
        let pool = run::pool(folder, &["--signatures".into(), file.clone().into()]);
        Ok(Some(Self { _scratch: scratch, heading, of_user: user, pool, reader: Reader::new(content, file)? }))
    }

    /// Whether the rules are asked about a file that these artifacts read. Those of the user are asked about every file; those
    /// of packs about files that are no logs.
    pub(crate) fn wants(&self, file: &FileInfo, claimants: &[&(dyn Artifact + '_)]) -> bool {
        let is_log = |a: &&(dyn Artifact + '_)| !matches!(a.layout().spec.family.as_str(), "file-system" | "config");
        let of_packs = file.size <= PACK_FILE_BYTES_MAX && !claimants.iter().any(is_log);
        file.size > 0 && (self.of_user.is_some() || of_packs)
    }
}

/// Asks compiled rules about files.
pub(crate) struct Reader {
    layout: Layout,
    file: PathBuf,
    /// Loaded when they are first asked for; none where they cannot be.
    rules: OnceLock<Option<Rules>>,
    slow: AtomicUsize,
}

impl Reader {
    fn new(content: &Content, file: PathBuf) -> Result<Self, Stop> {
        let layout = content.layout(TABLE).ok_or_else(|| own("the content has no table of signatures"))?.clone();
        Ok(Self { layout, file, rules: OnceLock::new(), slow: AtomicUsize::new(0) })
    }

    /// Loads the rules of a process that is about to give up its rights, and has the engine make ready what it can make
    /// ready only before.
    pub(crate) fn load(content: &Content, file: &Path) -> Result<Self, Stop> {
        let reader = Self::new(content, file.to_owned())?;
        let rules = reader.rules().ok_or_else(|| own("the signatures could not be loaded"))?;
        rules.scanner().scan(b"", "").map_err(own)?;
        Ok(reader)
    }

    fn rules(&self) -> Option<&Rules> {
        let load = || std::fs::read(&self.file).ok().and_then(|bytes| Rules::from_bytes(&bytes).ok());
        self.rules.get_or_init(load).as_ref()
    }
}

impl Artifact for Reader {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    /// No file is theirs: they are asked beside those whose it is.
    fn claims(&self, _look: &Look<'_>) -> bool {
        false
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let Some(rules) = self.rules() else {
            rows.note(Note::new(NoteKind::Limit, "its signatures could not be loaded"));
            return Ok(());
        };
        look(rules, &self.slow, input, rows)
    }

    fn binary(&self) -> bool {
        true
    }
}

/// Asks the rules about one file, piece by piece where it is large.
fn look(rules: &Rules, slow: &AtomicUsize, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
    if slow.load(Ordering::Relaxed) >= SLOW_FILES_MAX {
        rows.note(Note::new(NoteKind::Limit, "no signature was asked: they took too long on files before it"));
        return Ok(());
    }
    let mut scanner = rules.scanner();
    let mut found: BTreeMap<(String, String), (u64, Match)> = BTreeMap::new();
    let (mut piece, mut begins, mut pieces) = (Vec::new(), 0u64, 0u64);
    loop {
        let room = PIECE_BYTES - piece.len();
        let taken = (&mut *input).take(room as u64).read_to_end(&mut piece)?;
        if taken == 0 && pieces > 0 {
            break;
        }
        rows.skip(taken as u64);
        pieces += 1;
        match scanner.scan(&piece, &rows.file().path) {
            Ok(matches) => {
                for one in matches {
                    found.entry((one.rule.clone(), one.origin.file.clone())).or_insert((begins, one));
                }
            }
            Err(error) => {
                slow.fetch_add(1, Ordering::Relaxed);
                rows.note(Note::new(NoteKind::Limit, format!("its signatures were given up: {error}")));
                break;
            }
        }
        if taken < room {
            break;
        }
        let passed = piece.len() - SHARED_BYTES;
        piece.drain(..passed);
        begins += passed as u64;
    }
    if pieces > 1 {
        let text = format!(
            "its signatures were asked about {pieces} pieces of {} MiB: one that asks for its size, or for parts far apart, may \
             have missed it",
            PIECE_BYTES >> 20
        );
        rows.note(Note::new(NoteKind::Limit, text));
    }
    found.into_values().try_for_each(|(begins, one)| keep(begins, &one, rows))
}

/// One match as a row; its position is that of the first string in the file.
fn keep(begins: u64, one: &Match, rows: &mut Rows<'_>) -> Result<(), RowsError> {
    let (spec, file) = (rows.spec(), rows.file());
    let at = begins + one.first.as_ref().map_or(0, |first| first.at as u64);
    let of_first = |of: fn(&assize_yara::Found) -> &str| one.first.as_ref().map_or("", of);
    for (name, value) in [
        ("path", file.path.as_str()),
        ("name", file.name()),
        ("sha256", &file.sha256),
        ("rule", &one.rule),
        ("source", &one.origin.file),
        ("pack", one.origin.pack.as_deref().unwrap_or_default()),
        ("description", one.description.as_deref().unwrap_or_default()),
        ("string", of_first(|first| &first.string)),
        ("text", of_first(|first| &first.sample)),
    ] {
        if let Some(column) = spec.column(name).filter(|_| !value.is_empty()) {
            rows.text(column, value);
        }
    }
    if let (Some(column), Ok(offset)) = (spec.column("offset").filter(|_| one.first.is_some()), i64::try_from(at)) {
        rows.number(column, offset);
    }
    rows.finish(at, None, 0)
}

/// The files of rules of a pack.
pub(crate) fn of_pack(pack: &assize_content::Pack) -> impl Iterator<Item = RuleFile> {
    pack.signatures.iter().map(|(name, text)| RuleFile {
        name: name.clone(),
        pack: Some(pack.id.clone()),
        text: text.clone(),
    })
}

fn digest(files: &[RuleFile]) -> String {
    let parts = |file: &RuleFile| [file.name.clone(), file.pack.clone().unwrap_or_default(), file.text.clone()];
    // What compiled them belongs to what they are.
    place::digest(std::iter::once(env!("CARGO_PKG_VERSION").to_owned()).chain(files.iter().flat_map(parts)))
}

/// The file of the compiled rules: from the cache, or made now; and a folder that goes with the run, where no cache is known.
fn compiled(files: &[RuleFile]) -> Result<(PathBuf, Heading, Option<tempfile::TempDir>), Stop> {
    let name = format!("{}{ENDING}", &digest(files)[..32]);
    let cache = cache::folder("signatures");
    let kept = cache.as_ref().map(|folder| folder.join(&name));
    let kept = kept.and_then(|file| Some((Heading::read(&std::fs::read(&file).ok()?).ok()?, file)));
    if let Some((heading, file)) = kept {
        return Ok((file, heading, None));
    }
    let bytes = Rules::compile(files).to_bytes().map_err(own)?;
    let heading = Heading::read(&bytes).map_err(own)?;
    if let Some(folder) = cache
        && let Ok(file) = cache::write(&folder, &name, &bytes)
    {
        cache::forget_old(&folder, ENDING, KEPT_MAX);
        return Ok((file, heading, None));
    }
    let scratch = cases::scratch()?;
    let file = cache::write(scratch.path(), &name, &bytes).map_err(own)?;
    Ok((file, heading, Some(scratch)))
}

/// Whether the rules of packs compile, and do as their samples say: `match` and `ignore` in their `meta`.
pub(crate) fn test(content: &Content) -> (usize, Vec<Fault>) {
    let files: Vec<RuleFile> = content.packs.iter().flat_map(of_pack).collect();
    let rules = Rules::compile(&files);
    let mut faults = rules.faults.clone();
    let mut scanner = rules.scanner();
    let mut samples: BTreeMap<(String, String), [usize; 2]> =
        rules.names().map(|(origin, rule)| ((origin.file.clone(), rule.to_owned()), [0; 2])).collect();
    for (nth, kind) in ["match", "ignore"].into_iter().enumerate() {
        for (origin, rule, sample) in rules.stated(kind) {
            let found = scanner.scan(sample, "sample");
            let matched = found.is_ok_and(|all| all.iter().any(|one| one.rule == rule && one.origin == *origin));
            if matched != (kind == "match") {
                faults.push(Fault {
                    place: origin.file.clone(),
                    what: format!("{rule}: what it says to {kind} it does not {kind}"),
                });
            }
            samples.entry((origin.file.clone(), rule.to_owned())).or_default()[nth] += 1;
        }
    }
    for ((file, rule), counts) in &samples {
        if counts.contains(&0) {
            faults.push(Fault {
                place: file.clone(),
                what: format!("{rule}: it needs a sample to match and one to ignore"),
            });
        }
    }
    (rules.len(), faults)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use assize_model::FileId;
    use assize_model::rows::Account;

    const MARK: &str = "rule mark { strings: $a = \"the mark\" condition: $a }";

    /// What the rule of the mark makes of some bytes: the account, and the positions of its rows.
    fn looked(bytes: &[u8], slow: usize) -> (Account, Vec<u64>) {
        let content = Content::builtin().unwrap();
        let layout = content.layout(TABLE).unwrap();
        let rules = Rules::compile(&[RuleFile { name: "mark.yar".into(), pack: None, text: MARK.into() }]);
        let file = FileInfo {
            id: FileId(0),
            path: "C/a.bin".into(),
            size: bytes.len() as u64,
            sha256: String::new(),
            modified: None,
            head: Vec::new(),
        };
        let mut found = Vec::new();
        let mut sink = |batch: arrow_array::RecordBatch| {
            let positions: &arrow_array::UInt64Array = batch.column(1).as_any().downcast_ref().unwrap();
            found.extend(positions.values());
            Ok(())
        };
        let mut rows = Rows::new(&layout.spec, &file, &mut sink);
        look(&rules, &AtomicUsize::new(slow), &mut { bytes }, &mut rows).unwrap();
        let account = rows.end().unwrap();
        (account, found)
    }

    #[test]
    fn a_large_file_is_looked_at_in_pieces_and_nothing_is_cut_apart() {
        let mut bytes = vec![0; PIECE_BYTES + 100];
        bytes[PIECE_BYTES - 3..PIECE_BYTES + 5].copy_from_slice(b"the mark");
        let (account, found) = looked(&bytes, 0);
        assert_eq!(found, [PIECE_BYTES as u64 - 3]);
        assert_eq!(account.counts.bytes_parsed, bytes.len() as u64);
        assert!(account.notes[0].contains("2 pieces of 32 MiB"), "{:?}", account.notes);
        let (account, found) = looked(&bytes[..PIECE_BYTES], 0);
        assert!(found.is_empty() && account.notes.is_empty(), "{:?}", account.notes);
    }

    #[test]
    fn rules_that_were_slow_too_often_are_asked_no_more_and_that_is_said() {
        let (account, found) = looked(b"the mark", SLOW_FILES_MAX - 1);
        assert_eq!((found.as_slice(), account.notes.len()), ([0].as_slice(), 0));
        let (account, found) = looked(b"the mark", SLOW_FILES_MAX);
        assert!(found.is_empty() && account.notes[0].contains("no signature was asked"), "{:?}", account.notes);
    }
}
