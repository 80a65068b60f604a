//! Rules of others over cases and over evidence, as a person runs them.

mod common;

use common::{assize_in, lab, scanned, shared, stderr, stdout, tree, unpack};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const RULE: &str = "title: Somebody asked for a page of the control panel
id: 11111111-2222-4333-8444-555555555555
level: high
logsource:
  category: webserver
detection:
  page:
    cs-uri-stem|startswith: /ecp/
    cs-method: POST
  condition: page
";
const ALL_EVENTS: &str = "title: Any event
level: low
logsource:
  product: windows
detection:
  event:
    EventID|gte: 0
  condition: event
";

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Where a match stands, without the name of the case.
fn places(found: &[Value]) -> Vec<(String, String, u64)> {
    let text = |v: &Value, name: &str| v[name].as_str().unwrap_or_default().to_owned();
    found.iter().map(|v| (text(v, "rule"), text(v, "file"), v["record"].as_u64().expect("a number"))).collect()
}

#[test]
fn a_case_and_its_evidence_answer_alike() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    fs::create_dir(folder.path().join("rules")).expect("a folder");
    fs::write(folder.path().join("rules/page.yml"), RULE).expect("a rule");
    fs::write(folder.path().join("rules/any.yml"), ALL_EVENTS).expect("a rule");
    let (_, result) = scanned(folder.path(), &evidence, &["-o", "cases/EX01"]);
    let hunt = |path: &str, more: &[&str]| {
        let run = assize_in(folder.path(), &[&["hunt", path, "--sigma", "rules", "--progress", "none"], more].concat());
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        (stdout(&run), stderr(&run))
    };
    let (text, remarks) = hunt("cases/EX01", &["--jsonl"]);
    assert_eq!(remarks, "");
    let found = lines(&text);
    let events = result["evidence"]["tables"].as_array().expect("tables");
    let events = events.iter().find(|t| t["table"] == "windows_events").expect("events")["rows"].as_u64();
    let any: Vec<&Value> = found.iter().filter(|v| v["rule"] == "Any event").collect();
    assert_eq!(Some(any.len() as u64), events, "a rule for all events meets each of them once");
    let page: Vec<&Value> = found.iter().filter(|v| v["rule_id"] == "11111111-2222-4333-8444-555555555555").collect();
    for table in ["iis_w3c", "http_proxy"] {
        assert!(page.iter().any(|v| v["table"] == table), "{table}: {page:?}");
    }
    assert!(page.iter().all(|v| v["level"] == "high" && v["time"].is_string() && v["file"].is_string()), "{page:?}");

    // The folder of cases, and the evidence itself, give the same; so does a second run, byte for byte.
    assert_eq!(places(&lines(&hunt("cases", &["--jsonl"]).0)), places(&found));
    let raw = evidence.to_str().expect("a path of the test is UTF-8");
    assert_eq!(places(&lines(&hunt(raw, &["--jsonl", "--threads", "1"]).0)), places(&found));
    assert_eq!(hunt("cases/EX01", &["--jsonl"]).0, text);

    // Moments: both ends of the window, to the end of the day that is named.
    let (part, _) = hunt("cases/EX01", &["--jsonl", "--since", "2021-03-02", "--until", "2021-03-03"]);
    let inside = found.iter().filter(|v| v["time"].as_str().is_some_and(|t| ("2021-03-02".."2021-03-04").contains(&t)));
    let inside: Vec<Value> = inside.cloned().collect();
    assert!(!inside.is_empty() && inside.len() < found.len());
    assert_eq!(places(&lines(&part)), places(&inside));

    // As a table, and as CSV with one line for each match.
    let (csv, _) = hunt("cases/EX01", &["--csv"]);
    assert_eq!(csv.lines().count(), found.len() + 1);
    assert!(csv.starts_with(
        "\"time\",\"host\",\"level\",\"rule\",\"rule_id\",\"table\",\"file\",\"record\",\"case\",\"ioc\","
    ));
    let (screen, _) = hunt("cases/EX01", &["--lang", "en"]);
    assert!(screen.contains(&format!("{}  high", page.len())), "{screen}");
    let place = |title: &str| screen.find(title).unwrap_or_else(|| panic!("{title}: {screen}"));
    assert!(place("control panel") < place("Any event"), "the most pressing first: {screen}");
    assert_ne!(hunt("cases/EX01", &["--lang", "fr"]).0, screen);
}

