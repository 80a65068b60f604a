//! Text logs in odd shapes: text in, rows out.

mod common;

use common::{Read, read};
use insta::assert_snapshot;

const IIS: &str = "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip sc-status X-Custom\n";
const PROXY: &str = "#Software: Microsoft Exchange Server\n#Version: 15.01.2106.002\n#Log-type: HttpProxy Logs\n#Fields: DateTime,RequestId,UrlStem,UserAgent,HttpStatus,RequestBytes\n";

fn only(bytes: &[u8]) -> Read {
    let mut read = read("somewhere.log", bytes);
    assert_eq!(read.len(), 1, "one table claims it");
    read.remove(0).1
}

fn shown(bytes: &[u8], columns: &[&str]) -> String {
    let read = only(bytes);
    let rejects =
        read.account.rejects.iter().map(|r| {
            format!("reject {} at {} of {} bytes: {}: {:?}", r.pos, r.offset, r.bytes, r.reason.word(), r.sample)
        });
    let mut lines = vec![read.summary(), read.table(columns)];
    lines.extend(rejects);
    lines.retain(|l| !l.is_empty());
    lines.join("\n")
}

fn iis(rows: &str) -> String {
    shown(
        format!("{IIS}{rows}").as_bytes(),
        &["pos", "ts", "cs_uri_stem", "query_shape", "q_cid", "sc_status", "extra"],
    )
    .replace('\u{1}', "{}")
}

fn proxy(rows: &str) -> String {
    shown(
        format!("{PROXY}{rows}").as_bytes(),
        &["pos", "ts", "request_id", "user_agent", "http_status", "build", "extra"],
    )
}

