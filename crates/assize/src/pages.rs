//! Files looked at one by one: what they do, whether they are known, and which signatures match.

use crate::exit::Stop;
use crate::listed::{Hit, Listed};
use assize_content::{Content, IndicatorKind};
use assize_evidence::Source;
use assize_model::display::hex;
use assize_report::page;
use assize_report::{Lang, Value, message};
use assize_webshell::{Capability, Grade};
use assize_yara::{FileScanner, Rules};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Bytes of one file that are read. No page is that long; what is behind it is said to be left unread.
pub(crate) const FILE_BYTES_MAX: usize = 256 << 20;
/// Stack of a thread that follows scripts: they stand inside one another.
const STACK_BYTES: usize = 32 << 20;
/// Files that are read ahead of the one that is given out next, for each thread.
const AHEAD: usize = 8;

/// What is asked of each file.
pub(crate) struct Checks<'a> {
    /// Files known by hash; nothing where nobody is to ask.
    pub(crate) known: Option<&'a Content>,
    /// Signatures.
    pub(crate) rules: Option<&'a Rules>,
    /// Files that others published.
    pub(crate) listed: Option<&'a Listed>,
    /// The language of the reasons.
    pub(crate) lang: Lang,
}

/// One reason in words.
pub(crate) struct Reason {
    pub(crate) text: String,
    /// Line from 1; 0 where the reason has no place.
    pub(crate) line: usize,
    /// Column from 1; 0 where the reason has no place.
    pub(crate) column: usize,
}

/// One file that was looked at.
pub(crate) struct Checked {
    pub(crate) path: String,
    pub(crate) sha256: String,
    pub(crate) grade: Grade,
    pub(crate) language: Option<&'static str>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) capabilities: BTreeSet<Capability>,
    pub(crate) keys: Vec<String>,
    /// Byte for byte what Microsoft shipped.
    pub(crate) genuine: bool,
}

impl Checks<'_> {
    /// Looks at one file.
    pub(crate) fn check(&self, path: &str, bytes: &[u8]) -> Checked {
        self.check_with(path, bytes, &mut self.rules.map(Rules::scanner))
    }

    fn check_with(&self, path: &str, bytes: &[u8], scanner: &mut Option<FileScanner<'_>>) -> Checked {
        let sha256 = hex(&Sha256::digest(bytes));
        let found = assize_webshell::look(bytes, path);
        let mut checked = Checked {
            path: path.to_owned(),
            sha256,
            grade: found.grade,
            language: found.language,
            reasons: Vec::new(),
            capabilities: found.capabilities,
            keys: found.keys,
            genuine: false,
        };
        let say = |reason: &assize_webshell::Reason| Reason {
            text: page::reason(self.lang, reason),
            line: reason.line,
            column: reason.column,
        };
        checked.reasons.extend(found.reasons.iter().map(say));
        if found.cut {
            checked.reasons.push(Reason { text: message(self.lang, "shell-cut", &[]), line: 0, column: 0 });
        }
        self.known(&mut checked);
        self.listed(&mut checked, bytes);
        if let Some(scanner) = scanner.as_mut() {
            self.signatures(&mut checked, bytes, scanner);
        }
        checked
    }

    /// Known by its hash: a shell of a campaign, or a file that Microsoft shipped.
    fn known(&self, checked: &mut Checked) {
        let Some(content) = self.known else { return };
        let text = |text: &str| Value::Text(text.to_owned());
        if let Some(file) = content.known_good.by_sha256(&checked.sha256) {
            let (first, last) = (file.first_build.to_string(), file.last_build.to_string());
            let gaps = [("path", text(&file.path)), ("first", text(&first)), ("last", text(&last))];
            checked.genuine = true;
            checked.grade = Grade::None;
            checked.reasons = vec![Reason { text: message(self.lang, "shell-known-good", &gaps), line: 0, column: 0 }];
            return;
        }
        let indicators = content.packs.iter().flat_map(|pack| &pack.indicators);
        let bad = indicators
            .into_iter()
            .find(|one| one.kind == IndicatorKind::Sha256 && one.value.eq_ignore_ascii_case(&checked.sha256));
        if let Some(bad) = bad {
            let gaps = [("note", text(&bad.note)), ("source", text(&bad.source))];
            checked
                .reasons
                .insert(0, Reason { text: message(self.lang, "shell-known-bad", &gaps), line: 0, column: 0 });
            checked.grade = Grade::Certain;
        } else if checked.grade >= Grade::Context && content.known_good.has_path(&checked.path) {
            checked.reasons.push(Reason { text: message(self.lang, "shell-genuine-name", &[]), line: 0, column: 0 });
        }
    }

    /// On a list of others: a hash is the file itself; a name, a path or a word that steers it is a reason to look.
    fn listed(&self, checked: &mut Checked, bytes: &[u8]) {
        let Some(listed) = self.listed.filter(|_| !checked.genuine) else { return };
        for hit in listed.hits(&checked.path, bytes, &checked.sha256, &checked.keys) {
            let (id, value, grade) = match hit {
                Hit::Hash(hash) => ("shell-listed-hash", hash, Grade::Certain),
                Hit::Place(place) => ("shell-listed-place", place.to_owned(), Grade::Suspicious),
                Hit::Key(key) => ("shell-listed-key", key.to_owned(), Grade::Suspicious),
            };
            let text = message(self.lang, id, &[("value", Value::Text(value))]);
            checked.reasons.push(Reason { text, line: 0, column: 0 });
            checked.grade = checked.grade.max(grade);
        }
    }

    /// A signature of others is a reason to look; that it was written for shells is for its author to say.
    fn signatures(&self, checked: &mut Checked, bytes: &[u8], scanner: &mut FileScanner<'_>) {
        if checked.genuine {
            return;
        }
        let matches = match scanner.scan(bytes, &checked.path) {
            Ok(matches) => matches,
            Err(error) => {
                checked.reasons.push(Reason { text: error.to_string(), line: 0, column: 0 });
                return;
            }
        };
        for found in matches {
            let description = found.description.unwrap_or_default();
            let gaps = [
                ("rule", Value::Text(found.rule)),
                ("file", Value::Text(found.origin.file)),
                ("description", Value::Text(description)),
            ];
            let (line, column) = found.first.map_or((0, 0), |first| place(bytes, first.at));
            checked.reasons.push(Reason {
                text: message(self.lang, "shell-yara", &gaps).trim_end().to_owned(),
                line,
                column,
            });
            checked.grade = checked.grade.max(Grade::Suspicious);
        }
    }
}

