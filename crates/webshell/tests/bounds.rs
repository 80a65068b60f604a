//! Pages made to be slow, deep or broken: every read has an end.

use assize_webshell::{Grade, look};
use proptest::prelude::*;

#[test]
fn monsters_end() {
    // Long: a list of monsters.
    let shell = "<%eval request(\"a\")%>";
    let pages: Vec<(&str, String)> = vec![
        ("fifty megabytes", format!("{}{shell}", "<p>text</p>\n".repeat(50 << 20 >> 4))),
        ("one line of ten megabytes", format!("<%a=\"{}\":eval request(\"a\")%>", "x".repeat(10 << 20))),
        (
            "a hundred thousand brackets",
            format!("<%x={}1{}:eval request(\"a\")%>", "(".repeat(100_000), ")".repeat(100_000)),
        ),
        (
            "a hundred thousand braces",
            format!(
                "<%@Page Language=\"JScript\"%><%{}eval(Request[\"a\"]){}%>",
                "{".repeat(100_000),
                "}".repeat(100_000)
            ),
        ),
        ("only beginnings", "<%".repeat(200_000)),
        ("a sum of a hundred thousand", format!("<%x={}\"a\":eval request(\"a\")%>", "\"a\"&".repeat(100_000))),
        (
            "members of members",
            format!("<%@Page Language=\"JScript\"%><%a{};eval(Request[\"a\"])%>", ".b".repeat(100_000)),
        ),
        (
            "else if",
            format!("<%@Page Language=\"JScript\"%><%{}{{}}eval(Request[\"a\"])%>", "if(a){}else ".repeat(50_000)),
        ),
        (
            "a function that calls itself",
            "<%Function f(x):f=f(x&\"a\")&f(x):End Function:y=f(\"a\"):eval request(\"a\")%>".into(),
        ),
        ("a loop without end", "<%Do While True:a=a&\"b\":Loop%><%eval request(\"a\")%>".into()),
        ("a text that doubles", "<%a=\"b\":For i=1 To 60:a=a&a:Next:eval request(\"a\")%>".into()),
        (
            "two long texts read by turns",
            "<%a=String(900000,\"x\"):b=String(900000,\"é\"):For i=1 To 60000:c=Mid(a,i,1)&Mid(b,i,1):Next:eval request(\"a\")%>".into(),
        ),
        (
            "many long texts read by turns",
            format!(
                "<%{}For i=1 To 60000:{}Next:eval request(\"a\")%>",
                (0..9).map(|n| format!("a{n}=String(900000,\"é\")&{n}:")).collect::<String>(),
                (0..9).map(|n| format!("c=Mid(a{n},i,1):")).collect::<String>()
            ),
        ),
        (
            "a text that grows and is measured",
            "<%a=String(400000,\"é\"):For i=1 To 60000:a=a&\"é\":If Len(a)=5 Then b=Mid(a,i,1)\nNext:eval request(\"a\")%>".into(),
        ),
        (
            "a long text that grows",
            "<%a=String(1900000,\"x\"):For i=1 To 60000:a=a&\"b\":Next:eval request(\"a\")%>".into(),
        ),
        (
            "replacing that grows",
            "<%a=\"b\":For i=1 To 60:a=replace(a,\"b\",\"bbbbbbbb\"):Next:eval request(\"a\")%>".into(),
        ),
    ];
    for (name, page) in [
        ("brackets that never close, in C#", format!("<%@Page Language=\"C#\"%><%{}%>", "(".repeat(1_000_000))),
        ("casts that never close", format!("<%@Page Language=\"C#\"%><%{}%>", "(a)(".repeat(300_000))),
        ("functions that never close", format!("<%@Page Language=\"JScript\"%><%{}%>", "function(".repeat(300_000))),
        ("brackets that never close, in Basic", format!("<%{}%>", "f(".repeat(500_000))),
        ("patterns that never close", format!("<%@Page Language=\"JScript\"%><%{}%>", "(/[".repeat(500_000))),
        ("directives that never close", "<%@ Page x ".repeat(300_000)),
        ("tags that never close", "<a runat=server id=x ".repeat(300_000)),
        ("scripts that never close", "<script runat=server>".repeat(300_000)),
        ("texts that never close", format!("<%@Page Language=\"C#\"%><%{}%>", "x=@\"a\";\"".repeat(200_000))),
        ("holes inside of holes", format!("<%@Page Language=\"C#\"%><%x={}%>", "$\"{".repeat(100_000))),
    ] {
        let _ = look(page.as_bytes(), "x.aspx");
        println!("{name}");
    }
    for (name, page) in [
        ("at signs", "@(".repeat(500_000)),
        ("code that never ends", "@Code ".repeat(300_000)),
        ("if that never ends", "@If (".repeat(300_000)),
    ] {
        let _ = look(page.as_bytes(), "x.vbhtml");
        let _ = look(page.as_bytes(), "x.cshtml");
        println!("{name}");
    }
    for (name, page) in &pages {
        let found = look(page.as_bytes(), "x.asp");
        // What is too deep may hide what is in it, and then it is said that something was left unread.
        println!("{name}: {:?}, cut {}", found.grade, found.cut);
        assert!(
            found.grade == Grade::Certain
                || name.contains("brac")
                || name.contains("beginnings")
                || name.contains("else"),
            "{name}: {found:?}"
        );
    }
}

