//! A page into its scripts: what stands between `<%` and `%>`, in server scripts, in Razor blocks, or in the whole file.

use crate::lex::{self, Family, Tok, Word};
use std::collections::BTreeMap;

/// The scripts of a page, and what its markup says about them.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Words of each language, in the order of the page.
    pub(crate) curly: Vec<Word>,
    pub(crate) basic: Vec<Word>,
    /// The language as the page names it, or as it looks.
    pub(crate) language: Option<&'static str>,
    /// Fields of the page that a visitor fills in, by name in lower case.
    pub(crate) inputs: BTreeMap<String, String>,
    /// Objects that markup creates: name in lower case, class in lower case.
    pub(crate) objects: Vec<(String, String)>,
    /// Places of server-side includes that run a command.
    pub(crate) exec: Vec<u32>,
    /// Extensions that a configuration hands to a script engine though none of its own.
    pub(crate) mapped: Vec<(u32, String)>,
    /// Whether any of its languages can run a text as a script.
    pub(crate) scripting: bool,
    /// Scripts in a language that is not followed: their places and the language.
    pub(crate) foreign: Vec<(u32, String)>,
    /// Whether the page has any server code.
    pub(crate) code: bool,
    default: Option<(&'static str, Family)>,
    handler: bool,
}

/// What the name of a file says about how the server reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Asp,
    AspNet,
    Razor,
    RazorBasic,
    Source(Family),
    Configuration,
}

fn dialect(name: &str) -> Dialect {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase().as_str() {
        "aspx" | "ascx" | "ashx" | "asmx" | "asax" | "master" | "skin" | "svc" | "soap" | "browser" => Dialect::AspNet,
        "cshtml" => Dialect::Razor,
        "vbhtml" => Dialect::RazorBasic,
        "cs" => Dialect::Source(Family::Curly),
        "vb" => Dialect::Source(Family::Basic),
        "config" => Dialect::Configuration,
        _ => Dialect::Asp,
    }
}

/// Takes the page `text` apart. `name` is the name of its file; only the extension is looked at.
pub(crate) fn split(text: &str, name: &str) -> Page {
    let mut page = Page::default();
    let dialect = dialect(name);
    match dialect {
        Dialect::Source(family) if !text.contains("<%") => {
            page.code = true;
            page.language = Some(if family == Family::Curly { "C#" } else { "VB.NET" });
            let out = if family == Family::Curly { &mut page.curly } else { &mut page.basic };
            lex::words(text, 0, family, out);
            return page;
        }
        Dialect::Razor => razor(text, Family::Curly, &mut page),
        Dialect::RazorBasic => razor(text, Family::Basic, &mut page),
        Dialect::Configuration => mappings(text, &mut page),
        _ => {}
    }
    page.default = directive_language(text);
    let names_class =
        [".ashx", ".asmx", ".svc", ".soap"].iter().any(|extension| name.to_ascii_lowercase().ends_with(extension));
    let mut splitter = Splitter { text, page, dialect, names_class, unended: false, at: 0 };
    splitter.run();
    splitter.page
}

/// The language that the first directive of the page names.
fn directive_language(text: &str) -> Option<(&'static str, Family)> {
    let mut rest = text;
    for _ in 0..8 {
        let start = memchr::memmem::find(rest.as_bytes(), b"<%")?;
        let body = &rest[start + 2..];
        let end = body.find("%>").unwrap_or(body.len()).min(4096);
        let inside = body.get(..end).unwrap_or("");
        let is_directive = inside.trim_start().starts_with('@');
        if is_directive && let Some(language) = attribute(inside, "language") {
            return named(&language);
        }
        rest = body.get(end..)?;
    }
    None
}

fn named(language: &str) -> Option<(&'static str, Family)> {
    let language = language.to_ascii_lowercase();
    Some(match language.trim() {
        "c#" | "cs" | "csharp" | "c#v3.5" | "c#v4.0" => ("C#", Family::Curly),
        "vb" | "visualbasic" | "vb.net" => ("VB.NET", Family::Basic),
        "js" | "jscript" | "javascript" | "jscript.encode" | "jscript.net" => ("JScript", Family::Curly),
        "vbs" | "vbscript" | "vbscript.encode" => ("VBScript", Family::Basic),
        _ => return None,
    })
}

/// Script engines for ASP that somebody has to install first.
const FOREIGN: [&str; 9] =
    ["perlscript", "python", "pythonscript", "rubyscript", "tclscript", "luascript", "rexx", "objectrexx", "phpscript"];

