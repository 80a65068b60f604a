//! The words of Assize: ids, addresses, table layouts, rows, findings and the verdict.
