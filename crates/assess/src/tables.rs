//! What assessment reads: the tables of a case, or of memory in tests.

use crate::AssessError;
use arrow_array::RecordBatch;
use assize_case::Case;
use assize_model::FileId;
use assize_model::result::TableSummary;

/// Called with each batch of a table.
pub type Visit<'a> = dyn FnMut(&RecordBatch) -> Result<(), AssessError> + 'a;

/// The tables of one case.
pub trait Tables {
    /// The tables that have rows or rejects, in the order of names.
    fn tables(&self) -> Vec<&TableSummary>;
    /// Visits the batches of a table in stored order; does nothing where there is no such table. `columns` names those
    /// that the visitor looks at, by name; all of them if `None`.
    ///
    /// # Errors
    /// When the table cannot be read, or the visitor fails.
    fn scan(&self, table: &str, columns: Option<&[&str]>, visit: &mut Visit<'_>) -> Result<(), AssessError>;
    /// The path of an evidence file.
    fn file_path(&self, file: FileId) -> &str;
    /// Whether the path of any evidence file contains a text, without regard to case.
    fn paths_contain(&self, part: &str) -> bool;

    /// The summary of a table.
    fn table(&self, name: &str) -> Option<&TableSummary> {
        self.tables().into_iter().find(|t| t.table == name)
    }
}

impl Tables for Case {
    fn tables(&self) -> Vec<&TableSummary> {
        Self::tables(self).map(|t| &t.summary).collect()
    }

    fn scan(&self, table: &str, columns: Option<&[&str]>, visit: &mut Visit<'_>) -> Result<(), AssessError> {
        if self.table(table).is_none() {
            return Ok(());
        }
        for batch in Self::scan(self, table, columns).map_err(|e| AssessError::Table(e.to_string()))? {
            visit(&batch.map_err(|e| AssessError::Table(e.to_string()))?)?;
        }
        Ok(())
    }

    fn file_path(&self, file: FileId) -> &str {
        self.file(file).map_or("", |f| f.info.path.as_str())
    }

    fn paths_contain(&self, part: &str) -> bool {
        let part = part.to_lowercase();
        self.manifest().files.iter().any(|f| rooted(&f.info.path).contains(&part))
    }
}

/// A path in lower case with `/` before it: the first folder of the evidence is as whole a part as any other.
fn rooted(path: &str) -> String {
    format!("/{}", path.to_lowercase())
}

/// Tables in memory, for tests of rules and of this crate.
#[derive(Debug, Default)]
pub struct MemoryTables {
    /// Paths of files, by id.
    pub paths: Vec<String>,
    /// Summaries and batches.
    pub tables: Vec<(TableSummary, Vec<RecordBatch>)>,
}

impl Tables for MemoryTables {
    fn tables(&self) -> Vec<&TableSummary> {
        self.tables.iter().map(|(s, _)| s).collect()
    }

    fn scan(&self, table: &str, _: Option<&[&str]>, visit: &mut Visit<'_>) -> Result<(), AssessError> {
        for batch in self.tables.iter().filter(|(s, _)| s.table == table).flat_map(|(_, b)| b) {
            visit(batch)?;
        }
        Ok(())
    }

    fn file_path(&self, file: FileId) -> &str {
        self.paths.get(file.0 as usize).map_or("", String::as_str)
    }

    fn paths_contain(&self, part: &str) -> bool {
        let part = part.to_lowercase();
        self.paths.iter().any(|p| rooted(p).contains(&part))
    }
}