#[test]
fn what_did_not_run_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "exposed");
    scanned(folder.path(), &evidence, &["-o", "case"]);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a rule");
    fs::create_dir(folder.path().join("rules")).expect("a folder");
    write("rules/linux.yml", &RULE.replace("category: webserver", "product: linux").replace("page of", "thing of"));
    write("rules/broken.yml", "title: [");
    write("rules/good.yml", RULE);
    let hunt = |rules: &str| assize_in(folder.path(), &["hunt", "case", "--sigma", rules, "--jsonl", "--lang", "en"]);
    let run = hunt("rules");
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let remarks = stderr(&run);
    for part in ["product linux", "Somebody asked for a thing of the control panel", "broken.yml"] {
        assert!(remarks.contains(part), "{part}: {remarks}");
    }
    // Without any rule there is no answer.
    for rules in ["rules/broken.yml", "missing"] {
        let run = hunt(rules);
        assert!(run.status.code().is_some_and(|code| code != 0), "{rules}");
        assert!(stderr(&run).contains(rules), "{}", stderr(&run));
    }
}

#[test]
fn a_case_that_was_changed_is_not_searched() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "exposed");
    scanned(folder.path(), &evidence, &["-o", "case"]);
    fs::write(folder.path().join("rule.yml"), RULE).expect("a rule");
    let tables = folder.path().join("case/tables/iis_w3c");
    let part = fs::read_dir(&tables).expect("a folder").flatten().next().expect("a file").path();
    let mut bytes = fs::read(&part).expect("a table");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&part, bytes).expect("a table");
    let run = assize_in(folder.path(), &["hunt", "case", "--sigma", "rule.yml", "--jsonl"]);
    assert!(run.status.code().is_some_and(|code| code != 0));
    assert!(stderr(&run).contains("iis_w3c") && stdout(&run).is_empty(), "{}", stderr(&run));
}

/// The public collection: every rule loads, and every rule for Windows and web servers finds the log that it asks for.
/// Of its recordings each is matched by the rule that it was made for.
#[test]
fn the_public_rules_and_their_recordings() {
    let (Some(rules), Some(recordings), Some(tests)) = (
        shared("data/rules/sigma.tar.zst"),
        shared("data/evtx/sigma-regression.tar.zst"),
        shared("data/evtx/sigma-regression.tsv"),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    unpack(&rules, &folder.path().join("sigma"));
    unpack(&recordings, &folder.path().join("recordings"));
    // The archive that they come in gives the same rules as its folders, and some more.
    let packed = assize_in(
        folder.path(),
        &["hunt", "recordings", "--sigma", rules.to_str().expect("a path"), "--progress", "none", "--lang", "en"],
    );
    let first = stdout(&packed);
    let count: usize = first
        .split(' ')
        .skip_while(|word| *word != "of")
        .nth(1)
        .map_or(0, |n| n.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0));
    assert!(first.contains("rules found something") && count > 3000, "{first}{}", stderr(&packed));
    let parts = ["sigma/rules", "sigma/rules-emerging-threats", "sigma/rules-threat-hunting"];
    let mut args = vec!["hunt", "recordings", "--jsonl", "--progress", "none", "--lang", "en"];
    args.extend(parts.iter().flat_map(|part| ["--sigma", part]));
    let run = assize_in(folder.path(), &args);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let remarks = stderr(&run);
    assert!(!remarks.contains("no rule that can run"), "{remarks}");
    for idle in ["product windows", "category webserver", "category proxy"] {
        assert!(!remarks.contains(idle), "{idle}: {remarks}");
    }
    let mut matches: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
    for found in lines(&stdout(&run)) {
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        matches.entry((text("rule_id"), text("file"))).or_default().extend(found["record"].as_u64());
    }
    let tests = fs::read_to_string(tests).expect("a table");
    let mut lines = tests.lines();
    let head: Vec<&str> = lines.next().expect("a head").split('\t').collect();
    let at = |name: &str| head.iter().position(|n| *n == name).expect("a column");
    let (id, path, recording, expected) = (at("rule_id"), at("rule_path"), at("recording"), at("expected_matches"));
    let (mut all, mut passed, mut more) = (0, 0, Vec::new());
    for cells in lines.map(|line| line.split('\t').collect::<Vec<_>>()) {
        let least: u64 = cells[expected].rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number");
        let records = matches.get(&(cells[id].to_owned(), cells[recording].to_owned())).cloned().unwrap_or_default();
        let found = records.len() as u64;
        all += 1;
        passed += u64::from(found >= least);
        if found != least {
            println!("{}: {} expected, {found} found", cells[recording], cells[expected]);
        }
        if found > least && !cells[expected].starts_with("at least") {
            more.push((cells[path].to_owned(), cells[recording].to_owned(), records));
        }
    }
    // One recording has more matches than its test counts, and each of them is the named file.
    let [(rule, recording, records)] = &more[..] else { panic!("{more:?}") };
    assert!(rule.ends_with("file_event_win_anydesk_artefact.yml") && records.len() == 3, "{rule}: {records:?}");
    for record in records {
        let (rule, place) = (format!("sigma/{rule}"), format!("{recording}:{record}"));
        let asked = ["explain", &rule, "--record", &place, "--case", "recordings", "--lang", "en"];
        let why = stdout(&assize_in(folder.path(), &asked));
        assert!(why.contains("The rule matches this record.") && why.contains(r"\Roaming\AnyDesk\user.conf"), "{why}");
    }
    println!("{passed} of {all} recordings are matched by their rule");
    assert!(all > 0 && passed == all);
}