/// The value of an attribute in the text of a tag. Quotes of any kind, or none.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    const QUOTES: [char; 7] = ['"', '\'', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{ff02}'];
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let at = lower[from..].find(name)? + from;
        let before = lower[..at].chars().next_back();
        let rest = tag.get(at + name.len()..)?.trim_start();
        from = at + name.len();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-') || !rest.starts_with('=') {
            continue;
        }
        let value = rest[1..].trim_start();
        if let Some(quote) = value.chars().next().filter(|c| QUOTES.contains(c)) {
            let value = &value[quote.len_utf8()..];
            let end = value.find(QUOTES).or_else(|| value.find('>')).unwrap_or(value.len());
            return Some(value[..end].trim().to_owned());
        }
        let end = value
            .find(|c: char| c.is_whitespace() || c == '>' || c == '%' || QUOTES.contains(&c))
            .unwrap_or(value.len());
        return Some(value[..end].to_owned());
    }
}

struct Splitter<'a> {
    text: &'a str,
    page: Page,
    dialect: Dialect,
    /// Files of this kind are handlers, whatever their directive is called.
    names_class: bool,
    /// No `%>` is left.
    unended: bool,
    at: usize,
}

impl Splitter<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut plain_from = 0;
        while let Some(found) = memchr::memchr(b'<', &bytes[self.at..]) {
            let start = self.at + found;
            let next = bytes.get(start + 1).copied().unwrap_or(0);
            self.at = start + 1;
            match next {
                b'%' => {
                    self.raw_code(plain_from, start);
                    self.percent(start);
                    plain_from = self.at;
                }
                b'!' => self.include(start),
                b'/' | b' ' | b'=' | b'<' => {}
                byte if byte.is_ascii_alphabetic() && !self.page.handler && self.tag(start) => plain_from = self.at,
                _ => {}
            }
        }
        self.raw_code(plain_from, self.text.len());
    }

    /// `<% ... %>` in all its kinds.
    fn percent(&mut self, start: usize) {
        let rest = &self.text[start + 2..];
        if rest.starts_with("--") && self.dialect != Dialect::Configuration {
            let end = rest.find("--%>").map_or(self.text.len(), |end| start + 2 + end + 4);
            self.at = end;
            return;
        }
        // Looked for once: where no end is left, each further beginning reaches to the end of the page.
        let end = if self.unended { None } else { memchr::memmem::find(rest.as_bytes(), b"%>") };
        self.unended |= end.is_none();
        let end = end.map_or(self.text.len(), |end| start + 2 + end);
        self.at = (end + 2).min(self.text.len());
        let inside = &self.text[start + 2..end];
        let lead = inside.len() - inside.trim_start().len();
        let body = &inside[lead..];
        if let Some(directive) = body.strip_prefix('@') {
            // A directive that lost its end: the next script ends it.
            if let Some(cut) = directive.find("<%") {
                self.at = start + 2 + lead + 1 + cut;
            }
            return self.directive(directive);
        }
        let shows = body.starts_with(['=', ':', '#']) && !body.starts_with("::");
        if body.starts_with('$') {
            return;
        }
        let skip = usize::from(shows);
        self.code(&body[skip..], start + 2 + lead + skip, None, shows);
    }

    fn directive(&mut self, directive: &str) {
        const DIRECTIVE_MAX: usize = 4096;
        let directive = &directive[..directive.floor_char_boundary(DIRECTIVE_MAX)];
        let lower = directive.trim_start().to_ascii_lowercase();
        let language = attribute(directive, "language");
        self.foreign(self.at, language.as_deref());
        if let Some(found) = language.and_then(|language| named(&language)) {
            self.page.default.get_or_insert(found);
            self.page.language.get_or_insert(found.0);
        }
        let bare = self.names_class && attribute(directive, "class").is_some();
        if lower.starts_with("webhandler")
            || lower.starts_with("webservice")
            || lower.starts_with("servicehost")
            || bare
        {
            self.page.handler = true;
            // Handlers without a language are VB by the rule of ASP.NET; most are seen in C#.
        }
    }

    /// Remembers a language that is none of those that are followed.
    fn foreign(&mut self, at: usize, language: Option<&str>) {
        const SEEN_MAX: usize = 8;
        let Some(language) = language.filter(|language| FOREIGN.contains(&&*language.to_ascii_lowercase())) else {
            return;
        };
        if self.page.foreign.len() < SEEN_MAX {
            self.page.foreign.push((u32::try_from(at).unwrap_or(u32::MAX), language.to_owned()));
        }
    }

    /// What stands outside of `<% %>` in a handler is code.
    fn raw_code(&mut self, from: usize, to: usize) {
        if self.page.handler && from < to {
            let text = &self.text[from..to];
            if !text.trim().is_empty() {
                self.code(text, from, None, false);
            }
        }
    }

    fn code(&mut self, code: &str, at: usize, language: Option<(&'static str, Family)>, shows: bool) {
        if code.trim().is_empty() {
            return;
        }
        self.page.code = true;
        let (name, family) = language.or(self.page.default).unwrap_or_else(|| self.guess(code));
        if !shows || self.page.language.is_none() {
            self.page.language.get_or_insert(name);
        }
        self.page.scripting |= matches!(name, "VBScript" | "JScript");
        let out = match family {
            Family::Curly => &mut self.page.curly,
            Family::Basic => &mut self.page.basic,
        };
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        if shows {
            out.push(Word { tok: Tok::Name("response".into()), at: place });
            out.push(Word { tok: Tok::Sign("."), at: place });
            out.push(Word { tok: Tok::Name("write".into()), at: place });
            out.push(Word { tok: Tok::Sign("("), at: place });
        }
        lex::words(code, at, family, out);
        if shows {
            out.push(Word { tok: Tok::Sign(")"), at: place });
        }
        match family {
            Family::Curly if shows => out.push(Word { tok: Tok::Sign(";"), at: place }),
            Family::Curly => {}
            Family::Basic => out.push(Word { tok: Tok::Line, at: place }),
        }
    }

    /// Without a word about the language: how the code looks, then what the kind of file has by rule.
    fn guess(&self, code: &str) -> (&'static str, Family) {
        let braces = code.lines().take(400).any(|line| {
            let line = line.trim_end();
            line.ends_with(';') || line.ends_with('{') || line.starts_with("using ") || line.ends_with('}')
        });
        match (self.dialect, braces) {
            (Dialect::AspNet | Dialect::Razor, true) => ("C#", Family::Curly),
            (Dialect::AspNet | Dialect::RazorBasic, false) => ("VB.NET", Family::Basic),
            (Dialect::Razor, false) => ("C#", Family::Curly),
            _ => ("VBScript", Family::Basic),
        }
    }

    /// A tag. True where it was a server script and was read to its end.
    fn tag(&mut self, start: usize) -> bool {
        let rest = &self.text[start + 1..];
        let end = tag_end(rest);
        let tag = &rest[..end];
        if find_ignoring_case(tag, "runat").is_none() {
            return false;
        }
        let name_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '_')).unwrap_or(rest.len());
        let name = rest[..name_end].to_ascii_lowercase();
        if name == "script" {
            let body_at = start + 1 + (end + 1).min(rest.len());
            let body = &self.text[body_at..];
            let close = find_ignoring_case(body, "</script").unwrap_or(body.len());
            let language = attribute(tag, "language")
                .or_else(|| attribute(tag, "type").and_then(|kind| kind.rsplit('/').next().map(str::to_owned)));
            self.foreign(start, language.as_deref());
            let language = language.and_then(|language| named(&language));
            self.code(&body[..close], body_at, language, false);
            self.at = body_at + close;
            return true;
        }
        let Some(id) = attribute(tag, "id") else { return false };
        let id = id.to_ascii_lowercase();
        if name == "object" {
            let class =
                attribute(tag, "progid").or_else(|| attribute(tag, "classid")).or_else(|| attribute(tag, "class"));
            self.page.objects.push((id, class.unwrap_or_default().to_ascii_lowercase()));
            self.page.code = true;
        } else if takes_input(&name) {
            self.page.inputs.insert(id, name);
        }
        false
    }

    /// `<!--#exec cmd="..."-->`
    fn include(&mut self, start: usize) {
        let Some(body) = self.text[start..].strip_prefix("<!--") else { return };
        if body.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("#exec")) {
            self.page.exec.push(u32::try_from(start).unwrap_or(u32::MAX));
        }
    }
}

