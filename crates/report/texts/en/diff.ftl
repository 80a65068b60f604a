# assize diff: two cases of one server.

diff-before = BEFORE
diff-after = AFTER
diff-case = { $name }, collected { $date }. { $version }. { $count ->
    [one] One finding
   *[other] { $count } findings
}; { $answered } of { $required } required questions answered.
diff-stands-before = The earlier answer still holds: { $count ->
    [one] { $findings }, which decided it, is missing only because its records are.
   *[other] { $findings }, which decided it, are missing only because their records are.
} What was shown then is not undone by records that are no longer there.
diff-stands-better = The later answer is the better one, and nothing that decided the earlier one was lost with its records. What happened before remains true of that time.
diff-stands-worse = The later answer is the worse one.
diff-stands-same = The answer is the same.
diff-remark-order = By their evidence, the case named first is the later one: what is called new may be gone, and the other way round.
diff-remark-content = The two cases were assessed by different rules or versions, so some differences may be of judgement. `assize scan CASE` assesses a case again.
diff-remark-unnamed = One of the cases does not say which server it is of. That both are of one server is your word.
diff-remark-incomplete = One of the cases was not read or assessed to its end.
diff-remark-suppressed = Somebody answers for findings of one of the cases, which do not count there; a better answer may come from that.
diff-remark-settings = There are more settings than are compared; the first ones are.
diff-findings = FINDINGS: { $gone } gone, { $new } new, { $same } as before
diff-new-since = New, and later than the earlier evidence ({ $count }): it happened since.
diff-new-appeared = New in a place that was collected before and had it not ({ $count }).
diff-new-newly-read = Found only now, in records that the earlier evidence had not ({ $count }). It is not new on the server.
diff-new-judged-otherwise = Found only now, in records that were there before ({ $count }): the rules are others.
diff-gone-record-gone = Records missing from a log that still holds what came before ({ $count }): somebody or something took them out. Find out who.
diff-gone-log-gone = No longer visible, because the log that showed it is no longer there or starts later ({ $count }). This is no improvement: what it showed has happened.
diff-gone-not-collected = Not looked at again: the later evidence has nothing of that source or folder ({ $count }).
diff-gone-removed = No longer there: the place was collected again ({ $count }).
diff-gone-judged-otherwise = Records still there, and no longer found ({ $count }): the rules are others, or what they need together is.
diff-more = and { $count } more; --json names them
diff-files = FILES THAT ARE NO LOGS
diff-settings = SETTINGS
diff-change-new = New ({ $count })
diff-change-changed = Changed ({ $count })
diff-change-gone = No longer there ({ $count })
diff-change-not-collected = Not collected again ({ $count })
diff-same-bytes = the same bytes lie at { $path }
diff-flaws = { $count ->
    [one] One further flaw of Exchange is in another state; --json names it.
   *[other] { $count } further flaws of Exchange are in another state; --json names them.
}
diff-seen = WHAT COULD BE SEEN
diff-days = { $answered } of { $days } days
diff-not-asked = not asked
diff-nothing = nothing
diff-rows = { $count ->
    [one] one row
   *[other] { $count } rows
}
