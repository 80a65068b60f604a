//! Forms of notices to authorities: who wants to be told what, by when, and where it is handed in.

use crate::ContentError;
use crate::texts::LANGUAGES;
use assize_model::notice::{FIELDS, NoticeForm};
use std::collections::BTreeMap;

/// The folder of forms in the content.
const FOLDER: &str = "notices/";

/// Reads the forms, by the names of their files: `cnil`.
pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<BTreeMap<String, NoticeForm>, ContentError> {
    let mut forms = BTreeMap::new();
    for (path, text) in files.iter().filter(|(p, _)| p.starts_with(FOLDER) && p.ends_with(".yml")) {
        let form: NoticeForm = yaml_serde::from_str(text).map_err(|e| ContentError::new(path, e.to_string()))?;
        check(&form).map_err(|what| ContentError::new(path, what))?;
        forms.insert(path.trim_start_matches(FOLDER).trim_end_matches(".yml").to_owned(), form);
    }
    Ok(forms)
}

fn check(form: &NoticeForm) -> Result<(), String> {
    let texts = std::iter::once(&form.title).chain(&form.notes);
    for text in texts {
        if let Some(language) = LANGUAGES.iter().find(|l| text.get(**l).is_none_or(String::is_empty)) {
            return Err(format!("the title or a note has no words in {language}"));
        }
    }
    if form.language.as_ref().is_some_and(|language| !LANGUAGES.contains(&language.as_str())) {
        return Err(format!("language is one of {}", LANGUAGES.join(", ")));
    }
    if form.stages.is_empty() {
        return Err("it has no stage".into());
    }
    for stage in &form.stages {
        if let Some(field) = stage.fields.iter().find(|f| !FIELDS.contains(&f.as_str())) {
            return Err(format!("{}: no field is called {field}", stage.id));
        }
        if stage.within_hours.is_some() && stage.within_days.is_some() {
            return Err(format!("{}: hours or days, not both", stage.id));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    #[test]
    fn every_form_is_read_and_says_when_it_was_checked() {
        let forms = Content::builtin().unwrap().notices;
        assert_eq!(forms.keys().collect::<Vec<_>>(), ["cisa", "cnil", "insurer", "nis2"]);
        let hours: Vec<_> = forms["nis2"].stages.iter().map(|s| s.within_hours).collect();
        assert_eq!(hours, [Some(24), Some(72), None]);
        assert!(forms.values().all(|f| f.checked.start().parts().0 >= 2026));
    }

    #[test]
    fn a_form_with_an_unknown_field_is_refused() {
        let text = "authority: X\ncountry: fr\nchecked: 2026-11-26\ntitle: { en: a, fr: b }\nstages:\n  - { id: one, fields: [server, magic] }\n";
        let read = |text: &str| read(&BTreeMap::from([("notices/x.yml".to_owned(), text.to_owned())]));
        let fault = read(text).unwrap_err().to_string();
        assert!(fault.contains("magic") && fault.contains("notices/x.yml"), "{fault}");
        assert!(read(&text.replace(", magic", "")).is_ok());
        assert!(read(&text.replace("fr: b", "de: b")).unwrap_err().to_string().contains("no words in fr"));
    }
}
