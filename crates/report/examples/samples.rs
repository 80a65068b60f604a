//! Writes every format of every sample result to a folder, in both languages, to look at them.

use assize_report::{FORMATS, Lang, TerminalFacts, TerminalStyle, render, sample, terminal};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: samples FOLDER")?);
    let mut samples: Vec<(String, _)> = sample::samples().into_iter().map(|(n, r)| (n.to_owned(), r)).collect();
    samples.push(("crowded".into(), sample::crowded(5000)));
    for (name, result) in &samples {
        for lang in Lang::ALL {
            let into = folder.join(format!("{name}-{}", lang.code()));
            std::fs::create_dir_all(&into)?;
            for (format, _, file) in FORMATS {
                std::fs::write(into.join(file), render(result, format, lang)?)?;
            }
            let facts = TerminalFacts {
                report: Some("assize-EX01-20210312T1015Z/report.html".into()),
                timeline: Some("assize timeline assize-EX01-20210312T1015Z".into()),
                seconds: Some(131),
                collect: true,
                other_language: true,
                ..TerminalFacts::default()
            };
            std::fs::write(into.join("screen.txt"), terminal(result, lang, TerminalStyle::default(), &facts))?;
        }
    }
    Ok(())
}
