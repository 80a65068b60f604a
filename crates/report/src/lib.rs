//! Reports: a finished case turned into sentences, then JSON, HTML, Markdown, CSV and a timeline.
