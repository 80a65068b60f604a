//! What the first screen of each scenario's report answers, in words: broken into or not, since when, still open, could
//! we see, and what to do first. That it fits the screen is seen in a browser (`cargo xtask browser`).

mod common;

use common::{assize_in, lab, scan, stderr, stdout};
use std::path::Path;

/// Broken into, since when, still open, could we see, first action.
type Answers = [&'static str; 5];

const CABLE: &str = "Pull the network cable. Leave the server switched ON.";
const CABLE_FR: &str = "Débranchez le câble réseau. Laissez le serveur ALLUMÉ.";
const SAVE: &str = "Save the logs now.";
const SAVE_FR: &str = "Sauvegardez les journaux maintenant.";

/// What is true of each scenario, by what it is made of, in English and in French.
const EXPECTED: [(&str, Answers, Answers); 9] = [
    (
        "no-evidence",
        ["No sign of a break-in", "3 Jan to 3 Mar 2021", "No closed on 3 Mar 2021", "Yes 4 of 4", "Keep installing"],
        [
            "Aucun signe d’intrusion",
            "3 mars 2021",
            "Non fermé le 3 mars 2021",
            "Oui 4 questions",
            "Continuez d’installer",
        ],
    ),
    (
        "exposed",
        ["no sign that anyone used it", "3 Jan 2021", "YES CVE-2021-26855", "Yes 4 of 4", "TODAY: install KB5000871"],
        [
            "La porte est ouverte.",
            "3 janv. 2021",
            "OUI CVE-2021-26855",
            "Oui 4 questions",
            "AUJOURD’HUI : installez KB5000871",
        ],
    ),
    (
        "attacked",
        [
            "no sign that they got in",
            "5 Mar 2021 03:20 UTC",
            "No closed on 3 Mar 2021",
            "Yes 4 of 4",
            "The update is installed.",
        ],
        [
            "Rien n’indique que l’attaquant ait réussi.",
            "5 mars 2021",
            "Non fermé le 3 mars 2021",
            "Oui 4 questions",
            "La mise à jour est installée.",
        ],
    ),
    (
        "cannot-exclude",
        ["We cannot tell. Treat it as possibly broken into.", "Not known", "YES CVE-2021-26855", "NO 0 of 4", SAVE],
        ["Impossible de conclure.", "Inconnu", "OUI CVE-2021-26855", "NON 0 question", SAVE_FR],
    ),
    (
        "likely-breached",
        [
            "This server was probably broken into.",
            "27 Feb 2021 19:53 UTC",
            "No closed on 4 Mar 2021; what was left behind",
            "Yes 4 of 4",
            CABLE,
        ],
        [
            "Ce serveur a probablement été piraté.",
            "27 févr. 2021",
            "Non fermé le 4 mars 2021 ; ce qui a été déposé",
            "Oui 4 questions",
            CABLE_FR,
        ],
    ),
    (
        "breached",
        ["This server was broken into.", "28 Feb 2021 11:09 UTC", "YES CVE-2021-26855", "Yes 4 of 4", CABLE],
        ["Ce serveur a été piraté.", "28 févr. 2021", "OUI CVE-2021-26855", "Oui 4 questions", CABLE_FR],
    ),
    (
        "patched-late",
        [
            "This server was broken into.",
            "27 Feb 2021 04:31 UTC",
            "No closed on 10 Mar 2021; what was left behind",
            "NO 3 of 4",
            CABLE,
        ],
        [
            "Ce serveur a été piraté.",
            "27 févr. 2021",
            "Non fermé le 10 mars 2021 ; ce qui a été déposé",
            "NON 3 questions",
            CABLE_FR,
        ],
    ),
    (
        "logs-wiped",
        [
            "We cannot tell. Treat it as possibly broken into.",
            "Not known",
            "No closed on 4 Mar 2021",
            "NO 3 of 4 required questions, 4 of 61 days",
            SAVE,
        ],
        ["Impossible de conclure.", "Inconnu", "Non fermé le 4 mars 2021", "NON 3 questions", SAVE_FR],
    ),
    (
        "edge-server",
        [
            "The attacked parts do not exist on this server",
            "3 Jan to 12 Mar 2021",
            "No the attacked parts do not exist",
            "Does not apply the required questions do not arise",
            "Keep installing",
        ],
        [
            "Les parties attaquées n’existent pas sur ce serveur",
            "12 mars 2021",
            "Non les parties visées n’existent pas",
            "Sans objet les questions obligatoires ne se posent pas",
            "Continuez d’installer",
        ],
    ),
];

/// The text of a piece of a page: no tags, one blank between words.
fn text(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        out.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
        out.push(' ');
    }
    out.replace(['\u{202f}', '\u{a0}'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between two marks, the first time.
fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let (_, after) = html.split_once(from).unwrap_or_else(|| panic!("{from} is missing"));
    after.split_once(to).unwrap_or_else(|| panic!("{to} is missing")).0
}

/// The five answers of a report: the headline, three of the facts, and the first thing to do.
fn answers(page: &str) -> [String; 5] {
    let first = between(page, "<body", "id=\"happened\"");
    let facts: Vec<&str> = between(first, "<dl class=\"facts\">", "</dl>").split("<div>").skip(1).collect();
    let [since, open, _, seen] = facts.as_slice() else { panic!("four facts and no more: {facts:?}") };
    let value = |fact: &str| text(fact.split_once("</dt>").expect("a label").1);
    let to_do = between(between(first, "<div class=\"now", "</ol>"), "<li>", "</li>");
    [text(between(first, "<h1>", "</h1>")), value(since), value(open), value(seen), text(to_do)]
}

fn report(folder: &Path, case: &str, lang: &str) -> String {
    let run = assize_in(folder, &["report", case, "-f", "html", "--lang", lang, "--stdout"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    stdout(&run)
}

#[test]
fn the_first_screen_answers_five_questions_in_both_languages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let named: Vec<&str> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    let all: Vec<&str> = assize_lab::SCENARIOS.iter().map(|scenario| scenario.name).collect();
    assert_eq!(named, all, "every scenario has its answers here");
    for (name, en, fr) in EXPECTED {
        lab(folder.path(), name);
        let case = format!("case-{name}");
        scan(folder.path(), name, &case);
        for (lang, expected) in [("en", en), ("fr", fr)] {
            let told = answers(&report(folder.path(), &case, lang));
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.contains(expected), "{name}, {lang}: {expected:?} is not in {told:?}");
            }
        }
    }
}
