//! Files on a list of indicators that others published: by hash, name, path, and the words that steer a page.

use crate::exit::Stop;
use crate::out;
use crate::rules::name_some;
use assize_content::{WatchKind, Watchlist};
use assize_model::display::hex;
use assize_report::{Lang, Value, message};
use md5::Md5;
use sha1::Sha1;
use sha2::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Reads lists of indicators.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Watchlist, Stop> {
    let mut all = Watchlist::default();
    for path in paths {
        all.add(Watchlist::read(path).map_err(|e| Stop::Input(format!("no list of indicators: {e}")))?);
    }
    Ok(all)
}

/// Says beside the result which lines of a list hold nothing that can be looked for.
pub(crate) fn name_left_out(list: &Watchlist, lang: Lang) {
    if !list.left_out.is_empty() {
        out::error(&message(lang, "hunt-ioc-left-out", &[("count", Value::Count(list.left_out.len() as u64))]));
        name_some(&list.left_out, "  ", lang);
    }
}

/// What a list says of files, ready to be asked. Everything is compared without regard to case.
#[derive(Default)]
pub(crate) struct Listed {
    hashes: BTreeSet<String>,
    /// As compared, and as written.
    names: BTreeMap<String, String>,
    paths: BTreeMap<String, String>,
}

/// How a file stands on a list.
pub(crate) enum Hit<'l> {
    /// By its hash.
    Hash(String),
    /// By its name or its path.
    Place(&'l str),
    /// By a word that steers it.
    Key(&'l str),
}

impl Listed {
    /// What a list says of files.
    pub(crate) fn new(list: &Watchlist) -> Self {
        let mut listed = Self::default();
        for entry in &list.entries {
            let lower = entry.value.to_lowercase();
            match entry.kind {
                WatchKind::Hash => _ = listed.hashes.insert(lower),
                WatchKind::Path => _ = listed.paths.insert(on_any_drive(&lower).to_owned(), entry.value.clone()),
                WatchKind::Name => _ = listed.names.insert(lower, entry.value.clone()),
                // Neither is what a file is called, nor what is in it.
                WatchKind::Ip | WatchKind::Url => {}
            }
        }
        listed
    }

    /// How a file stands on the list.
    pub(crate) fn hits(&self, path: &str, bytes: &[u8], sha256: &str, keys: &[String]) -> Vec<Hit<'_>> {
        let has = |length: usize| self.hashes.iter().any(|hash| hash.len() == length);
        let mut hashes = vec![sha256.to_owned()];
        if has(32) {
            hashes.push(hex(&Md5::digest(bytes)));
        }
        if has(40) {
            hashes.push(hex(&Sha1::digest(bytes)));
        }
        let mut hits: Vec<Hit<'_>> =
            hashes.into_iter().filter(|hash| self.hashes.contains(hash)).map(Hit::Hash).collect();
        let path = format!("/{}", path.replace('\\', "/").to_lowercase());
        let name = path.rsplit('/').next().unwrap_or(&path);
        hits.extend(self.names.get(name).map(|name| Hit::Place(name)));
        hits.extend(
            self.paths.iter().filter(|(end, _)| path.ends_with(end.as_str())).map(|(_, path)| Hit::Place(path)),
        );
        let steers = |key: &String| self.names.get(&key.to_lowercase()).map(|name| Hit::Key(name));
        hits.extend(keys.iter().filter_map(steers));
        hits
    }
}

/// A path without its drive: `/inetpub/a.aspx` for `c:/inetpub/a.aspx`. Collections name drives in their own ways.
fn on_any_drive(path: &str) -> &str {
    path.find('/').map_or(path, |at| &path[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_content::Watched;

    #[test]
    fn a_file_stands_on_a_list_by_hash_name_path_or_key() {
        let entry = |value: &str, kind| Watched { value: value.into(), kind };
        let entries = vec![
            // Of the three bytes "abc": RFC 1321 and FIPS 180-4.
            entry("900150983CD24FB0D6963F7D28E17F72", WatchKind::Hash),
            entry("a9993e364706816aba3e25717850c26c9cd0d89d", WatchKind::Hash),
            entry("OutlookEN.aspx", WatchKind::Name),
            entry("C:/inetpub/wwwroot/Discover.aspx", WatchKind::Path),
            entry("klk123456", WatchKind::Name),
        ];
        let listed = Listed::new(&Watchlist { entries, left_out: Vec::new() });
        let shown = |path: &str, bytes: &[u8], keys: &[&str]| -> Vec<String> {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            let hits = listed.hits(path, bytes, "00", &keys);
            let word = |hit: &Hit<'_>| match hit {
                Hit::Hash(hash) => format!("hash {}", &hash[..4]),
                Hit::Place(place) => format!("place {place}"),
                Hit::Key(key) => format!("key {key}"),
            };
            hits.iter().map(word).collect()
        };
        assert_eq!(shown("x.aspx", b"abc", &[]), ["hash 9001", "hash a999"]);
        assert_eq!(shown("D/owa/auth/outlooken.ASPX", b"", &["KLK123456"]), ["place OutlookEN.aspx", "key klk123456"]);
        assert_eq!(shown("C/inetpub/wwwroot/discover.aspx", b"", &[]), ["place C:/inetpub/wwwroot/Discover.aspx"]);
        assert!(shown("C/inetpub/wwwroot/notdiscover.aspx", b"", &["other"]).is_empty());
    }
}
