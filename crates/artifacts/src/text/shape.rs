//! Lines of IIS and `http.sys` without a header: their columns recognised by what the fields look like.
//!
//! The method with a path behind it, then the client's address, then the three numbers of the status hold the
//! line; what stands between them is told by its look. A line that fits in no known way is left alone.

use super::fields::{Field, split_blanks};

/// Names the fields of an IIS line, or nothing when its shape is unknown. Empty fields are dropped from `fields`.
pub(crate) fn recognise(line: &str, fields: &mut Vec<Field>) -> Option<Vec<&'static str>> {
    split_blanks(line, fields);
    fields.retain(|f| f.end > f.start);
    if !(8..=64).contains(&fields.len()) {
        return None;
    }
    let words: Vec<&str> = fields.iter().map(|f| &line[f.start..f.end]).collect();
    if !is_date(words[0]) || !is_time(words[1]) {
        return None;
    }
    if let Some(names) = httperr(&words) {
        return Some(names.to_vec());
    }
    let method = (2..6).find(|m| is_method(words.get(*m)) && starts_path(words.get(m + 1)))?;
    let mut names = vec!["date", "time"];
    names.extend(match &words[2..method] {
        [] => [].as_slice(),
        [_] => ["s-ip"].as_slice(),
        [first, _] if first.starts_with("W3SVC") => ["s-sitename", "s-ip"].as_slice(),
        [_, _] => ["s-computername", "s-ip"].as_slice(),
        _ => ["s-sitename", "s-computername", "s-ip"].as_slice(),
    });
    names.extend(["cs-method", "cs-uri-stem", "cs-uri-query", "s-port", "cs-username", "c-ip"]);
    let [_, _, _, port, _, client] = words.get(method..method + 6)? else { return None };
    if !is_number(port) || !is_address(client) {
        return None;
    }
    let mut agent = method + 6;
    if words.get(agent).is_some_and(|w| w.starts_with("HTTP/")) {
        names.push("cs-version");
        agent += 1;
    }
    names.push("cs(User-Agent)");
    let status = (agent + 1..agent + 5).find(|s| is_status(words.get(*s..*s + 3)))?;
    names.extend(between(&words[agent + 1..status])?);
    names.extend(["sc-status", "sc-substatus", "sc-win32-status"]);
    names.extend(tail(&words[status + 3..])?);
    Some(names)
}

/// The fields of a line of `http.sys`: two addresses with their ports, then a version or nothing.
fn httperr(words: &[&str]) -> Option<&'static [&'static str]> {
    const NAMES: [&str; 15] = [
        "date",
        "time",
        "c-ip",
        "c-port",
        "s-ip",
        "s-port",
        "cs-version",
        "cs-method",
        "cs-uri",
        "streamid",
        "sc-status",
        "s-siteid",
        "s-reason",
        "s-queuename",
        "transport",
    ];
    const OLD_NAMES: [&str; 13] = [
        "date",
        "time",
        "c-ip",
        "c-port",
        "s-ip",
        "s-port",
        "cs-version",
        "cs-method",
        "cs-uri",
        "sc-status",
        "s-siteid",
        "s-reason",
        "s-queuename",
    ];
    let or_dash = |at: usize, is: fn(&str) -> bool| words.get(at).is_some_and(|w| *w == "-" || is(w));
    let ends = |address: usize| or_dash(address, is_address) && or_dash(address + 1, is_number);
    if !ends(2) || !ends(4) || !or_dash(6, |w| w.starts_with("HTTP/")) || !or_dash(9, is_number) {
        return None;
    }
    match words.len() {
        13 => Some(&OLD_NAMES),
        14 | 15 if or_dash(10, is_number) => Some(&NAMES[..words.len()]),
        _ => None,
    }
}

/// The fields between the user agent and the status: cookie, referrer and host, some of them.
fn between(words: &[&str]) -> Option<&'static [&'static str]> {
    let is_link = |w: &str| !w.starts_with('[') && w.contains("://");
    let is_cookie = |w: &str| w.contains('=') && !is_link(w);
    Some(match words {
        [] => &[],
        [one] if is_cookie(one) => &["cs(Cookie)"],
        [one] if *one == "-" || is_link(one) => &["cs(Referer)"],
        [_] => &["cs-host"],
        [_, second] if *second == "-" || is_link(second) => &["cs(Cookie)", "cs(Referer)"],
        [first, _] if is_cookie(first) => &["cs(Cookie)", "cs-host"],
        [_, _] => &["cs(Referer)", "cs-host"],
        [_, _, _] => &["cs(Cookie)", "cs(Referer)", "cs-host"],
        _ => return None,
    })
}