/// Line and column, from 1, of a byte.
fn place(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = &bytes[..at.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let begins = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    (line, before.len() - begins + 1)
}

/// The bytes of one file, up to the limit.
pub(crate) fn bytes_of(source: &Source, index: usize) -> Result<Vec<u8>, String> {
    let path = source.entries().get(index).map_or("", |entry| entry.path.as_str());
    let reader = source.read(index).map_err(|skipped| format!("{}: {}", skipped.path, skipped.reason))?;
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES_MAX as u64).read_to_end(&mut bytes).map_err(|e| format!("{path}: {e}"))?;
    Ok(bytes)
}

/// Looks at every file of a source on all threads, and gives what was found in the order of the source.
pub(crate) fn each(
    source: &Source,
    checks: &Checks<'_>,
    threads: usize,
    give: &mut dyn FnMut(Result<Checked, String>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let files = source.entries().len();
    let threads = threads.clamp(1, files.max(1));
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::sync_channel(threads * AHEAD);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next) = (send.clone(), &next);
            let work = move || {
                let mut scanner = checks.rules.map(Rules::scanner);
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= files || send.send((index, one(source, index, checks, &mut scanner))).is_err() {
                        return;
                    }
                }
            };
            std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).map_err(crate::run::own)?;
        }
        drop(send);
        in_order(receive, give)
    })
}

/// Gives results in the order of their numbers; those that come early wait.
fn in_order(
    receive: mpsc::Receiver<(usize, Result<Checked, String>)>,
    give: &mut dyn FnMut(Result<Checked, String>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut waiting = std::collections::BTreeMap::new();
    let mut due = 0;
    for (index, found) in receive {
        waiting.insert(index, found);
        while let Some(found) = waiting.remove(&due) {
            give(found)?;
            due += 1;
        }
    }
    Ok(())
}

/// One file. A fault of ours is told as such and stops nothing.
fn one(
    source: &Source,
    index: usize,
    checks: &Checks<'_>,
    scanner: &mut Option<FileScanner<'_>>,
) -> Result<Checked, String> {
    let path = &source.entries()[index].path;
    let bytes = bytes_of(source, index)?;
    catch_unwind(AssertUnwindSafe(|| checks.check_with(path, &bytes, scanner)))
        .map_err(|_| format!("{path}: a fault of ours while reading it"))
}
