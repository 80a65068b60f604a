//! One Parquet file being written: hashed on its way to the disk, cut into row groups by its data alone.

use crate::CaseError;
use crate::manifest::Stored;
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema, SchemaRef};
use assize_model::display::hex;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Rows of a row group at most.
const ROW_GROUP_ROWS: usize = 1 << 20;

/// A Parquet file being written.
pub(crate) struct Store {
    table: String,
    name: String,
    writer: ArrowWriter<Hashed>,
}

impl Store {
    /// Begins a file of the case; one that a stopped run left under that name is begun anew. `notes` become metadata
    /// of the schema.
    pub(crate) fn create(
        folder: &Path,
        name: &str,
        table: &str,
        schema: SchemaRef,
        notes: &[(&str, String)],
    ) -> Result<Self, CaseError> {
        let properties = properties(table, &schema, notes)?;
        let path = &folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(CaseError::io("make", parent))?;
        }
        let file = File::create(path).map_err(CaseError::io("make", path))?;
        let hashed = Hashed { file: BufWriter::with_capacity(1 << 16, file), hash: Sha256::new(), bytes: 0 };
        let writer =
            ArrowWriter::try_new(hashed, schema, Some(properties)).map_err(CaseError::table("write", table))?;
        Ok(Self { table: table.into(), name: name.into(), writer })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), CaseError> {
        self.writer.write(batch).map_err(CaseError::table("write", &self.table))
    }

    /// Bytes that the open row group holds, as they would be on disk. The same for the same rows.
    pub(crate) fn open_bytes(&self) -> usize {
        self.writer.in_progress_size()
    }

    /// Closes the open row group where it holds more bytes.
    pub(crate) fn cut_beyond(&mut self, bytes: usize) -> Result<(), CaseError> {
        if self.open_bytes() > bytes { self.cut() } else { Ok(()) }
    }

    /// Closes the open row group.
    pub(crate) fn cut(&mut self) -> Result<(), CaseError> {
        self.writer.flush().map_err(CaseError::table("write", &self.table))
    }

    /// Ends the file, and waits until it is on the disk.
    pub(crate) fn close(mut self) -> Result<Stored, CaseError> {
        self.cut()?;
        let row_groups = self.writer.flushed_row_groups().len() as u64;
        let hashed = self.writer.into_inner().map_err(CaseError::table("write", &self.table))?;
        let file = hashed.file.into_inner().map_err(|e| CaseError::table("write", &self.table)(e.into_error()))?;
        file.sync_all().map_err(CaseError::table("write", &self.table))?;
        let sha256 = hex(hashed.hash.finalize().as_slice());
        Ok(Stored { file: self.name, sha256, bytes: hashed.bytes, row_groups })
    }
}

/// Nothing here depends on the machine or the moment: same rows, same bytes.
fn properties(table: &str, schema: &Schema, notes: &[(&str, String)]) -> Result<WriterProperties, CaseError> {
    let level = ZstdLevel::try_new(1).map_err(CaseError::table("write", table))?;
    let notes = notes.iter().map(|(k, v)| KeyValue::new((*k).to_owned(), v.clone())).collect();
    let mut builder = WriterProperties::builder()
        // Pages of the second version are packed from where they stand; those of the first are copied twice before.
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_compression(Compression::ZSTD(level))
        .set_created_by("assize".into())
        .set_key_value_metadata(Some(notes))
        // Smallest and largest values are of use for time and place only; for words, each cell would be compared twice.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS));
    for name in ["ts", "pos", "file_id"] {
        builder = builder.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::Chunk);
    }
    for field in schema.fields() {
        builder = encoding(builder, ColumnPath::from(field.name().as_str()), field.name(), field.data_type());
    }
    Ok(builder.build())
}

/// A dictionary where words repeat; differences for moments and numbers; text that seldom repeats as it is.
fn encoding(
    builder: WriterPropertiesBuilder,
    path: ColumnPath,
    name: &str,
    kind: &DataType,
) -> WriterPropertiesBuilder {
    match kind {
        DataType::Int64 | DataType::UInt64 | DataType::Timestamp(..) => builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
        DataType::Binary => builder.set_column_dictionary_enabled(path, false),
        DataType::Utf8 if !matches!(name, "table" | "column" | "reason") => builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_LENGTH_BYTE_ARRAY),
        // Once there are too many words for a dictionary. The second version would store what differs from the word before.
        DataType::Dictionary(..) | DataType::Utf8 => builder.set_column_encoding(path, Encoding::PLAIN),
        _ => builder,
    }
}

/// Hashes what passes to a file, so that it need not be read again.
struct Hashed {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buffer)?;
        self.hash.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