/// Indicators as they are published: in the tables of a case, wherever they stand, and nowhere else.
#[test]
fn a_list_of_indicators() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    fs::write(
        evidence.join("more.jsonl"),
        "{\"EventID\":4624,\"Channel\":\"Security\",\"TimeCreated\":\"2021-03-03T07:00:00.000Z\",\"Hostname\":\"EX01\",\"IpAddress\":\"::ffff:192.0.2.200\",\"Process\":\"C:\\\\Windows\\\\Temp\\\\odd.exe\"}\n",
    )
    .expect("an event");
    let (_, result) = scanned(folder.path(), &evidence, &["-o", "case"]);
    let attacker = "198.51.100.77";
    assert!(result["findings"].to_string().contains(attacker), "the invented attacker comes from there");
    let list = format!(
        "# published in March\n{}\n192[.]0[.]2[.]200\nC:\\windows\\temp\\odd.exe\nnot.seen.example\nab\n",
        attacker.replace('.', "[.]")
    );
    fs::write(folder.path().join("list.txt"), list).expect("a list");
    let hunt = |more: &[&str]| {
        let run = assize_in(
            folder.path(),
            &[&["hunt", "case", "--ioc", "list.txt", "--progress", "none", "--lang", "en"], more].concat(),
        );
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        (stdout(&run), stderr(&run))
    };
    let (text, remarks) = hunt(&["--jsonl"]);
    assert!(remarks.contains("list.txt:6") && remarks.lines().count() == 2, "{remarks}");
    let found = lines(&text);
    let seen = |ioc: &str| found.iter().filter(|v| v["ioc"] == ioc).cloned().collect::<Vec<_>>();
    assert!(!seen(attacker).is_empty(), "{attacker}: {text}");
    assert!(seen(attacker).iter().all(|v| v["value"].as_str().is_some_and(|value| value.contains(attacker))));
    for ioc in ["192.0.2.200", "C:/windows/temp/odd.exe"] {
        let seen = seen(ioc);
        assert_eq!(seen.len(), 1, "{ioc}: {seen:?}");
        assert_eq!((&seen[0]["table"], &seen[0]["column"]), (&"windows_events".into(), &"data".into()));
        assert_eq!((&seen[0]["file"], &seen[0]["record"]), (&"more.jsonl".into(), &1.into()));
        assert_eq!(seen[0]["time"], "2021-03-03T07:00:00Z");
    }
    assert!(seen("not.seen.example").is_empty());
    let (screen, _) = hunt(&[]);
    assert!(screen.starts_with("3 of 4 indicators were seen"), "{screen}");
    let (csv, _) = hunt(&["--csv"]);
    assert_eq!(csv.lines().count(), found.len() + 1);
    // A bundle gives the same, with rules beside it.
    let bundle = serde_json::json!({"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "indicator", "id": "indicator--1", "pattern_type": "stix", "pattern": format!("[ipv4-addr:value = '{attacker}']")},
    ]});
    fs::write(folder.path().join("bundle.json"), bundle.to_string()).expect("a bundle");
    fs::write(folder.path().join("rule.yml"), RULE).expect("a rule");
    let both = assize_in(
        folder.path(),
        &["hunt", "case", "--ioc", "bundle.json", "--sigma", "rule.yml", "--jsonl", "--progress", "none"],
    );
    let both = lines(&stdout(&both));
    assert_eq!(both.iter().filter(|v| v["ioc"] == attacker).count(), seen(attacker).len());
    assert!(both.iter().any(|v| v["rule_id"].is_string()));
    // Neither is no hunt.
    assert_eq!(assize_in(folder.path(), &["hunt", "case"]).status.code(), Some(2));
}