/// The end of a tag: the next `>` outside of quotes, within reason.
fn tag_end(rest: &str) -> usize {
    const TAG_MAX: usize = 8192;
    let bytes = &rest.as_bytes()[..rest.len().min(TAG_MAX)];
    if memchr::memchr(b'>', bytes).is_none() {
        return rest.floor_char_boundary(bytes.len());
    }
    let mut from = 0;
    while let Some(at) = memchr::memchr3(b'"', b'\'', b'>', &bytes[from..]).map(|at| from + at) {
        let closed = match bytes[at] {
            // Scripts inside of attributes hold brackets of their own.
            b'>' if at > 0 && bytes[at - 1] == b'%' => Some(0),
            b'>' => return at,
            quote => memchr::memchr(quote, &bytes[at + 1..]).map(|length| length + 1),
        };
        let Some(closed) = closed else { break };
        from = at + closed + 1;
    }
    let fallback = memchr::memchr(b'>', bytes).unwrap_or(bytes.len());
    rest.floor_char_boundary(fallback)
}

/// How often letters stand in markup and scripts, by rank; of signs there are few as well.
const OFTEN: [u8; 128] = {
    let letters = b"zqjxkvywbuhgfmpdclsnoraite";
    let mut ranks = [13; 128];
    let mut rank = 0;
    while rank < 26 {
        ranks[letters[rank as usize] as usize] = rank;
        rank += 1;
    }
    ranks
};

