//! A listing as a tree: what lies in which folder. A member of an archive lies in the folder `archive.zip!`.

use crate::collection::SMALL_BYTES_MAX;
use crate::member::Place;
use crate::source::Entry;
use assize_model::file::Skipped;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

/// Names in one folder that are looked at.
const CHILDREN_MAX: usize = 100_000;
/// Bytes of one line of a file that is read line by line; a longer one is passed over.
const LINE_BYTES_MAX: u64 = 64 << 10;

/// What was listed, sorted by the bytes of the paths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree<'a> {
    pub(crate) entries: &'a [(Entry, Place)],
    pub(crate) skipped: &'a [Skipped],
}

/// One name in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Child<'a> {
    pub(crate) name: &'a str,
    pub(crate) is_folder: bool,
}

impl<'a> Tree<'a> {
    /// The entries whose paths begin with a prefix.
    pub(crate) fn range(self, prefix: &str) -> Range<usize> {
        let start = self.entries.partition_point(|(e, _)| e.path.as_str() < prefix);
        let len = self.entries[start..].partition_point(|(e, _)| e.path.starts_with(prefix));
        start..start + len
    }

    /// The names in the folder that a prefix (empty, or ending in `/`) names; `complete` is false when there are more.
    pub(crate) fn children(self, prefix: &str) -> Vec<Child<'a>> {
        let range = self.range(prefix);
        let (mut at, mut found) = (range.start, Vec::<Child<'a>>::new());
        while at < range.end && found.len() < CHILDREN_MAX {
            let rest = self.entries[at].0.path.get(prefix.len()..).unwrap_or_default();
            match rest.split_once('/') {
                Some((name, _)) => {
                    let len = prefix.len() + name.len() + 1;
                    let inside = &self.entries[at].0.path[..len];
                    found.push(Child { name, is_folder: true });
                    at += self.entries[at..range.end].partition_point(|(e, _)| e.path.starts_with(inside));
                }
                None => {
                    found.push(Child { name: rest, is_folder: false });
                    at += 1;
                }
            }
        }
        found
    }

    /// The position of an entry.
    pub(crate) fn find(self, path: &str) -> Option<usize> {
        self.entries.binary_search_by(|(e, _)| e.path.as_str().cmp(path)).ok()
    }

    /// Whether an entry is an archive that was looked into.
    pub(crate) fn is_opened_archive(self, path: &str) -> bool {
        !self.range(&format!("{path}!/")).is_empty()
    }
}

/// One folder of the tree, which may be the root of a collection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) tree: Tree<'a>,
    /// What comes before the paths in it: empty, or ending in `/`.
    pub(crate) root: &'a str,
    /// The names in it.
    pub(crate) children: &'a [Child<'a>],
}

impl<'a> View<'a> {
    /// Whether there is such a folder in it.
    pub(crate) fn has_folder(&self, name: &str) -> bool {
        self.children.iter().any(|c| c.is_folder && c.name == name)
    }