/// A search of a case opens what may hold something and no more; it finds what a search of the evidence finds.
#[test]
fn words_of_a_case_change_no_answer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    scanned(folder.path(), &evidence, &["-o", "case"]);
    let case = folder.path().join("case");
    let sealed = tree(&case);
    // Values of the tables themselves, so that each kind is found somewhere, and values that stand nowhere.
    let values = assize_in(folder.path(), &["hunt", "case", "--jsonl", "--sql", "SELECT * FROM iis_w3c LIMIT 200"]);
    let mut list: Vec<String> = lines(&stdout(&values))
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|row| row.values().filter_map(|v| v.as_str().map(str::to_owned)).collect::<Vec<_>>())
        .collect();
    list.extend((0..2000).map(|n| format!("203.0.113.{n}\nhost{n}.evil.example\nC:\\inetpub\\{n}.aspx\n{n:032x}")));
    list.extend(
        ["198.51.100.77", "https://mail.contoso.example/owa/", "/owa/auth/", "aspx?cafeReqId=", "EX01"]
            .map(str::to_owned),
    );
    fs::write(folder.path().join("list.txt"), list.join("\n")).expect("a list");
    let hunt =
        |path: &str| assize_in(folder.path(), &["hunt", path, "--ioc", "list.txt", "--jsonl", "--progress", "none"]);
    let answer = |path: &str| {
        let run = hunt(path);
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        stdout(&run)
    };
    let by_words = answer("case");
    assert!(lines(&by_words).len() > 100, "{}", by_words.len());
    assert_eq!(tree(&case), sealed, "a search leaves a case as it was sealed");
    let raw = answer(evidence.to_str().expect("a path of the test is UTF-8"));
    let place = |v: &Value| ["ioc", "file", "record", "table", "column", "value"].map(|name| v[name].to_string());
    let places = |text: &str| lines(text).iter().map(place).collect::<Vec<_>>();
    assert_eq!(places(&raw), places(&by_words));
    // A case of an earlier version has no words.
    let manifest = fs::read(case.join("case.json")).expect("a manifest");
    let mut before: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert!(before.as_object_mut().and_then(|before| before.remove("words")).is_some());
    fs::write(case.join("case.json"), before.to_string()).expect("a manifest");
    assert_eq!(answer("case"), by_words);
    fs::write(case.join("case.json"), manifest).expect("a manifest");
    // What was changed is refused: the words, and a table that would be opened.
    for name in ["words.parquet", "tables/iis_w3c/00000.parquet"] {
        let whole = fs::read(case.join(name)).expect("a file of the case");
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        fs::write(case.join(name), &bytes).expect("a file of the case");
        let run = hunt("case");
        assert!(run.status.code().is_some_and(|code| code != 0), "{}", stderr(&run));
        assert!(stderr(&run).contains(name) && stdout(&run).is_empty(), "{}", stderr(&run));
        fs::write(case.join(name), whole).expect("a file of the case");
    }
    assert_eq!(answer("case"), by_words);
}
