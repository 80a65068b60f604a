//! What assessment reads: the tables of a case, or of memory in tests.

use crate::AssessError;
use arrow_array::RecordBatch;
use assize_case::{Case, CaseError};
use assize_content::{Content, Layout};
use assize_model::result::TableSummary;
use assize_model::{FileId, FileInfo};

/// Called with each batch of a table.
pub type Visit<'a> = dyn FnMut(&RecordBatch) -> Result<(), AssessError> + 'a;

/// The layout of a table that has rows.
pub(crate) fn layout_with_rows<'c>(tables: &dyn Tables, content: &'c Content, table: &str) -> Option<&'c Layout> {
    content.layout(table).filter(|_| tables.table(table).is_some_and(|t| t.rows > 0))
}

/// The tables of one case. A table has parts, which may be read at the same time.
pub trait Tables: Sync {
    /// The tables that have rows or rejects, in the order of names.
    fn tables(&self) -> Vec<&TableSummary>;
    /// How many parts a table has; 0 where there is no such table.
    fn parts(&self, table: &str) -> usize;
    /// Visits the batches of one part of a table in stored order. `columns` names those that the visitor looks at, by
    /// name; all of them if `None`. Those that the table lacks are left out: an earlier version may have made the case.
    ///
    /// # Errors
    /// When the table cannot be read, or the visitor fails.
    fn scan_part(
        &self,
        table: &str,
        part: usize,
        columns: Option<&[&str]>,
        visit: &mut Visit<'_>,
    ) -> Result<(), AssessError>;
    /// Visits the batches of a table in stored order; see [`Tables::scan_part`].
    ///
    /// # Errors
    /// When the table cannot be read, or the visitor fails.
    fn scan(&self, table: &str, columns: Option<&[&str]>, visit: &mut Visit<'_>) -> Result<(), AssessError> {
        (0..self.parts(table)).try_for_each(|part| self.scan_part(table, part, columns, visit))
    }
    /// Visits the distinct values of columns that have a list of them: `table`, `column` and `value`, sorted.
    ///
    /// # Errors
    /// When the lists cannot be read, or the visitor fails.
    fn values(&self, _visit: &mut Visit<'_>) -> Result<(), AssessError> {
        Ok(())
    }
    /// The path of an evidence file.
    fn file_path(&self, file: FileId) -> &str;
    /// What is known of an evidence file, where the tables are those of a case.
    fn file(&self, _file: FileId) -> Option<&FileInfo> {
        None
    }
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

    fn parts(&self, table: &str) -> usize {
        Self::parts(self, table).map_or(0, <[_]>::len)
    }

    fn scan_part(
        &self,
        table: &str,
        part: usize,
        columns: Option<&[&str]>,
        visit: &mut Visit<'_>,
    ) -> Result<(), AssessError> {
        let fault = |e: CaseError| AssessError::Table(e.to_string());
        let Some(part) = Self::parts(self, table).map_err(fault)?.get(part) else { return Ok(()) };
        for batch in Self::scan_part(self, table, part, columns).map_err(fault)? {
            visit(&batch.map_err(fault)?)?;
        }
        Ok(())
    }

    fn values(&self, visit: &mut Visit<'_>) -> Result<(), AssessError> {
        let fault = |e: CaseError| AssessError::Table(e.to_string());
        for batch in Self::values(self).map_err(fault)? {
            visit(&batch.map_err(fault)?)?;
        }
        Ok(())
    }

    fn file_path(&self, file: FileId) -> &str {
        Self::file(self, file).map_or("", |f| f.info.path.as_str())
    }

    fn file(&self, file: FileId) -> Option<&FileInfo> {
        Self::file(self, file).map(|f| &f.info)
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

    fn parts(&self, table: &str) -> usize {
        self.tables.iter().filter(|(s, _)| s.table == table).count()
    }

    fn scan_part(
        &self,
        table: &str,
        part: usize,
        _: Option<&[&str]>,
        visit: &mut Visit<'_>,
    ) -> Result<(), AssessError> {
        let part = self.tables.iter().filter(|(s, _)| s.table == table).nth(part);
        part.iter().flat_map(|(_, batches)| batches).try_for_each(visit)
    }

    fn file_path(&self, file: FileId) -> &str {
        self.paths.get(file.0 as usize).map_or("", String::as_str)
    }

    fn paths_contain(&self, part: &str) -> bool {
        let part = part.to_lowercase();
        self.paths.iter().any(|p| rooted(p).contains(&part))
    }
}
