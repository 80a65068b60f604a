//! Writes every format of every sample result to a folder, in both languages, to look at them. A second folder holds
//! texts that an intruder could write.

use assize_report::{FORMATS, Lang, TerminalFacts, TerminalStyle, render, sample, terminal};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: samples FOLDER [TEXTS]")?);
    let mut paths: Vec<PathBuf> = match std::env::args().nth(2).map(std::fs::read_dir) {
        Some(Ok(entries)) => entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?,
        _ => Vec::new(),
    };
    paths.sort();
    let read = |path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let texts = sample::naughty(&paths.iter().map(read).collect::<Result<Vec<_>, _>>()?);
    let mut samples: Vec<(String, _)> = sample::samples().into_iter().map(|(n, r)| (n.to_owned(), r)).collect();
    samples.push(("crowded".into(), sample::crowded(5000)));
    samples.push(("hostile".into(), sample::hostile(&texts)));
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