/// Where `needle`, in lower case, stands in `text` in any case.
pub(crate) fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    let (place, rarest) = needle.bytes().enumerate().min_by_key(|(_, byte)| OFTEN[usize::from(byte & 0x7f)])?;
    let bytes = text.as_bytes();
    let found = |at: usize| {
        let start = at.checked_sub(place)?;
        let fits = bytes.get(start..start + needle.len())?.eq_ignore_ascii_case(needle.as_bytes());
        fits.then_some(start)
    };
    memchr::memchr2_iter(rarest, rarest.to_ascii_uppercase(), bytes).find_map(found)
}

/// Controls that a visitor fills in.
fn takes_input(tag: &str) -> bool {
    let kind = tag.rsplit(':').next().unwrap_or(tag);
    matches!(
        kind,
        "textbox"
            | "hiddenfield"
            | "dropdownlist"
            | "listbox"
            | "fileupload"
            | "radiobuttonlist"
            | "checkboxlist"
            | "input"
            | "textarea"
            | "select"
    )
}

/// Razor: blocks and expressions behind an at sign.
fn razor(text: &str, family: Family, page: &mut Page) {
    let bytes = text.as_bytes();
    page.language = Some(if family == Family::Curly { "C#" } else { "VB.NET" });
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'@', &bytes[from..]) {
        let at = from + found;
        from = at + 1;
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if next == b'@' {
            from += 1;
            continue;
        }
        if next == b'*' {
            from = text[at..].find("*@").map_or(text.len(), |end| at + end + 2);
            continue;
        }
        if at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
            continue;
        }
        let end = if family == Family::Basic { basic_block(text, at + 1) } else { None }
            .unwrap_or_else(|| razor_end(bytes, at + 1));
        let code = &text[at + 1..text.floor_char_boundary(end)];
        let lead = code.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("").to_ascii_lowercase();
        let skip = match lead.as_str() {
            "functions" | "code" | "section" | "helper" => lead.len(),
            "model" | "inherits" | "using" | "imports" | "layout"
                if !code[lead.len()..].starts_with(['.', '(', '[']) =>
            {
                continue;
            }
            _ => 0,
        };
        if code.trim().is_empty() {
            continue;
        }
        page.code = true;
        let out = if family == Family::Curly { &mut page.curly } else { &mut page.basic };
        lex::words(&code[skip..], at + 1 + skip, family, out);
        let place = u32::try_from(end).unwrap_or(u32::MAX);
        out.push(Word { tok: if family == Family::Curly { Tok::Sign(";") } else { Tok::Line }, at: place });
        from = from.max(end);
    }
}

/// `@Code ... End Code` and its kin in Visual Basic.
fn basic_block(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let end = match word.as_str() {
        "code" => "end code",
        "functions" => "end functions",
        "if" => "end if",
        "for" => "next",
        "select" => "end select",
        "using" => "end using",
        _ => return None,
    };
    Some(find_ignoring_case(rest, end).map_or(text.len(), |found| at + found + end.len()))
}

/// Where a Razor expression or block ends: names, members, brackets, and one block in braces.
fn razor_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let block_word = [
        &b"if"[..],
        b"for",
        b"foreach",
        b"while",
        b"switch",
        b"using",
        b"lock",
        b"functions",
        b"helper",
        b"section",
        b"try",
        b"code",
    ]
    .iter()
    .any(|word| bytes[at..].starts_with(word) && !bytes.get(at + word.len()).is_some_and(u8::is_ascii_alphanumeric));
    loop {
        match bytes.get(at) {
            Some(b'{') => return closing(bytes, at),
            Some(b'(' | b'[') => at = closing(bytes, at),
            Some(b'.') if bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) => at += 1,
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => at += 1,
            Some(byte) if byte.is_ascii_whitespace() && block_word => at += 1,
            _ => return at,
        }
        if at >= bytes.len() {
            return bytes.len();
        }
    }
}

