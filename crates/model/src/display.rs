//! Foreign text made safe to show: what an attacker wrote must not steer a terminal or a reader's eye.

use std::fmt;

/// Shows text from evidence with control, bidirectional, zero-width and tag characters as `\u{202E}`.
pub struct Foreign<'a>(pub &'a str);

impl fmt::Display for Foreign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in self.0.char_indices() {
            if misleads(c) {
                f.write_str(&self.0[plain..at])?;
                write!(f, "\\u{{{:X}}}", u32::from(c))?;
                plain = at + c.len_utf8();
            }
        }
        f.write_str(&self.0[plain..])
    }
}

/// Whether a character is invisible or changes how its neighbours are shown.
#[must_use]
pub fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFC
            | 0xE0000..=0xE0FFF)
}

/// The same as [`Foreign`], cut after `max` characters with an ellipsis.
#[must_use]
pub fn shortened(text: &str, max: usize) -> String {
    let cut: String = text.chars().take(max).collect();
    let more = cut.len() < text.len();
    format!("{}{}", Foreign(&cut), if more { "…" } else { "" })
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misleads_becomes_visible() {
        assert_eq!(Foreign("a\u{1b}]8;;x\u{202e}b").to_string(), "a\\u{1B}]8;;x\\u{202E}b");
        assert_eq!(Foreign("line\nline").to_string(), "line\\u{A}line");
        assert_eq!(Foreign("déjà vu").to_string(), "déjà vu");
        assert_eq!(shortened("abcdef", 3), "abc…");
    }
}
