//! Script Encoder: the bodies of `VBScript.Encode` and `JScript.Encode`.
//!
//! A body stands between `#@~^LLLLLL==` and `CCCCCC==^#~@`. Each character has three stand-ins; which one is used goes by the place
//! of the character, in a round of 64. Facts of the tables: Mr Brownstone's description of screnc.exe (2001), as kept by CyberChef.

use std::borrow::Cow;

/// Which of the three stand-ins is used at each place of the round.
const ROUND: &[u8; 64] = b"0120121221210212021200122102122100212120200120210212001220012021";

/// The three characters that a byte from 32 on can stand for, byte after byte; 9 stands before them.
const TAB: &[u8; 3] = b"Wn{";
const STAND_INS: &[u8; 96 * 3] = b".-2Gu0zR!V`)Bq[j^8/I3&\\=IbXA}:4)526e[ 9v|\\rzVC\x7fs8kf9cNp3EE+khhbqQYOfx\tv^b1}DdJ#TmuCqJLA~:`JLA^~S@L@wEBJ,'a*H]tr\"'uK71oD7NyM;YRL/\"PoTg&j*rG}jdt9-T{ +?\x7f-8.,wL0g]nS~kGlf4o5xy%]t!0Cd#&MZvR[%cl$?H+{U(xp#)iA(.4sL\tY!*3$D\x7fN?mPwU\t;SVU|si:5a_aceKPFXgX;Q1WIi\"OlmFZMhH%|'(6\\Fp=Jn$2zyA/7=_`_KQOZ B,6eW";

/// Puts the plain script in the place of every encoded body of `text`. Text without one is given back as it is.
#[must_use]
pub(crate) fn open(text: &str) -> Cow<'_, str> {
    if memchr::memmem::find(text.as_bytes(), b"#@~^").is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("#@~^") {
        out.push_str(&rest[..start]);
        let body = &rest[start + 4..];
        let body = body.get(8..).filter(|_| body.as_bytes()[6..8] == *b"==").unwrap_or(body);
        let end = body.find("^#~@").unwrap_or(body.len());
        let code = &body[..end];
        let code = code
            .len()
            .checked_sub(8)
            .filter(|at| code.is_char_boundary(*at) && code.ends_with("=="))
            .map_or(code, |at| &code[..at]);
        decode(code, &mut out);
        rest = body[end..].strip_prefix("^#~@").unwrap_or("");
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn decode(code: &str, out: &mut String) {
    let mut characters = code.chars().peekable();
    let mut place = 0_usize;
    while let Some(character) = characters.next() {
        if !character.is_ascii() {
            // Only ASCII characters take part in the round.
            out.push(character);
            continue;
        }
        let which = usize::from(ROUND[place % 64] - b'0');
        place += 1;
        let plain = match (character, characters.peek()) {
            ('@', Some(next @ ('&' | '#' | '*' | '!' | '$'))) => {
                let plain = match next {
                    '&' => '\n',
                    '#' => '\r',
                    '*' => '>',
                    '!' => '<',
                    _ => '@',
                };
                characters.next();
                plain
            }
            ('\t', _) => char::from(TAB[which]),
            (' '..='\x7f', _) if !matches!(character, '<' | '>' | '@') => {
                char::from(STAND_INS[(character as usize - 32) * 3 + which])
            }
            _ => character,
        };
        out.push(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_body() {
        assert_eq!(open("#@~^DgAAAA==\\ko$K6,JC\x7fV^GJqAQAAA==^#~@"), "MsgBox \"Hello\"");
    }

    #[test]
    fn text_around_a_body_stays() {
        assert_eq!(open("a #@~^DgAAAA==\\ko$K6,JC\x7fV^GJqAQAAA==^#~@ b"), "a MsgBox \"Hello\" b");
        assert_eq!(open("nothing here"), "nothing here");
        assert_eq!(open("#@~^"), "");
    }
}
