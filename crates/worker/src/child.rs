//! The child: it answers jobs until nobody asks any more.

use crate::confine::Confinement;
use crate::frame::{self, AccountText, Kind};
use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use assize_artifacts::Artifact;
use assize_model::{FileInfo, Rows, RowsError};
use std::cell::RefCell;
use std::io::{self, BufRead, ErrorKind, Read, Write};

/// Answers jobs from `input` on `output`, one after the other, until `input` ends.
///
/// # Errors
/// When the parent is gone, or says what no parent of ours says.
pub fn serve(
    mut input: impl Read,
    output: impl Write,
    confinement: &Confinement,
    artifacts: &[Box<dyn Artifact + '_>],
) -> io::Result<()> {
    let output = RefCell::new(output);
    let mut room = Room::default();
    frame::write(&mut *output.borrow_mut(), Kind::Ready, &serde_json::to_vec(confinement)?)?;
    while let Some((Kind::Job, job)) = frame::read(&mut input)? {
        let (table, mut file): (String, FileInfo) = serde_json::from_slice(&job)?;
        let Some((Kind::Head, head)) = frame::read(&mut input)? else { return Err(ErrorKind::InvalidData.into()) };
        file.head = head;
        let answer = match artifacts.iter().find(|a| a.layout().spec.table == table) {
            Some(artifact) => parse(artifact.as_ref(), &file, (&mut input, &output), &mut room),
            None => Err(format!("no reader for the table {table} here")),
        };
        let output = &mut *output.borrow_mut();
        match answer {
            Ok(account) => frame::write(output, Kind::Account, &serde_json::to_vec(&account)?)?,
            Err(why) => frame::write(output, Kind::Trouble, why.as_bytes())?,
        }
    }
    Ok(())
}

/// Buffers that serve for file after file.
#[derive(Default)]
struct Room {
    /// A piece of a file.
    piece: Vec<u8>,
    /// A batch of rows as it is sent.
    rows: Vec<u8>,
}

/// Reads one file that comes in pieces, and sends its rows.
fn parse(
    artifact: &dyn Artifact,
    file: &FileInfo,
    (input, output): (&mut impl Read, &RefCell<impl Write>),
    room: &mut Room,
) -> Result<AccountText, String> {
    let mut send = |batch| send(&batch, &mut room.rows, &mut *output.borrow_mut());
    let mut rows = Rows::new(&artifact.layout().spec, file, &mut send);
    room.piece.clear();
    let mut pieces = Pieces { input, output, piece: &mut room.piece, at: 0, asked: true, ended: false };
    let parsed = artifact.parse(&mut pieces, &mut rows);
    // What was sent unasked is no part of the next job, even where nobody read it.
    let first = if pieces.asked { pieces.fill_buf().map(drop) } else { Ok(()) };
    let account = first.map_err(RowsError::from).and(parsed).and_then(|()| rows.end());
    account.map(AccountText::from).map_err(|e| e.to_string())
}

/// Sends one record batch, with its schema before it, laid out in `room`.
fn send(batch: &RecordBatch, room: &mut Vec<u8>, output: &mut impl Write) -> Result<(), RowsError> {
    let trouble = |e: arrow_schema::ArrowError| RowsError::Keep(e.to_string());
    room.clear();
    let mut stream = StreamWriter::try_new(&mut *room, &batch.schema()).map_err(trouble)?;
    stream.write(batch).map_err(trouble)?;
    stream.finish().map_err(trouble)?;
    drop(stream);
    Ok(frame::write(output, Kind::Rows, room)?)
}

/// The bytes of the file, asked for piece by piece: neither side ever waits for the other to take what it has.
struct Pieces<'a, I, O> {
    input: &'a mut I,
    output: &'a RefCell<O>,
    piece: &'a mut Vec<u8>,
    at: usize,
    /// Whether the next piece is on its way: the first one comes unasked.
    asked: bool,
    ended: bool,
}

impl<I: Read, O: Write> BufRead for Pieces<'_, I, O> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.piece.len() && !self.ended {
            if !std::mem::take(&mut self.asked) {
                frame::write(&mut *self.output.borrow_mut(), Kind::Need, &[])?;
            }
            let Some(kind @ (Kind::Bytes | Kind::Last)) = frame::read_into(self.input, self.piece)? else {
                return Err(ErrorKind::InvalidData.into());
            };
            (self.at, self.ended) = (0, kind == Kind::Last);
        }
        Ok(&self.piece[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.piece.len());
    }
}

impl<I: Read, O: Write> Read for Pieces<'_, I, O> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let length = piece.len().min(into.len());
        into[..length].copy_from_slice(&piece[..length]);
        self.consume(length);
        Ok(length)
    }
}