/// Forty functions hand a value on, each through brackets: it is still followed, on the small stack of a thread.
#[test]
fn long_ways_are_followed() {
    let hands_on = |n: usize| format!("function f{n}(x){{return {}f{}(x){}}}", "g(", n + 1, ")");
    let chain: String = (0..36).map(hands_on).collect();
    let page = format!(
        "<%@Page Language=\"JScript\"%><%function g(x){{return x}}{chain}function f36(x){{return eval(x)}}f0(Request[\"a\"]);%>"
    );
    assert_eq!(look(page.as_bytes(), "a.aspx").grade, Grade::Certain);
}

/// What once made it fail.
#[test]
fn broken_ends() {
    for code in [
        "typeof(",
        "typeof",
        "(int)",
        "new",
        "new X<",
        "[WebMethod",
        "foreach (",
        "using (",
        "x as",
        "$\"{",
        "delegate",
        "case",
        "(a, b) =>",
    ] {
        for directive in ["<%@ Page Language=\"C#\" %>", "<%@ Page Language=\"VB\" %>", ""] {
            let _ = look(format!("{directive}<%{code}%>").as_bytes(), "a.aspx");
            let _ = look(format!("{directive}<%{code}").as_bytes(), "a.cshtml");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..600), name in "[a-z]{1,3}\\.(asp|aspx|ashx|cshtml|vbhtml|config|cs)") {
        let _ = look(&bytes, &name);
    }

    #[test]
    fn no_words_make_it_fail(words in proptest::collection::vec(prop::sample::select(vec![
        "<%", "%>", "<script runat=server>", "</script>", "@{", "}", "{", "(", ")", "[", "]", "\"", "'", "&", "+", "=", "=>", ".", ",", ";", ":", "\n",
        "if", "then", "else", "end", "for", "each", "next", "do", "loop", "while", "function", "sub", "class", "new", "return", "switch", "case",
        "select", "eval", "execute", "request", "Request", "x", "f", "\"a\"", "1", "chr", "split", "replace", "Assembly", "Load", "Invoke", "typeof",
        "with", "dim", "set", "var", "try", "catch", "<", ">", "?", "@", "$\"{", "using", "=", "é", "\u{201c}", "#@~^AAAAAA==", "^#~@", "_",
    ]), 0..120), name in "a\\.(asp|aspx|ashx|cshtml|vbhtml|config|cs)") {
        let _ = look(words.join(" ").as_bytes(), &name);
        let _ = look(words.concat().as_bytes(), &name);
    }
}
