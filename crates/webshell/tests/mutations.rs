//! Shells rewritten in ways that change nothing of what they do: they stay found.
//!
//! Each rewrite works on the words of the scripts and leaves texts, comments and markup alone where it does not mean to change them.

mod common;

use assize_webshell::{Grade, look};
use std::collections::BTreeMap;

/// Rewritten shells that must be found, in percent.
const FOUND_MIN: usize = 98;
/// Rewrites of each shell.
const REWRITES: usize = 20;
/// Shells that are rewritten.
const SHELLS: usize = 50;

/// A piece of a page.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Markup,
    /// Script outside of texts and comments.
    Code,
    Text,
    Comment,
}

#[derive(Clone, Copy, PartialEq)]
enum Family {
    Curly,
    Basic,
}

/// Cuts a page into pieces. Only `<% %>` blocks without a directive count as script.
fn pieces(page: &str, family: Family) -> Vec<(Piece, String)> {
    let mut out = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("<%") {
        let end = rest[start..].find("%>").map_or(rest.len(), |end| start + end);
        let directive = rest[start + 2..end].trim_start().starts_with(['@', '-', '#', '=']);
        let open = if directive { end } else { start + 2 };
        out.push((Piece::Markup, rest[..open].to_owned()));
        if !directive {
            script(&rest[open..end], family, &mut out);
        }
        rest = &rest[end..];
    }
    out.push((Piece::Markup, rest.to_owned()));
    out
}

fn script(code: &str, family: Family, out: &mut Vec<(Piece, String)>) {
    let mut rest = code;
    while !rest.is_empty() {
        let comment = match family {
            Family::Curly => ["//", "/*"].iter().filter_map(|mark| rest.find(mark)).min(),
            Family::Basic => rest.find('\''),
        };
        let quotes = if family == Family::Curly { ['"', '\''] } else { ['"', '"'] };
        let text = rest.find(quotes);
        let at = [comment, text].into_iter().flatten().min().unwrap_or(rest.len());
        out.push((Piece::Code, rest[..at].to_owned()));
        rest = &rest[at..];
        if rest.is_empty() {
            break;
        }
        let length = if Some(at) == text { text_length(rest, family) } else { comment_length(rest) };
        out.push((if Some(at) == text { Piece::Text } else { Piece::Comment }, rest[..length].to_owned()));
        rest = &rest[length..];
    }
}

fn text_length(rest: &str, family: Family) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if family == Family::Curly => at += 1,
            b'"' if family == Family::Basic && bytes.get(at + 1) == Some(&b'"') => at += 1,
            byte if byte == bytes[0] => return at + 1,
            b'\n' => return at,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

fn comment_length(rest: &str) -> usize {
    let end = if rest.starts_with("/*") { rest.find("*/").map(|end| end + 2) } else { rest.find('\n') };
    end.unwrap_or(rest.len())
}

fn joined(pieces: &[(Piece, String)]) -> String {
    pieces.iter().map(|(_, text)| text.as_str()).collect()
}

fn map(pieces: &[(Piece, String)], of: Piece, change: &dyn Fn(&str) -> String) -> String {
    pieces.iter().map(|(piece, text)| if *piece == of { change(text) } else { text.clone() }).collect()
}

/// Texts that hold only letters and digits can be split and spelled without a thought about quotes and escapes.
fn plain(text: &str) -> Option<&str> {
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    (inner.len() > 1 && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b' ' | b'/')))
        .then_some(inner)
}

/// Names that pages declare themselves: everything that is assigned to or declared, and no word of the language.
fn own_names(pieces: &[(Piece, String)], family: Family) -> Vec<String> {
    const WORDS: [&str; 40] = [
        "if", "else", "then", "for", "each", "next", "while", "do", "loop", "end", "sub", "function", "dim", "set",
        "var", "new", "return", "try", "catch", "case", "select", "switch", "class", "public", "private", "void",
        "string", "int", "byte", "object", "request", "response", "server", "session", "this", "me", "true", "false",
        "null", "err",
    ];
    let mut names = Vec::new();
    for (_, code) in pieces.iter().filter(|(piece, _)| *piece == Piece::Code) {
        let mut rest = code.as_str();
        while let Some(at) = rest.find('=') {
            let before = rest[..at].trim_end();
            let name: String = before
                .chars()
                .rev()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            let lead = before[..before.len() - name.len()].chars().next_back();
            let fits = name.len() > 1
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && !WORDS.contains(&name.to_ascii_lowercase().as_str());
            if fits && lead != Some('.') && !names.contains(&name) {
                names.push(name);
            }
            rest = &rest[at + 1..];
        }
    }
    // A name that also stands behind a dot or inside a text may be someone else's.
    let all = joined(pieces);
    names.retain(|name| {
        let lower = all.to_ascii_lowercase();
        let wanted = name.to_ascii_lowercase();
        let marks = if family == Family::Curly { &[".", "\"", "'"][..] } else { &[".", "\""] };
        !marks.iter().any(|mark| lower.contains(&format!("{mark}{wanted}")))
    });
    names
}

