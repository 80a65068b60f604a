//! Records of an earlier use of the log, behind those that a chunk holds. They are read only where that was asked for.
//!
//! Windows writes a chunk anew from its beginning; what stood behind the new end stays until it is overwritten, and so does
//! what was there before the log was cleared. Such a record may be torn, and the template that it was written with may be
//! another one by now: what does not read as an event is passed over, as it is where nobody asks.

use super::chunk::{Window, for_parser, template_is_there};
use super::evtx::{Piece, fill_from};
use super::integrity::Integrity;
use super::node::Tree;
use super::record::Columns;
use assize_model::{Rows, RowsError};
use evtx::ParserSettings;
use std::collections::HashSet;
use std::sync::Arc;

/// Bytes of leftovers that are kept until the log is read; further ones stay unread, and are named as such.
const BYTES_MAX: usize = 64 << 20;
/// Records whose number and time are kept, to know them when they come again.
const KNOWN_MAX: usize = 4_000_000;
/// A leftover has the number of another time, which a record of today may have as well: it goes by its offset in the file,
/// counted from here.
const POS: u64 = 1_000_000_000_000;
/// What its row says in the column `carved`.
const MARK: &str = "leftover";

/// Leftovers on their way: whether the log still holds one is known only at its end.
#[derive(Default)]
pub(super) struct Leftovers {
    kept: Vec<Leftover>,
    bytes: usize,
    /// Number and time of records that the log holds.
    held: HashSet<(u64, u64)>,
}

struct Leftover {
    window: Window,
    /// Where it begins in the file.
    place: u64,
    json: Vec<u8>,
}

impl Leftovers {
    /// Notes a record that the log holds.
    pub(super) fn held(&mut self, window: &Window) {
        if self.held.len() < KNOWN_MAX {
            self.held.insert((window.id, window.filetime));
        }
    }

    /// Takes those of a chunk; gives how many bytes of the file they are.
    pub(super) fn take(&mut self, piece: &Piece, settings: &Arc<ParserSettings>) -> u64 {
        if piece.left.is_empty() || self.bytes >= BYTES_MAX {
            return 0;
        }
        // Without the records before them the parser would not find its way to them.
        let all: Vec<Window> = piece.records.iter().chain(&piece.left).copied().collect();
        let (mut next, mut taken) = (piece.records.len(), 0);
        for names in [true, false] {
            let Some(mut data) = for_parser(&piece.bytes, &all, names) else { break };
            let Ok(mut chunk) = data.parse(Arc::clone(settings)) else { continue };
            for record in chunk.iter().flatten() {
                let index = usize::try_from(record.event_record_id).unwrap_or_default().wrapping_sub(1);
                let Some(window) = all.get(index).filter(|_| index >= next) else { continue };
                next = index + 1;
                // A time that cannot be tells that the header is torn.
                if window.time().is_none() || !template_is_there(&piece.bytes, window) {
                    continue;
                }
                let Ok(json) = record.into_json_bytes() else { continue };
                self.bytes += json.data.len();
                taken += (window.end - window.start) as u64;
                self.kept.push(Leftover { window: *window, place: piece.place(window.start), json: json.data });
                if self.bytes >= BYTES_MAX {
                    return taken;
                }
            }
            break;
        }
        taken
    }

    /// Makes rows of those that the log holds no more.
    pub(super) fn give(
        mut self,
        integrity: &mut Integrity,
        tree: &mut Tree,
        rows: &mut Rows<'_>,
        columns: &Columns,
    ) -> Result<(), RowsError> {
        let (mut carved, mut twice) = (0, 0);
        if self.bytes >= BYTES_MAX {
            rows.note(format!("carved-records: those behind the first {BYTES_MAX} bytes of text were not read"));
        }
        self.kept.sort_by_key(|leftover| leftover.place);
        for Leftover { window, place, json } in self.kept {
            let bytes = (window.end - window.start) as u64;
            // One that stands here twice counts once, too.
            if !self.held.insert((window.id, window.filetime)) {
                twice += 1;
                rows.padding(bytes);
                continue;
            }
            let Some(ts) = fill_from(&json, tree, rows, columns) else {
                rows.abandon();
                rows.padding(bytes);
                continue;
            };
            carved += 1;
            rows.text(columns.carved, MARK);
            rows.finish(POS + place, ts.or(window.time()), bytes)?;
        }
        integrity.carved = Some((carved, twice));
        Ok(())
    }
}