    /// Whether there is such a file in it.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.children.iter().any(|c| !c.is_folder && c.name == name)
    }

    /// The folders in it.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &'a str> {
        self.children.iter().filter(|c| c.is_folder).map(|c| c.name)
    }

    /// The files in it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'a str> {
        self.children.iter().filter(|c| !c.is_folder).map(|c| c.name)
    }

    /// The real path of something in it, told by a path in whatever case, as Windows does.
    pub(crate) fn find_any_case(&self, path: &str) -> Option<String> {
        let mut real = self.root.to_owned();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let children = self.tree.children(&real);
            let is_folder = parts.peek().is_some();
            let child = children.iter().find(|c| c.is_folder == is_folder && c.name.eq_ignore_ascii_case(part))?;
            real.push_str(child.name);
            if is_folder {
                real.push('/');
            }
        }
        Some(real)
    }

    /// Files beside the root that belong to it by their name: `EX01.report.json` beside `EX01.tar!/` or `EX01/`.
    pub(crate) fn beside(&self) -> Vec<String> {
        let Some((parent, name)) = parent_and_name(self.root) else { return Vec::new() };
        let files = self.tree.children(parent).into_iter().filter(|c| !c.is_folder && belongs(c.name, name));
        files.map(|c| format!("{parent}{}", c.name)).collect()
    }

    /// A small file as bytes; `None` where it is missing, unreadable or larger than is asked of such files.
    pub(crate) fn small(&self, path: &str) -> Option<Vec<u8>> {
        let (entry, place) = self.tree.entries.get(self.tree.find(path)?)?;
        if entry.size > SMALL_BYTES_MAX {
            return None;
        }
        let mut bytes = Vec::new();
        place.open().ok()?.take(SMALL_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// A file in the root as JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = self.small(&format!("{}{name}", self.root))?;
        serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).ok()
    }

    /// Gives each line of a file, within `most` bytes; `false` where the file goes on, or a line was too long.
    pub(crate) fn lines(&self, index: usize, most: u64, each: &mut dyn FnMut(&[u8])) -> bool {
        let Some((_, place)) = self.tree.entries.get(index) else { return false };
        let Ok(member) = place.open() else { return false };
        let mut source = BufReader::new(member.take(most));
        let (mut line, mut whole, mut read) = (Vec::new(), true, 0u64);
        loop {
            line.clear();
            let n = match (&mut source).take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(n) => n as u64,
                Err(_) => return false,
            };
            read = read.saturating_add(n);
            if n == LINE_BYTES_MAX && !line.ends_with(b"\n") {
                whole = false;
                match pass_line(&mut source) {
                    Ok(passed) => read = read.saturating_add(passed),
                    Err(_) => return false,
                }
                continue;
            }
            each(line.trim_ascii());
        }
        whole && read < most
    }
}

/// Reads on to the end of a line and keeps nothing.
fn pass_line(source: &mut dyn BufRead) -> std::io::Result<u64> {
    let mut passed = 0u64;
    loop {
        let bytes = source.fill_buf()?;
        if bytes.is_empty() {
            return Ok(passed);
        }
        let end = bytes.iter().position(|b| *b == b'\n');
        let n = end.map_or(bytes.len(), |at| at + 1);
        source.consume(n);
        passed = passed.saturating_add(n as u64);
        if end.is_some() {
            return Ok(passed);
        }
    }
}

/// The folder around a root, and the name of the root in it: `a/` and `EX01.zip` for `a/EX01.zip!/`.
pub(crate) fn parent_and_name(root: &str) -> Option<(&str, &str)> {
    let inner = root.strip_suffix('/')?;
    let at = inner.rfind('/').map_or(0, |at| at + 1);
    let name = &inner[at..];
    Some((&root[..at], name.strip_suffix('!').unwrap_or(name)))
}

/// Whether a file belongs to a collection by its name: the stem of the collection, then an end.
pub(crate) fn belongs(file: &str, collection: &str) -> bool {
    let stem = stem(collection);
    let rest = file.strip_prefix(stem).filter(|_| !stem.is_empty() && file != collection);
    rest.is_some_and(|rest| rest.starts_with(['.', '_', '-']))
}

/// The name of a collection without the endings of archives.
pub(crate) fn stem(name: &str) -> &str {
    let mut stem = name;
    while let Some((front, end)) = stem.rsplit_once('.') {
        let known = ["zip", "7z", "tar", "tgz", "gz", "zst", "xz", "bz2", "enc"];
        if front.is_empty() || !known.iter().any(|k| end.eq_ignore_ascii_case(k)) {
            break;
        }
        stem = front;
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_has_a_name_and_a_folder_around_it() {
        assert_eq!(parent_and_name("a/EX01.zip!/"), Some(("a/", "EX01.zip")));
        assert_eq!(parent_and_name("EX01.zip!/in/"), Some(("EX01.zip!/", "in")));
        assert_eq!(parent_and_name("EX01/"), Some(("", "EX01")));
        assert_eq!(parent_and_name(""), None);
    }

    #[test]
    fn what_lies_beside_a_collection_belongs_to_it_by_name() {
        for (file, collection, yes) in [
            ("EX01_2021.report.json", "EX01_2021.tar.gz", true),
            ("EX01.tar.report.json", "EX01.tar", true),
            ("EX01.log", "EX01", true),
            ("EX01.tar", "EX01.tar", false),
            ("EX010.log", "EX01.zip", false),
            ("x.log", ".zip", false),
        ] {
            assert_eq!(belongs(file, collection), yes, "{file} {collection}");
        }
    }
}