fn renamed(code: &str, name: &str, to: &str, ignore_case: bool) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let same = if ignore_case { word.eq_ignore_ascii_case(name) } else { word == name };
        out.push_str(if same { to } else { word });
        word.clear();
    };
    for character in code.chars() {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
        } else {
            flush(&mut word, &mut out);
            out.push(character);
        }
    }
    flush(&mut word, &mut out);
    out
}

type Rewrite = (&'static str, fn(&str, Family) -> Option<Vec<u8>>);

fn text(page: String) -> Option<Vec<u8>> {
    Some(page.into_bytes())
}

/// The rewrites. Each gives nothing where it cannot be made without changing what the page does.
fn rewrites() -> Vec<Rewrite> {
    // Long: a list of twenty.
    vec![
        ("utf-16 with a mark", |page, _| {
            Some([vec![0xff, 0xfe], page.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat())
        }),
        ("utf-16 the other way", |page, _| {
            Some([vec![0xfe, 0xff], page.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat())
        }),
        ("utf-8 with a mark", |page, _| Some([&[0xef, 0xbb, 0xbf], page.as_bytes()].concat())),
        ("lines of another system", |page, _| text(page.replace("\r\n", "\n").replace('\n', "\r\n"))),
        ("markup in front", |page, _| {
            text(format!("<html><body><h1>404 - File not found</h1>{}{page}", " ".repeat(3000)))
        }),
        ("markup behind", |page, _| text(format!("{page}\n<!-- {} -->", "lorem ipsum ".repeat(400)))),
        ("an image in front", |page, _| text(format!("GIF89a\n{page}"))),
        ("a page around", |page, _| {
            text(format!("<!DOCTYPE html><html><head><title>Log on</title></head><body>\n{page}\n</body></html>"))
        }),
        ("capitals", |page, family| {
            (family == Family::Basic).then(|| map(&pieces(page, family), Piece::Code, &str::to_uppercase).into_bytes())
        }),
        ("small letters", |page, family| {
            (family == Family::Basic).then(|| map(&pieces(page, family), Piece::Code, &str::to_lowercase).into_bytes())
        }),
        ("no comments", |page, family| text(map(&pieces(page, family), Piece::Comment, &|_| " ".into()))),
        ("comments between words", |page, family| {
            let change = |code: &str| code.replace(" = ", " /* why */ = ").replace("; ", "; /* eval(x) */ ");
            (family == Family::Curly).then(|| map(&pieces(page, family), Piece::Code, &change).into_bytes())
        }),
        ("comment lines", |page, family| {
            let change = |code: &str| code.replace('\n', "\n' nothing to see: \"a\n");
            (family == Family::Basic && !page.contains("_\n") && !page.contains("_\r\n"))
                .then(|| map(&pieces(page, family), Piece::Code, &change).into_bytes())
        }),
        ("wide blanks", |page, family| {
            text(map(&pieces(page, family), Piece::Code, &|code| code.replace(' ', "   \t ")))
        }),
        ("split texts", |page, family| {
            let join = if family == Family::Curly { "+" } else { "&" };
            let change = |text: &str| match plain(text) {
                Some(inner) => {
                    let (a, b) = inner.split_at(inner.len() / 2);
                    let quote = &text[..1];
                    format!("({quote}{a}{quote} {join} {quote}{b}{quote})")
                }
                None => text.to_owned(),
            };
            text(map(&pieces(page, family), Piece::Text, &change))
        }),
        ("texts by number", |page, family| {
            let change = |text: &str| match plain(text) {
                Some(inner) => inner.bytes().map(|byte| format!("Chr({byte})")).collect::<Vec<_>>().join(" & "),
                None => text.to_owned(),
            };
            (family == Family::Basic)
                .then(|| map(&pieces(page, family), Piece::Text, &|text| format!("({})", change(text))).into_bytes())
        }),
        ("texts turned around", |page, family| {
            let change = |text: &str| match plain(text) {
                Some(inner) => format!("StrReverse(\"{}\")", inner.chars().rev().collect::<String>()),
                None => text.to_owned(),
            };
            (family == Family::Basic).then(|| map(&pieces(page, family), Piece::Text, &change).into_bytes())
        }),
        ("texts with a filler", |page, family| {
            let change = |text: &str| match plain(text) {
                Some(inner) => {
                    format!("Replace(\"{}\",\"zq\",\"\")", inner.chars().map(|c| format!("{c}zq")).collect::<String>())
                }
                None => text.to_owned(),
            };
            (family == Family::Basic).then(|| map(&pieces(page, family), Piece::Text, &change).into_bytes())
        }),
        ("escapes in texts", |page, family| {
            let change = |text: &str| match plain(text) {
                Some(inner) => format!(
                    "{0}{1}{0}",
                    &text[..1],
                    inner.bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>()
                ),
                None => text.to_owned(),
            };
            (family == Family::Curly && page.to_lowercase().contains("script"))
                .then(|| map(&pieces(page, family), Piece::Text, &change).into_bytes())
        }),
        ("escapes in names", |page, family| {
            let change =
                |code: &str| renamed(&renamed(code, "eval", "\\u0065val", false), "Request", "R\\u0065quest", false);
            (family == Family::Curly).then(|| map(&pieces(page, family), Piece::Code, &change).into_bytes())
        }),
        ("other names", |page, family| {
            let cut = pieces(page, family);
            let names = own_names(&cut, family);
            let change = |code: &str| {
                names.iter().enumerate().fold(code.to_owned(), |code, (n, name)| {
                    renamed(&code, name, &format!("zz{n}_q"), family == Family::Basic)
                })
            };
            (!names.is_empty()).then(|| map(&cut, Piece::Code, &change).into_bytes())
        }),
        ("functions in front", |page, family| match family {
            Family::Basic => text(format!(
                "<%Function zz1(a):zz1=a+1:End Function:Function zz2(b):zz2=Len(b):End Function:zz3=zz1(4)%>{page}"
            )),
            Family::Curly => None,
        }),
        ("a whole script turned around", |page, family| {
            let code = page.trim().strip_prefix("<%")?.strip_suffix("%>")?;
            let fits = family == Family::Basic
                && !code.contains("<%")
                && !code.contains(['\n', '\r'])
                && !code.starts_with(['@', '='])
                && code.is_ascii();
            fits.then(|| {
                format!("<%Execute(StrReverse(\"{}\"))%>", code.replace('"', "\"\"").chars().rev().collect::<String>())
                    .into_bytes()
            })
        }),
        ("a whole script in hex", |page, family| {
            let code = page.trim().strip_prefix("<%")?.strip_suffix("%>")?;
            let fits =
                family == Family::Basic && !code.contains("<%") && !code.starts_with(['@', '=']) && code.is_ascii();
            let hex: String = code.bytes().map(|byte| format!("{byte:02X}")).collect();
            let decoder =
                "Function zd(h):For i=1 To Len(h) Step 2:zd=zd&Chr(CLng(\"&H\"&Mid(h,i,2))):Next:End Function";
            fits.then(|| format!("<%{decoder}\nExecuteGlobal zd(\"{hex}\")%>").into_bytes())
        }),
        ("a server script", |page, family| {
            let code = page.trim().strip_prefix("<%")?.strip_suffix("%>")?;
            let fits = family == Family::Basic && !code.contains("<%") && !code.starts_with(['@', '=']);
            fits.then(|| format!("<script language=\"VBScript\" runat=\"server\">{code}</script>").into_bytes())
        }),
        ("a dump of properties around", |page, family| {
            (family == Family::Curly && page.len() < 4000).then(|| {
                format!("Name : OAB (Default Web Site)\nInternalUrl : https://a/OAB\nExternalUrl : http://f/{page}\n")
                    .into_bytes()
            })
        }),
    ]
}

#[test]
fn rewritten_shells_stay_found() {
    let Some(pages) = common::pages("webshells/webshells.tar.zst") else { return };
    let mut shells = Vec::new();
    let mut by_family = [0_usize; 2];
    for page in pages.iter().filter(|page| page.name.starts_with("webshell/") && page.bytes.len() < 20_000) {
        let Ok(source) = std::str::from_utf8(&page.bytes) else { continue };
        let found = look(&page.bytes, &page.name);
        let family = match found.language {
            Some("C#" | "JScript") => Family::Curly,
            Some("VBScript") => Family::Basic,
            _ => continue,
        };
        // Half of each; encoded bodies cannot be rewritten word by word.
        if found.grade < Grade::Likely
            || by_family[family as usize] >= SHELLS / 2
            || source.contains("#@~^")
            || source.contains("codepage=65000")
        {
            continue;
        }
        by_family[family as usize] += 1;
        shells.push((page, source, family));
    }
    assert_eq!(shells.len(), SHELLS);
    let (mut tried, mut found) = (0_usize, 0_usize);
    let mut lost: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (page, source, family) in &shells {
        let all = rewrites();
        let single = all.iter().filter_map(|(name, rewrite)| Some(((*name).to_owned(), rewrite(source, *family)?)));
        let mut rewritten: Vec<(String, Vec<u8>)> = single.collect();
        // Where fewer than enough can be made alone, two are made one after the other.
        for n in 0..all.len() * 2 {
            if rewritten.len() >= REWRITES {
                break;
            }
            let (first, rewrite) = &all[n % all.len()];
            let (second, again) = &all[(n + 11 + n / all.len()) % all.len()];
            let once = rewrite(source, *family).and_then(|bytes| String::from_utf8(bytes).ok());
            rewritten.extend(
                once.and_then(|once| again(&once, *family)).map(|twice| (format!("{first}, then {second}"), twice)),
            );
        }
        for (name, bytes) in rewritten {
            tried += 1;
            if look(&bytes, &page.name).grade >= Grade::Suspicious {
                found += 1;
            } else {
                lost.entry(name).or_default().push(&page.name);
            }
        }
    }
    println!("{found} of {tried} rewritten shells are found");
    lost.iter().for_each(|(name, pages)| println!("  {name}: {pages:?}"));
    assert!(tried >= SHELLS * REWRITES, "{tried}");
    assert!(found * 100 >= tried * FOUND_MIN);
}
