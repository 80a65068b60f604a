//! Web shells: the bytes of one page turned into an explanation of what it lets a stranger do.
//!
//! A page is taken apart into its scripts (`split`), each script into words (`lex`) and statements (`lang`); then values are followed from
//! where a visitor sends them to what is done with them (`flow`), constants being worked out on the way (`fold`). What that shows is
//! weighed (`grade`). Nothing of a page is ever run, and no step reads the disk, the clock or the network.
//!
//! ```
//! use assize_webshell::{Grade, look};
//! let page = br#"<%@ Page Language="JScript"%><%eval(Request.Item["p"],"unsafe");%>"#;
//! let found = look(page, "x.aspx");
//! assert_eq!(found.grade, Grade::Certain);
//! assert_eq!(found.keys, ["p"]);
//! ```

mod ast;
mod flow;
mod fold;
mod grade;
mod lang;
mod lex;
mod screnc;
mod split;
mod text;
mod vocab;

pub use flow::value::{Channel, Source, Way};
pub use grade::{Capability, Found, Grade, Oddity, Reason, Told};
pub use vocab::Effect;

/// Looks at the bytes of one page. `name` is the name of its file: only the extension counts, for the language and for whether a
/// server would run it.
#[must_use]
pub fn look(bytes: &[u8], name: &str) -> Found {
    let runs = split::runs(name);
    if bytes.starts_with(b"MZ") && !runs {
        // A program file holds no page; what it does is not asked here.
        return Found::nothing();
    }
    let read = text::read(bytes);
    let opened = screnc::open(&read.text);
    let encoded = matches!(opened, std::borrow::Cow::Owned(_));
    let page = split::split(&opened, name);
    let seen = if page.code { flow::follow(&page) } else { flow::Seen::default() };
    grade::weigh(&grade::Looked { bytes, read: &read, text: &opened, encoded, page: &page, seen: &seen, runs })
}