/// The fields behind the status: bytes, duration, forwarded address and its port, some of them.
fn tail(words: &[&str]) -> Option<&'static [&'static str]> {
    let numbers = words.iter().take_while(|w| is_number(w)).count();
    let rest = &words[numbers..];
    if !rest.first().is_none_or(|w| *w == "-" || w.split(',').all(|a| is_address(a.trim_matches('+')))) {
        return None;
    }
    Some(match (numbers, rest.len()) {
        (0, 0) => &[],
        (1, 0) => &["time-taken"],
        (2, 0) => &["unnamed-1", "unnamed-2"],
        (3, 0) => &["sc-bytes", "cs-bytes", "time-taken"],
        (1, 1) => &["time-taken", "X-Forwarded-For"],
        (1, 2) if is_number(rest[1]) => &["time-taken", "X-Forwarded-For", "c-port"],
        (3, 1) => &["sc-bytes", "cs-bytes", "time-taken", "X-Forwarded-For"],
        (3, 2) if is_number(rest[1]) => &["sc-bytes", "cs-bytes", "time-taken", "X-Forwarded-For", "c-port"],
        _ => return None,
    })
}

/// `2021-03-03`, by shape only: whether there is such a day is judged later.
pub(crate) fn is_date(word: &str) -> bool {
    let b = word.as_bytes();
    b.len() == 10
        && b.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() || i == 0 })
}

fn is_time(word: &str) -> bool {
    let b = word.as_bytes();
    b.len() == 8 && b.iter().enumerate().all(|(i, b)| if i == 2 || i == 5 { *b == b':' } else { b.is_ascii_digit() })
}

fn is_method(word: Option<&&str>) -> bool {
    word.is_some_and(|w| (2..=24).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_uppercase() || b"_-".contains(&b)))
}

fn starts_path(word: Option<&&str>) -> bool {
    word.is_some_and(|w| w.starts_with('/') || *w == "*")
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_address(word: &str) -> bool {
    word.parse::<std::net::Ipv4Addr>().is_ok()
        || word.split('%').next().is_some_and(|a| a.parse::<std::net::Ipv6Addr>().is_ok())
}

fn is_status(words: Option<&[&str]>) -> bool {
    matches!(words, Some([a, b, c]) if a.len() == 3 && is_number(a) && is_number(b) && is_number(c))
}

#[cfg(test)]
mod tests {
    use super::recognise;
    use insta::assert_snapshot;

    fn shown(line: &str) -> String {
        recognise(line, &mut Vec::new()).map_or_else(|| "unknown".into(), |n| n.join(" "))
    }

    #[test]
    fn known_shapes() {
        let head = "2021-03-02 00:00:00 10.0.0.5 GET /owa/ - 443 - 192.0.2.1 Mozilla/5.0";
        for rest in [
            "200 0 0",
            "- 200 0 0 15",
            "https://a/ 200 0 0 15",
            "itweb.acx.co 200 0 0 23",
            "- itweb.acx.co 200 0 0 23",
            "A=1;+B=2 https://a/?x=1 200 0 0 20123 36264 597 203.0.113.10",
            "- 200 0 0 4 10.0.61.69,10.93.4.75 36391",
            "- - - 200 0 0 1 2 3",
        ] {
            let shape = shown(&format!("{head} {rest}"));
            assert!(shape.starts_with("date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"));
        }
        assert_snapshot!(shown("2023-08-28 07:37:00 ex1 10.0.0.1 POST /EWS/Exchange.asmx &a; 443 EX\\u 10.1.1.7 OC/16.0 - 200 0 0 52 10.10.10.7 59050"), @"date time s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken X-Forwarded-For c-port");
    }

    #[test]
    fn lines_of_http_sys() {
        let old = "2021-03-03 06:50:02 192.0.2.7 50124 10.0.0.5 443 HTTP/1.1 GET /a 400 - BadRequest -";
        assert!(shown(old).ends_with("cs-uri sc-status s-siteid s-reason s-queuename"));
        let new = "2021-03-03 06:50:02 fe80::1%12 50124 ::1 443 - - - - - - Timer_ConnectionIdle -";
        assert!(shown(new).ends_with("streamid sc-status s-siteid s-reason s-queuename"));
        assert!(shown(&format!("{new} TCP")).ends_with("s-queuename transport"));
    }

    #[test]
    fn other_lines_are_left_alone() {
        for line in [
            "",
            "2021-03-02 00:00:00 GET",
            "03/02/2021 00:00:00 10.0.0.5 GET /owa/ - 443 - 192.0.2.1 Mozilla/5.0 - 200 0 0",
            "2021-03-02 00:00:00 10.0.0.5 GET /owa/ - 443 - nobody Mozilla/5.0 - 200 0 0",
            "2021-03-02 00:00:00 10.0.0.5 GET /owa/ - 443 - 192.0.2.1 Mozilla/5.0 a b c d 200 0 0",
        ] {
            assert_eq!(shown(line), "unknown", "{line}");
        }
    }
}
