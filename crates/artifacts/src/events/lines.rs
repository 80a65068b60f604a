//! Events of Windows as JSON, one on a line, as log shippers write them.

use super::node::Tree;
use super::record::{Columns, fill_shipped};
use crate::text::lines::{Line, Lines, Piece};
use assize_model::{Reason, Rows, RowsError};
use std::io::BufRead;

/// Reads all lines.
pub(crate) fn read(input: &mut dyn BufRead, rows: &mut Rows<'_>, columns: &Columns) -> Result<(), RowsError> {
    let (mut lines, mut tree) = (Lines::new(input), Tree::default());
    while let Some(piece) = lines.next()? {
        match piece {
            Piece::Mark(bytes) => rows.skip(bytes),
            Piece::Padding(bytes) => rows.padding(bytes),
            Piece::TooLong { number, offset, bytes, raw } => {
                rows.reject(number, offset, bytes, Reason::TooLong, raw);
            }
            Piece::Line(line) => read_line(line, &mut tree, rows, columns)?,
        }
    }
    if lines.latin1_lines > 0 {
        rows.note(format!("{} line(s) were not UTF-8 and were read as Latin-1", lines.latin1_lines));
    }
    Ok(())
}

fn read_line(line: Line<'_>, tree: &mut Tree, rows: &mut Rows<'_>, columns: &Columns) -> Result<(), RowsError> {
    let text = line.text.trim();
    if text.is_empty() {
        rows.skip(line.bytes);
        return Ok(());
    }
    let mut reject = |reason| rows.reject(line.number, line.offset, line.bytes, reason, line.raw);
    let Some(node) = tree.read(text.as_bytes()) else {
        reject(if line.ended { Reason::Damaged } else { Reason::CutOff });
        return Ok(());
    };
    match fill_shipped(rows, columns, node) {
        Some(Some(ts)) => rows.finish(line.number, Some(ts), line.bytes)?,
        Some(None) => rows.reject(line.number, line.offset, line.bytes, Reason::BadTime, line.raw),
        None => rows.reject(line.number, line.offset, line.bytes, Reason::Unknown, line.raw),
    }
    Ok(())
}
