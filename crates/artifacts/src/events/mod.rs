//! Events of Windows: event logs, and the same events as JSON lines.

mod chunk;
mod evtx;
mod integrity;
mod leftovers;
mod lines;
mod node;
mod record;

use crate::{Artifact, Look, claim};
use assize_content::Layout;
use assize_model::{Rows, RowsError};
use record::Columns;
use std::io::BufRead;

struct WindowsEvents<'l> {
    layout: &'l Layout,
}

/// The artifact for the table `windows_events`.
pub(crate) fn make(layout: &Layout) -> Box<dyn Artifact + '_> {
    Box::new(WindowsEvents { layout })
}

impl Artifact for WindowsEvents<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        let file = look.file;
        file.head.starts_with(evtx::FILE_MAGIC)
            || memchr::memmem::find(&file.head, chunk::CHUNK_MAGIC).is_some()
            || look.is_event_json()
            || claim::path_is_of(self.layout, &file.path)
    }

    fn binary(&self) -> bool {
        true
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let Some(columns) = Columns::of(rows.spec()) else {
            return Err(RowsError::Keep("the layout of windows_events lacks a column".into()));
        };
        if claim::is_event_json(&rows.file().head) {
            lines::read(input, rows, &columns)
        } else {
            evtx::read(input, rows, &columns, self.layout.carve)
        }
    }
}