/// The place behind the bracket that closes the one at `at`; texts are passed over.
fn closing(bytes: &[u8], at: usize) -> usize {
    let mut open = 0_usize;
    let mut here = at;
    while let Some(byte) = bytes.get(here) {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return here + 1;
                }
            }
            b'"' => {
                let line = memchr::memchr2(b'"', b'\n', &bytes[here + 1..]);
                here += line.map_or(0, |end| end + 1);
            }
            _ => {}
        }
        here += 1;
    }
    bytes.len()
}

/// Extensions that IIS runs by itself.
const RUNS: [&str; 26] = [
    "asp", "asa", "cer", "cdx", "aspx", "ascx", "ashx", "asmx", "asax", "svc", "soap", "rem", "axd", "cshtml",
    "vbhtml", "cshtm", "vbhtm", "xamlx", "master", "skin", "browser", "config", "xoml", "asbx", "aspq", "rules",
];

/// Whether a server would run a file of that name by itself. A name without an extension may stand for anything.
pub(crate) fn runs(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim_end_matches(['.', ' ']);
    name.rsplit_once('.').is_none_or(|(_, extension)| RUNS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// Programs that run whatever they are given, and answer no request by themselves.
const SHELLS: [&str; 7] =
    ["cmd.exe", "powershell.exe", "pwsh.exe", "cscript.exe", "wscript.exe", "mshta.exe", "rundll32.exe"];

/// Handlers and build providers that make a script of something that is none, and handlers that start a shell.
fn mappings(text: &str, page: &mut Page) {
    let mut from = 0;
    while let Some(found) = find_ignoring_case(&text[from..], "<add") {
        let at = from + found;
        let rest = &text[at..];
        let tag = &rest[..tag_end(rest)];
        from = at + 4;
        let engine = attribute(tag, "scriptprocessor")
            .or_else(|| attribute(tag, "type"))
            .unwrap_or_default()
            .to_ascii_lowercase();
        let runs = [
            "asp.dll",
            "pagehandlerfactory",
            "simplehandlerfactory",
            "webservicehandlerfactory",
            "pagebuildprovider",
            "webhandlerbuildprovider",
        ]
        .iter()
        .any(|name| engine.contains(name));
        let path =
            attribute(tag, "path").or_else(|| attribute(tag, "extension")).unwrap_or_default().to_ascii_lowercase();
        let extension = path.rsplit_once('.').map_or(path.as_str(), |(_, extension)| extension);
        let shell = SHELLS.iter().any(|name| engine.contains(name));
        let odd = !RUNS.contains(&extension) || (extension == "config" && engine.contains("asp.dll"));
        if !extension.is_empty() && (shell || runs && odd && !path.ends_with('*')) {
            page.mapped.push((u32::try_from(at).unwrap_or(u32::MAX), path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[Word]) -> Vec<&str> {
        words
            .iter()
            .filter_map(|word| if let Tok::Name(name) = &word.tok { Some(name.as_str()) } else { None })
            .collect()
    }

    #[test]
    fn languages_by_directive_and_by_file() {
        assert_eq!(names(&split("<%@ Page Language=\"C#\" %><% Foo(); %>", "a.aspx").curly), ["Foo"]);
        assert_eq!(names(&split("<%eval a%>", "a.asp").basic), ["eval", "a"]);
        let typographic = split("<%@ Page Language=\u{201c}Jscript\u{201d}%><%eval(a);%>", "a.aspx");
        assert_eq!(typographic.language, Some("JScript"));
    }

    #[test]
    fn a_script_in_an_address_book_dump() {
        let page = split(
            "ExternalUrl : http://f/<script language=\"JScript\" runat=\"server\">function Page_Load(){eval(a)}</script>",
            "x.aspx",
        );
        assert_eq!(names(&page.curly), ["function", "Page_Load", "eval", "a"]);
    }

    #[test]
    fn razor_blocks_and_addresses() {
        let page = split("<p>me@example.org @Html.Raw(x) @{ Foo(\"}\"); }</p>", "a.cshtml");
        assert_eq!(names(&page.curly), ["Html", "Raw", "x", "Foo"]);
    }

    #[test]
    fn extensions_mapped_to_an_engine() {
        let page = split(
            "<handlers><add name='x' path='*.png' verb='*' type='System.Web.UI.PageHandlerFactory'/></handlers>",
            "web.config",
        );
        assert_eq!(page.mapped.len(), 1);
        assert!(
            split("<handlers><add path='*.aspx' type='System.Web.UI.PageHandlerFactory'/></handlers>", "web.config")
                .mapped
                .is_empty()
        );
    }
}
