# Files for other programs: what people read in them.

export-findings = { $shown } of { $count } findings are in this file, the most telling first; result.json holds all.
export-undated = { $count ->
    [one] One finding carries no time and is not among what was seen at a moment.
   *[other] { $count } findings carry no time and are not among what was seen at a moment.
 }
export-refused = { $count ->
    [one] One value is not what its field says and is in no typed field; result.json holds it.
   *[other] { $count } values are not what their fields say and are in no typed field; result.json holds them.
 }
export-title = Assize: { $word } - { $host }
export-observed = Seen { $count ->
    [one] once
   *[other] { $count } times
 }. { $strength }. Finding { $id }, rule { $rule }.
export-more = { $count ->
    [one] and one more finding
   *[other] and { $count } more findings
 }
export-sheet-answer = Answer
export-sheet-findings = Findings
export-sheet-timeline = Timeline
export-sheet-coverage = Coverage
export-sheet-exposure = Exposure
export-sheet-indicators = Indicators
export-sheet-checked = Checked
export-column-server = Server
export-column-version = Version
export-column-state = Answer
export-column-do = To do
export-column-limit = Limit
export-column-finding = Finding
export-column-first = First moment (UTC)
export-column-last = Last moment (UTC)
export-column-title = Title
export-column-summary = What was seen
export-column-count = Records
export-column-file = File
export-column-position = Position
export-column-required = Required
export-rows = { $shown } of { $count } rows of “{ $sheet }” are in this file; result.json holds all.
export-cells = { $count ->
    [one] One long cell is cut
   *[other] { $count } long cells are cut
 } after { $max } characters; result.json holds them in full.