#[test]
fn rows_of_iis() {
    assert_snapshot!(iis("2021-03-03 06:49:42 GET /a cid=7&x=1 ::1 200 v\r\n2021-03-03 06:49:43 GET /b - ::1 - -\r\n"), @r#"
    2 rows, 0 rejects
    3 | 2021-03-03T06:49:42Z | /a | cid={}&x=1 | 7 | 200 | {"X-Custom":"v"}
    4 | 2021-03-03T06:49:43Z | /b |  |  |  |
    "#);
    assert_snapshot!(iis("2021-03-03 06:49:42 GET /a  - ::1 200 v\n2021-03-03 06:49:42 GET /a - 200\n2021-13-03 06:49:42 GET /a - ::1 200 v\n2021-03-03 06:4"), @r#"
    1 rows, 3 rejects, 1 bad-time, 1 cut-off, 1 wrong-field-count
      field-count: 1 line(s) have fewer or more fields than the header names, first at line 4
      bad-time: 1 line(s) have no time, or one that never was, first at line 5
      truncated: 1 line(s) end before they are complete, first at line 6
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    reject 4 at 174 of 33 bytes: wrong-field-count: "2021-03-03 06:49:42 GET /a - 200"
    reject 5 at 207 of 39 bytes: bad-time: "2021-13-03 06:49:42 GET /a - ::1 200 v"
    reject 6 at 246 of 15 bytes: cut-off: "2021-03-03 06:4"
    "#);
    assert_snapshot!(iis("2021-03-03 06:49:42 GET /a - ::1 4294967296999999999999 v\n"), @r#"
    1 rows, 0 rejects
    3 | 2021-03-03T06:49:42Z | /a |  |  |  | {"sc-status":"4294967296999999999999","X-Custom":"v"}
    "#);
}

#[test]
fn columns_may_change_in_the_middle() {
    assert_snapshot!(iis("2021-03-03 06:49:42 GET /a - ::1 200 v\n#Fields: date time sc-status cs-uri-stem\n2021-03-03 06:49:43 404 /b\n#Fields: sc-status cs-uri-stem\n404 /c\n"), @r#"
    2 rows, 1 rejects, 1 bad-time
      bad-time: 1 line(s) have no time, or one that never was, first at line 7
      fields-change: the columns change 2 time(s), first at line 4
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    5 | 2021-03-03T06:49:43Z | /b |  |  | 404 | 
    reject 7 at 272 of 7 bytes: bad-time: "404 /c"
    "#);
}

#[test]
fn rows_of_the_proxy() {
    assert_snapshot!(proxy("2021-03-03T06:49:42.162Z,r1,/ecp/y.js,\"a, \"\"b\"\"\",241,n/a\r\n2021-03-03T06:49:43Z,r2,/,x,200\r\n,r3,/,x,200,1\r\n2021-03-03T06:49:44Z,r4,/,\"open,200,1\r\n2021-03-03T06:49:45Z,r5,/,\"op"), @r#"
    1 rows, 4 rejects, 1 bad-quoting, 1 bad-time, 1 cut-off, 1 wrong-field-count
      field-count: 1 line(s) have fewer or more fields than the header names, first at line 6
      bad-time: 1 line(s) have no time, or one that never was, first at line 7
      truncated: 1 line(s) end before they are complete, first at line 9
      quoting: 1 line(s) hold quotes that do not close, first at line 8
    5 | 2021-03-03T06:49:42.162Z | r1 | a, "b" | 241 | 15.1.2106.2 | {"RequestBytes":"n/a"}
    reject 6 at 216 of 33 bytes: wrong-field-count: "2021-03-03T06:49:43Z,r2,/,x,200"
    reject 7 at 249 of 15 bytes: bad-time: ",r3,/,x,200,1"
    reject 8 at 264 of 39 bytes: bad-quoting: "2021-03-03T06:49:44Z,r4,/,\"open,200,1"
    reject 9 at 303 of 29 bytes: cut-off: "2021-03-03T06:49:45Z,r5,/,\"op"
    "#);
}

#[test]
fn a_bare_list_of_names_and_repeated_headers() {
    let list = "DateTime,RequestId,UrlStem,UserAgent,HttpStatus,RequestBytes";
    assert_snapshot!(shown(format!("{list}\r\n{PROXY}2021-03-03T06:49:42Z,r1,/,x,200,1\r\n{list}\r\n{PROXY}2021-03-03T06:49:43Z,r2,/,x,200,1\r\n").as_bytes(), &["pos", "request_id"]), @r#"
    2 rows, 0 rejects
    6 | r1
    12 | r2
    "#);
    assert_snapshot!(shown(format!("{list}\n2021-03-03T06:49:42Z,r1,/,x,200,1\n").as_bytes(), &["pos", "request_id"]), @r#"
    1 rows, 0 rejects
    2 | r1
    "#);
}

#[test]
fn other_encodings() {
    let text = format!("{IIS}2021-03-03 06:49:42 GET /é - ::1 200 v\r\n");
    let wide = |unit: fn(u16) -> [u8; 2], mark: &[u8]| {
        [mark, &text.encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat()
    };
    for bytes in [
        wide(u16::to_le_bytes, &[0xFF, 0xFE]),
        wide(u16::to_be_bytes, &[0xFE, 0xFF]),
        wide(u16::to_le_bytes, &[]),
        wide(u16::to_be_bytes, &[]),
        [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        text.replace("\r\n", "\r").replace('\n', "\r").into_bytes(),
        [wide(u16::to_le_bytes, &[0xFF, 0xFE]), vec![0; 4097]].concat(),
    ] {
        assert_eq!(only(&bytes).value(0, "cs_uri_stem"), "/é");
    }
    let latin1 = [text.replace('é', "?").as_bytes(), b"2021-03-03 06:49:42 GET /\xe9 - ::1 200 v\n"].concat();
    assert_snapshot!(shown(&latin1, &["cs_uri_stem"]), @r#"
    2 rows, 0 rejects
      encoding: 1 line(s) are not UTF-8 and were read as Latin-1, byte for byte
    /?
    /é
    "#);
}

#[test]
fn line_ends_may_change_in_the_middle() {
    let row = "2021-03-03 06:49:42 GET /a - ::1 200 v";
    assert_snapshot!(iis(&format!("{row}\r\n{row}\n{row}\r{row}\r#Date: 2021-03-03 06:49:42\r{row}\r\n{row}\n")), @r#"
    6 rows, 0 rejects
      line-ends: from line 5 on, lines end in a bare CR, too
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    4 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    5 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    6 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    8 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    9 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    "#);
    assert_snapshot!(iis(&format!("{row}\r\n2021-03-03 06:49:42 GET /a - ::1 200 one\rtwo x\r\n{row}\r\n")), @r#"
    2 rows, 1 rejects, 1 wrong-field-count
      field-count: 1 line(s) have fewer or more fields than the header names, first at line 4
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    5 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    reject 4 at 174 of 48 bytes: wrong-field-count: "2021-03-03 06:49:42 GET /a - ::1 200 one\rtwo x"
    "#);
}

#[test]
fn a_mark_of_the_encoding_may_stand_in_the_middle() {
    let row = "2021-03-03 06:49:42 GET /a - ::1 200 v\n";
    assert_snapshot!(iis(&format!("{row}\u{feff}{IIS}{row}\u{feff}{row}")), @r#"
    3 rows, 0 rejects
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    6 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    7 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    "#);
}

#[test]
fn other_writers_of_web_logs() {
    assert_snapshot!(iis("2021-03-03\t06:49:42\tGET\t/a\t-\t::1\t200\tv\n2021-03-03 06:49:42 GET /a - ::1 200 \"a \"\"b\"\" c\"\n#DATE: 2021-03-03\n#FIELDS: date time cs-uri-stem\n2021-03-03 06:49:42 /b\n"), @r#"
    3 rows, 0 rejects
      fields-change: the columns change 1 time(s), first at line 6
      date-directive: 1 #Date line(s) do not go with the rows beside them, first at line 5
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    4 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"a \"b\" c"}
    7 | 2021-03-03T06:49:42Z | /b |  |  |  |
    "#);
}

#[test]
fn clocks_and_gaps() {
    let rows =
        |times: &[&str]| -> String { times.iter().map(|t| format!("2021-03-03 {t} GET /a - ::1 200 v\n")).collect() };
    assert_snapshot!(iis(&rows(&["06:00:00", "06:00:10", "06:00:20", "06:00:01", "05:00:00", "05:00:05"])), @r#"
    6 rows, 0 rejects
      clock-regression: the time goes back 1 time(s), by up to 1 h 0 min, first at line 7: a clock that was set, the end of summer time, or rows put in or moved
    3 | 2021-03-03T06:00:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    4 | 2021-03-03T06:00:10Z | /a |  |  | 200 | {"X-Custom":"v"}
    5 | 2021-03-03T06:00:20Z | /a |  |  | 200 | {"X-Custom":"v"}
    6 | 2021-03-03T06:00:01Z | /a |  |  | 200 | {"X-Custom":"v"}
    7 | 2021-03-03T05:00:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    8 | 2021-03-03T05:00:05Z | /a |  |  | 200 | {"X-Custom":"v"}
    "#);
    let minutes: Vec<String> = (0..20).map(|m| format!("{:02}:{m:02}:00", if m < 9 { 6 } else { 12 })).collect();
    let minutes: Vec<&str> = minutes.iter().map(String::as_str).collect();
    assert_snapshot!(iis(&rows(&minutes)).lines().take(2).collect::<Vec<_>>().join("\n"), @r"
    20 rows, 0 rejects
      gap: no row for 6 h 1 min before line 12
    ");
    // Where rows are rare, a long time without any is no gap.
    assert_snapshot!(iis(&rows(&["02:00:00", "02:50:00", "03:40:00", "06:30:00", "07:10:00"])), @r#"
    5 rows, 0 rejects
    3 | 2021-03-03T02:00:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    4 | 2021-03-03T02:50:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    5 | 2021-03-03T03:40:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    6 | 2021-03-03T06:30:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    7 | 2021-03-03T07:10:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    "#);
    assert_snapshot!(iis(&format!("#Date: 0001-01-01 00:00:00\n{}#Date: 2021-03-02 00:00:00\n#Date: never\n", rows(&["06:00:00"]))), @r#"
    1 rows, 0 rejects
      date-directive: 3 #Date line(s) do not go with the rows beside them, first at line 4
    4 | 2021-03-03T06:00:00Z | /a |  |  | 200 | {"X-Custom":"v"}
    "#);
}

#[test]
fn nul_fill_is_padding_and_ends_a_line() {
    let hole = "\0".repeat(5000);
    let row = "2021-03-03 06:49:42 GET /a - ::1 200 v\n";
    assert_snapshot!(iis(&format!("{row}{hole}{row}2021-03-03 06:{hole}49:42 GET /a - ::1 200 v\n{row}2021-03-03{hole}")), @r#"
    3 rows, 3 rejects, 2 cut-off, 1 wrong-field-count
      nul-tail: the last 5000 bytes are NUL fill: room made before it was needed, or a crash
      nul-hole: 10000 bytes are NUL fill, in 2 place(s), first at line 4
      field-count: 1 line(s) have fewer or more fields than the header names, first at line 5
      truncated: 2 line(s) end before they are complete, first at line 5
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    4 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    6 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    reject 5 at 5212 of 14 bytes: cut-off: "2021-03-03 06:"
    reject 5 at 10226 of 25 bytes: wrong-field-count: "49:42 GET /a - ::1 200 v"
    reject 7 at 10290 of 10 bytes: cut-off: "2021-03-03"
    "#);
    assert_snapshot!(iis("2021-03-03 06:49:42 GET /a\0b - ::1 200 v\n").replace('\0', "{NUL}"), @r#"
    1 rows, 0 rejects
      nul-hole: 1 line(s) hold NUL bytes inside
    3 | 2021-03-03T06:49:42Z | /a{NUL}b |  |  | 200 | {"X-Custom":"v"}
    "#);
}

#[test]
fn a_long_line_is_passed_over() {
    let row = "2021-03-03 06:49:42 GET /a - ::1 200 v\n";
    let long = "x".repeat(3 << 20);
    let read = only(format!("{IIS}{row}{long}\n{row}").as_bytes());
    assert_snapshot!(read.summary(), @r#"
    2 rows, 1 rejects, 1 too-long
      oversize-line: line 4 has 3145729 bytes, more than are read of a line; only its beginning is kept; SHA-256 of all its bytes: 2df1b88a09878128f3882a737677343f1875895ac5632839f82c6b80cd791872
    "#);
    assert_eq!(read.column("pos"), ["3", "5"]);
    let unended = only(format!("{IIS}{row}{long}").as_bytes());
    assert_eq!((unended.account.counts.rows, unended.account.counts.rejects), (1, 1));
}

#[test]
fn a_header_of_ten_thousand_names_is_refused() {
    let names: Vec<String> = (0..10_000).map(|i| format!("x{i}")).collect();
    let text = format!("#Fields: {}\n1 2 3\n", names.join(" "));
    let read = read("inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", text.as_bytes());
    assert_snapshot!(read[0].1.summary(), @r#"
    0 rows, 1 rejects, 1 no-header
      limit: the header in line 1 names 10000 columns; no more than 1024 are read
      missing-header: 1 line(s) have no header before them, and their shape is not known, first at line 2
    "#);
}

#[test]
fn a_table_of_another_tool_is_left_alone() {
    let text = "#TYPE Selected.System.Management.Automation.PSCustomObject\n\"DateTime\",\"RequestId\"\n";
    assert!(read("HttpProxy_2021.LOG", text.as_bytes()).is_empty());
}

#[test]
fn an_unknown_exchange_log_keeps_all_its_fields() {
    let text = "#Software: Microsoft Exchange Server\n#Version: 15.0.0.0\n#Log-type: Some New Log\n#Fields: Sequence,Timestamp,Text\n1,2021-03-03T06:49:42Z,\"a \"\"b\"\"\"\n";
    assert_snapshot!(shown(text.as_bytes(), &["ts", "log_type", "extra"]), @r#"
    1 rows, 0 rejects
    2021-03-03T06:49:42Z | Some New Log | {"Sequence":"1","Timestamp":"2021-03-03T06:49:42Z","Text":"a \"b\""}
    "#);
}

#[test]
fn a_script_whose_quotes_were_lost_is_kept_whole() {
    let text = "#Software: Microsoft Exchange Server\n#Log-type: ECP Server Log\n#Fields: TimeStamp,ServerName,EventId,EventData\n2021-03-03T06:49:53Z,EX,ECP.Request,'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script>eval(Request[\"\"k\"\"],\"\"unsafe\"\");</script>''.Identity=''9''';S:EX=\n";
    assert_snapshot!(shown(text.as_bytes(), &["cmd", "ex"]), @r#"
    1 rows, 0 rejects
      quoting: 1 line(s) hold commas without quotes in their last field, first at line 4
    Set-OabVirtualDirectory.ExternalUrl='http://f/<script>eval(Request[""k""],""unsafe"");</script>'.Identity='9' |
    "#);
}

#[test]
fn rows_without_a_date_take_that_of_the_header() {
    let text = "#Software: Microsoft Internet Information Services 5.0\n#Date: 2021-03-03 00:00:00\n#Fields: time c-ip cs-method cs-uri-stem sc-status\n06:49:42 ::1 GET /a 200\n";
    assert_snapshot!(shown(text.as_bytes(), &["ts", "cs_uri_stem"]), @r#"
    1 rows, 0 rejects
      no-date: 1 row(s) have no date; the day that the header states was taken
    2021-03-03T06:49:42Z | /a
    "#);
}

fn table(path: &str, text: &str, columns: &[&str]) -> String {
    let read = read(path, text.as_bytes());
    read.iter().map(|(t, r)| format!("{t}: {}\n{}", r.summary(), r.table(columns))).collect::<Vec<_>>().join("\n")
}

#[test]
fn logs_that_have_lost_their_header() {
    let proxy = "2023-01-07T08:39:45.725Z,12345678,15,1,2375,7,,RpcHttp,192.0.2.1,/rpc,,NTLM,false,,,,Mozilla/5.0 (KHTML  like Gecko),fe80::1%12,EX,401,,,GET,,,,,,,,,0,,,,,,,,,,,,,,,0,,,,,,,,,,,,,,0,,0,0,,,,BeginRequest;,,,,,,\n";
    assert_snapshot!(table("x.log", &format!("{proxy}2023-01-07T08:39:46Z,a,b\n{proxy}"), &["ts", "url_stem", "client_ip_address", "http_status", "build"]), @r"
    http_proxy: 2 rows, 1 rejects, 1 no-header
      missing-header: 1 line(s) have no header before them, and their shape is not known, first at line 2
      missing-header: no header names the columns: they were recognised by shape (less certain), in 2 line(s), first at line 1
    2023-01-07T08:39:45.725Z | /rpc | fe80::1%12 | 401 | 15.1.2375.7
    2023-01-07T08:39:45.725Z | /rpc | fe80::1%12 | 401 | 15.1.2375.7
    ");
    let ecp = "2021-03-03T06:49:53.772Z,EX01,ECP.Request,S:CMD=Get-Mailbox;S:EX=\n";
    assert_snapshot!(table("ECPServer20210303-1.LOG", ecp, &["ts", "cmd"]), @r"
    ecp_server: 1 rows, 0 rejects
      missing-header: no header names the columns: they were recognised by shape (less certain), in 1 line(s), first at line 1
    2021-03-03T06:49:53.772Z | Get-Mailbox
    ");
    assert_snapshot!(table("x.log", ecp, &["ts"]), @"");
    let http = "2021-03-03 06:50:01 192.0.2.7 50123 10.0.0.5 443 HTTP/1.1 POST /ecp/y.js - 503 1 N/A Pool\n2021-03-03 06:50:02 fe80::1%12 50124 ::1 443 - - - - - - Timer_ConnectionIdle -\n";
    assert_snapshot!(table("x.log", http, &["ts", "c_ip", "cs_uri", "sc_status", "s_reason"]), @r"
    httperr: 2 rows, 0 rejects
      missing-header: no header names the columns: they were recognised by shape (less certain), in 2 line(s), first at line 1
    2021-03-03T06:50:01Z | 192.0.2.7 | /ecp/y.js | 503 | N/A
    2021-03-03T06:50:02Z | fe80::1%12 |  |  | Timer_ConnectionIdle
    ");
}

#[test]
fn a_setup_log_goes_on_over_several_lines() {
    let text = "[03.12.2021 17:13:08.0074] [0] Starting\r\nno time\r\n[03.12.2021 17:13:08.0078] [0] Setup version: 14.3.123.4.\r\n[03.12.2021 17:13:09.0078] [1] a\r\n  b\r\n\r\n[03.12.2021 17:13:10.0078] [1] end";
    assert_snapshot!(table("ExchangeSetup.log", text, &["pos", "ts", "local_time", "level", "text"]), @r"
    exchange_setup: 4 rows, 0 rejects
      truncated: the file ends inside line 7: its last value may be cut
      no-zone: 4 row(s) have a time in the zone of the server, which the log does not state: it is kept as it is written, in local_time, and stands on no timeline
    1 |  | 03.12.2021 17:13:08.0074 | 0 | Starting
    no time
    3 |  | 03.12.2021 17:13:08.0078 | 0 | Setup version: 14.3.123.4.
    4 |  | 03.12.2021 17:13:09.0078 | 1 | a
      b
    7 |  | 03.12.2021 17:13:10.0078 | 1 | end
    ");
    assert_snapshot!(table("ExchangeSetup.log", "lost\n[03/12/2021 17:13:08.0078] [0] a\n", &["pos", "text"]), @r"
    exchange_setup: 1 rows, 1 rejects, 1 wrong-field-count
      field-count: 1 line(s) have fewer or more fields than the header names, first at line 1
      no-zone: 1 row(s) have a time in the zone of the server, which the log does not state: it is kept as it is written, in local_time, and stands on no timeline
    2 | a
    ");
}

#[test]
fn addresses_and_runs_of_blanks_are_kept() {
    let text = "#Log-type: Rps Http Logs\n#Fields: DateTime,UrlStem,ClientIpAddress,ClientInfo\n2021-03-03T06:49:42Z,/powershell,192.0.2.7 fe80::1%12,\"a,  b\"\n";
    assert_snapshot!(table("x.log", text, &["client_ip_address", "client_info"]), @r"
    rps_http: 1 rows, 0 rejects
    192.0.2.7 fe80::1%12 | a,  b
    ");
    assert_snapshot!(iis("2021-03-03 06:49:42  GET /a  - fe80::1%12 200 v\n"), @r#"
    1 rows, 0 rejects
    3 | 2021-03-03T06:49:42Z | /a |  |  | 200 | {"X-Custom":"v"}
    "#);
}
