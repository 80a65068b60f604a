//! Evidence: a folder, a file or an archive, opened read-only and hashed before it is interpreted.
//!
//! [`Source::open`] lists what is there; [`Source::describe`] reads one file once and gives its SHA-256;
//! [`Source::read`] opens it again, any number of times and from several threads, and [`Source::hold`] keeps small
//! files at hand so that they are read and unpacked once. Archives are never
//! unpacked under the names they carry: names are data here, and nothing is written but one anonymous
//! scratch file. Whatever is refused, cut or damaged is named, and the rest goes on.
//!
//! [`PackageWriter`] is the way back: files of a source become a package, which is read like any other collection.

mod archive;
mod collection;
mod custody;
mod folder;
mod limits;
mod listing;
mod locked;
mod member;
mod names;
mod package;
mod region;
mod sevenz;
mod source;
mod tar;
mod xz;
mod zip;

pub use collection::{Claim, Collection, Tool};
pub use custody::Held;
pub use folder::is_link;
pub use limits::Limits;
pub use locked::{Access, Passwords};
pub use package::{PackageError, PackageNote, PackageWriter, Packed};
pub use source::{Described, Entry, EvidenceError, Kind, Remark, Source};
