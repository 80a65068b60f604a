//! Processing pipelines in the form of pySigma: names of fields and log sources in rules of others, mapped to ours.

use assize_content::{ContentError, Outside, text_of_rules};
use rsigma_eval::pipeline::{Pipeline, Transformation, apply_pipelines, merge_pipelines, parse_pipeline};
use std::fs::File;
use std::path::Path;

/// Pipelines, in the order of their priority.
#[derive(Debug, Default)]
pub struct Pipelines(Vec<Pipeline>);

impl Pipelines {
    /// Reads one file more.
    ///
    /// # Errors
    /// When it cannot be read, is none, or asks for sources elsewhere: a hunt does not depend on what others answer today.
    pub fn add(&mut self, path: &Path) -> Result<(), ContentError> {
        let name = path.display().to_string();
        let fault = |why: String| ContentError::new(&name, why);
        let text = text_of_rules(File::open(path).map_err(|e| fault(e.to_string()))?).map_err(fault)?;
        let mut pipeline = parse_pipeline(&text).map_err(|e| fault(e.to_string()))?;
        if pipeline.is_dynamic() {
            return Err(fault("it takes values from elsewhere, which is not done here".into()));
        }
        pipeline.transformations.iter_mut().for_each(|item| replace_whole(&mut item.transformation));
        self.0.push(pipeline);
        merge_pipelines(&mut self.0);
        Ok(())
    }

    /// Applies all of them to each rule. A rule that one of them refuses is left out, with the reason.
    pub fn apply(&self, outside: &mut Outside) {
        if self.0.is_empty() {
            return;
        }
        for mut rule in std::mem::take(&mut outside.rules) {
            match apply_pipelines(&self.0, &mut rule.sigma) {
                Ok(()) => {
                    let source = &mut rule.sigma.logsource;
                    for part in [&mut source.category, &mut source.product, &mut source.service] {
                        part.take_if(|value| value.is_empty());
                    }
                    outside.rules.push(rule);
                }
                Err(e) => {
                    let why = format!("{}: {e}", rule.heading.title);
                    outside.left_out.push(ContentError::new(&rule.heading.file, why));
                }
            }
        }
    }
}

/// A new log source takes the place of the old one as a whole (pySigma, `ChangeLogsourceTransformation`); the evaluator's
/// library leaves what the new one does not name. An empty name stands for none until the rule is through.
fn replace_whole(transformation: &mut Transformation) {
    if let Transformation::ChangeLogsource { category, product, service } = transformation {
        for part in [category, product, service] {
            part.get_or_insert_default();
        }
    }
}
