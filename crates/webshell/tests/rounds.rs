//! Loops whose names are looked up once for all rounds come to the same as loops whose names are looked up in each.
//!
//! A declaration in the body, which does nothing, keeps a loop from being read the quick way; blanks in its place keep every position.

use assize_webshell::look;
use proptest::prelude::*;

const DECLARED: &str = "Dim aside";

/// What a visitor sends, what is known, what nobody set, a list, a text, counters, and the name of the function around.
fn names() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["q", "t", "u", "n", "s", "i", "j", "nobody", "f", "p", "true", "vbCrLf", "list"])
        .prop_map(str::to_owned)
}

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        names(),
        (0..9i32).prop_map(|number| number.to_string()),
        prop::sample::select(vec!["\"\"", "\"a\"", "\"request(1)\"", "Chr(88)", "ChrW(-3)", "Empty"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                inner.clone(),
                prop::sample::select(vec!["&", "+", "-", "Xor", "=", "<>", "<", "Mod", "And"])
            )
                .prop_map(|(a, b, op)| format!("({a}) {op} ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} & {b} & \"z\" & {a}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("Mid({a}, {b}, 1)")),
            (
                prop::sample::select(vec!["Asc", "Chr", "Len", "UCase", "StrReverse", "CInt", "list", "s", "t"]),
                inner.clone()
            )
                .prop_map(|(function, a)| format!("{function}({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("Replace({a}, {b}, \"b\")")),
            inner.prop_map(|a| format!("Not ({a})")),
        ]
    })
}

fn statements() -> impl Strategy<Value = String> {
    let set = (prop::sample::select(vec!["t", "u", "n", "f", "i", "list"]), expressions())
        .prop_map(|(name, value)| format!("{name} = {value}\n"));
    let leaf = prop_oneof![6 => set, 1 => Just("Exit For\n".to_owned())];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let body = prop::collection::vec(inner, 1..3).prop_map(|all| all.concat());
        prop_oneof![
            (expressions(), body.clone()).prop_map(|(asked, then)| format!("If {asked} Then\n{then}End If\n")),
            (expressions(), body.clone(), body.clone())
                .prop_map(|(asked, then, other)| format!("If {asked} Then\n{then}Else\n{other}End If\n")),
            (expressions(), body).prop_map(|(to, body)| format!("For j = 1 To {to}\n{body}Next\n")),
        ]
    })
}

fn page(body: &str, ends: &str, within: bool) -> String {
    let looped = format!("For i = {ends}\n{DECLARED}\n{body}Next\n");
    let set = "q = Request(\"key\")\ns = \"reqzuest\"\nn = 3\nt = \"\"\nlist = Array(\"a\", 7, q)\n";
    if within {
        format!("<%{set}Function f(p)\n{looped}End Function\nu = f(q)\nExecute u\nExecute t\nExecute f(\"x\")%>")
    } else {
        format!("<%{set}{looped}Execute u\nExecute t\nExecute i%>")
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn the_same_is_found_either_way(
        body in prop::collection::vec(statements(), 1..5),
        ends in prop::sample::select(vec!["1 To 6", "6 To 1 Step -2", "1 To Len(s)", "0 To UBound(list)", "1 To nobody"]),
        within in any::<bool>(),
    ) {
        let slow = page(&body.concat(), ends, within);
        let quick = slow.replacen(DECLARED, &" ".repeat(DECLARED.len()), 1);
        let (slow, found) = (look(slow.as_bytes(), "x.asp"), look(quick.as_bytes(), "x.asp"));
        // The declaration is a step of its own: where steps run out, they do so elsewhere.
        prop_assume!(!slow.cut && !found.cut);
        prop_assert_eq!(slow, found, "{}", quick);
    }
}
