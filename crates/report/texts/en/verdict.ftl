# The verdict: one word, one sentence, what follows from it.

word-breached = BREACHED
word-likely-breached = LIKELY BREACHED
word-cannot-exclude = CANNOT TELL
word-attacked = ATTACKED
word-exposed = EXPOSED
word-no-evidence = NO SIGN OF A BREAK-IN
word-not-assessed = NOT EXAMINED

headline-breached = This server was broken into.
headline-likely-breached = This server was probably broken into.
headline-cannot-exclude = We cannot tell. Treat it as possibly broken into.
headline-attacked = Someone tried the door. We found no sign that they got in.
headline-exposed = The door is open. We found no sign that anyone used it.
headline-no-evidence = No sign of a break-in, and we could see everything we needed to.
headline-not-assessed = We could not read this.

# Capitals for the terminal.
shout-breached = THIS SERVER WAS BROKEN INTO
shout-likely-breached = THIS SERVER WAS PROBABLY BROKEN INTO
shout-cannot-exclude = WE CANNOT TELL - TREAT IT AS POSSIBLY BROKEN INTO
shout-attacked = ATTACKED - NO SIGN THAT ANYONE GOT IN
shout-exposed = EXPOSED - NO SIGN THAT ANYONE USED IT
shout-no-evidence = NO SIGN OF A BREAK-IN
shout-not-assessed = WE COULD NOT READ THIS

sub-breached = Someone from outside got in and acted on it. We have direct proof.
sub-breached-linked = Someone from outside got in and acted on it. Several strong signs from independent records agree.
sub-families = The signs come from { $count ->
    [one] one kind of evidence
   *[other] { $count } independent kinds of evidence
 }: { $families }.
sub-likely-breached = Strong signs, one piece of proof missing: { $what }.
sub-cannot-exclude-none = We found no sign of a break-in in what we could read, but we could not look enough: { $answered ->
    [0] none of the { $required }
   *[other] only { $answered } of the { $required }
 } required questions could be answered for the whole period.
sub-cannot-exclude-attempt = Someone tried to get in, and we could not see whether they succeeded: { $answered ->
    [0] none of the { $required }
   *[other] only { $answered } of the { $required }
 } required questions could be answered for the whole period.
sub-cannot-exclude-all = The records we read do not settle it.
sub-cannot-exclude-days = The records that would show it are missing for { $missing } of { $days } days.
sub-attacked = At least { $count ->
    [one] one attempt
   *[other] { $count } attempts
 }, the first on { $date }.
sub-attacked-undated = At least { $count ->
    [one] one attempt
   *[other] { $count } attempts
 }; the records carry no time.
sub-exposed = Missing: { $kb }. We could check every required question up to { $date }.
sub-exposed-mitigated = Only a mitigation stands in the way; missing: { $kb }. We could check every required question up to { $date }.
sub-no-evidence-short = And we could see everything we needed to: { $required ->
    [0] nothing is required for it,
    [one] the one required question,
   *[other] all { $required } required questions,
 } { $span }.
sub-no-evidence = { $required ->
    [0] Nothing is required for it, and what could be read shows nothing
    [one] The one required question could be answered
   *[other] All { $required } required questions could be answered
 } for { $span }.
sub-not-assessed-nothing = None of the { $files ->
    [one] one file
   *[other] { $files } files
 } we saw holds records that we understand.
sub-not-assessed-not-exchange = We read { $rows ->
    [one] one record
   *[other] { $rows } records
 }, but nothing shows that they come from an Exchange server.

missing-no-proof = a record that shows the act itself, such as the file that was left behind or the server’s own answer to it
missing-no-second-family = a second, independent kind of record that shows the same act
missing-other = a record that shows the act itself

confidence-very-sure = very sure
confidence-fairly-sure = fairly sure
confidence-not-sure = not sure
confidence-label = How sure are we?

triage-no-evidence = no evidence of compromise
triage-no-evidence-insufficient = no evidence of compromise, but the evidence does not suffice
triage-suspected = compromise suspected
triage-confirmed = compromise confirmed
triage-label = In the words of CISA BOD 26-04

# The four boxes of the first screen.
fact-since = Since
fact-first-attempt = First attempt
fact-open-since = Open since at least
fact-period = Period examined
fact-still-open = Still open?
fact-patched = Patched?
fact-could-see = Could we see everything?
fact-unknown = Not known
fact-yes = Yes
fact-no = No
fact-YES = YES
fact-NO = NO
fact-partly = Partly
fact-not-applicable = Does not apply
since-undated = the deciding records carry no time
since-blind = no sign of an attack in what we could read
since-days = { $count ->
    [0] less than a day
    [one] one day
   *[other] { $count } days
 } before the evidence ends
open-vulnerable = { $cves } not fixed
open-mitigated = a mitigation stands, the update is missing
open-closed = closed on { $date }
open-closed-undated = fixed in the newest build we saw
open-closed-left = closed on { $date }; what was left behind may still be there
open-fixed-first = already fixed when first seen, on { $date }
open-fixed-first-left = already fixed when first seen, on { $date }; what was left behind may still be there
open-never = no build we saw had the flaw
open-unknown = the evidence does not show which build runs
patched-missing = missing: { $kb }
patched-since = since { $date }
patched-build = build { $build }
patched-never = no build we saw needs the update
patched-first = already on { $date }, when first seen; since when is not known
see-questions = { $answered } of { $required } required questions
see-every-day = answered for every day
see-days = enough, with { $missing ->
    [one] one day
   *[other] { $missing } days
 } of { $days } missing
see-missing = { $missing } of { $days } days are missing
see-nothing = nothing could be examined

# The three questions.
ask-exposed = Am I exposed?
ask-attacked = Was I attacked?
ask-could-tell = Could we tell?
exposed-vulnerable = YES. { $cves } not fixed.
exposed-build = { $build } ({ $label }) without { $kb }.
exposed-build-bare = Build { $build } without { $kb }.
exposed-mitigated = PARTLY. A mitigation stands against { $cves }, but { $kb } is missing.
exposed-was = Not any more. { $count ->
    [one] One flaw ({ $packs }) was open until the server was patched on { $date }.
   *[other] { $count } flaws ({ $packs }) were open until the server was patched on { $date }.
 }
exposed-was-undated = Not any more. { $count ->
    [one] One flaw ({ $packs }) is fixed in the newest build we saw.
   *[other] { $count } flaws ({ $packs }) are fixed in the newest build we saw.
 }
exposed-fixed-first = Not now. { $count ->
    [one] One flaw ({ $packs }) was already fixed in the first record that names a build, of { $date }; whether it was open before that cannot be seen here.
   *[other] { $count } flaws ({ $packs }) were already fixed in the first record that names a build, of { $date }; whether they were open before that cannot be seen here.
 }
exposed-never = No. No build we saw, { $span }, had { $count ->
    [one] the flaw ({ $packs }).
   *[other] any of the { $count } flaws ({ $packs }).
 }
exposed-unknown = We do not know. The evidence does not show which build of Exchange runs.
exposed-unknown-some = For { $cves } the evidence does not say.
exposed-nothing = We do not know. No pack that ran names a flaw.
attacked-none = No sign of an attack in { $rows ->
    [one] one record
   *[other] { $rows } records
 } of { $sources } that we could read, { $span }{ $every ->
    [yes] {" "}(every day present)
   *[no] {""}
 }.
attacked-blind = We could not look: nothing that would show it is in the evidence.
attacked-attempts = YES. At least { $count ->
    [one] one attempt
   *[other] { $count } attempts
 }{ $addresses ->
    [0] {""}
    [one] {" "}from one address
   *[other] {" "}from { $addresses } addresses
 }{ $date ->
    [none] {""}
   *[other] , the first on { $date }
 }.
attacked-no-success = No sign of success in { $rows ->
    [one] one record
   *[other] { $rows } records
 } of { $sources } that we could read, { $span }.
attacked-got-in = YES, and they got in. { $count ->
    [one] One finding shows it.
   *[other] { $count } findings show it.
 }
attacked-probably = YES, and they probably got in. { $count ->
    [one] One finding points to it.
   *[other] { $count } findings point to it.
 }
tell-yes = Yes. { $answered } of { $required } required questions answered, every day.
tell-enough = Yes. { $answered } of { $required } required questions answered; { $missing ->
    [one] one day
   *[other] { $missing } days
 } of { $days } missing at most.
tell-no = No. { $answered } of { $required } required questions answered for the whole period.
tell-nothing = No. Nothing could be examined.
tell-more = We could not see everything: { $answered } of { $required } required questions answered for the whole period. More may have happened.

# What to do now.
do-now = Do now
what-to-do = What to do now
do-cable = Pull the network cable. Leave the server switched ON.
do-nothing-yet = Do not delete, tidy up, restore or reinstall anything yet.
do-call = Call your IT provider, your national CERT and your insurer.
do-note-time = Note the time now. Some duties run for 72 h.
do-note-time-at = Note the time now: { $now }. Some duties run for 72 h.
do-passwords = From another computer, and with help: change administrator and service passwords.
do-rebuild = Plan to rebuild the server, not to repair it.
do-get = Get { $what }, then scan again.
do-save-logs = Save the logs now. Exchange erases its own after about 30 days.
do-collect = Collect what is missing and scan again: { $sources }.
do-ask-provider = Ask your firewall or proxy provider for { $span }.
do-as-if = If nothing more exists, act as if the server was broken into.
do-check-update = Check that the update is installed: { $kb }.
do-check-update-done = The update is installed. Keep installing later ones.
do-block = Block or watch { $count ->
    [one] this address
   *[other] these addresses
 }: { $addresses }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more (list of indicators)
 }.
do-block-none = Block or watch the addresses of the attempts.
do-again-week = Scan again in 7 days.
do-install = TODAY: install { $kb }, or take the server off the Internet.
do-again-after = Scan again right after the update. An attack can come in between.
do-keep-updating = Keep installing updates.
do-keep-record = Keep this case folder; it is your record of the check.
do-try-folder = Give us the folder that holds the logs: C:\inetpub\logs and the Logging folder of Exchange.
do-try-password = If the collection is encrypted or packed twice, unpack it first.
do-try-errors = See the list of files that could not be read.
the-updates = the security updates

clock-generic = Some duties to report run for 72 h from the moment you know, for example under data protection law or in an insurance contract. Ask who must be told. This is no legal advice.
clock-blank = I read this on (date and time): ________________

who-title = Who did it?
who-text = Not attempted. What must be done now does not depend on it.

synthetic = SYNTHETIC EVIDENCE - this server is invented
incomplete = { $count ->
    [one] One trouble of our own left something undone; see the annex.
   *[other] { $count } troubles of our own left something undone; see the annex.
 }

# Why this verdict. The codes of result.json, in words.
why-title = Why this answer
why-label = What decided
why-higher-label = Why it is not a worse one
why-lower-label = Why it is not a better one
why-finding-proof = At least one finding shows the act itself.
why-finding-strong-linked = Strong findings from different kinds of evidence belong together.
why-finding-strong = At least one finding is very hard to explain otherwise.
why-finding-moderate-several = Several findings from different kinds of evidence are hard to explain otherwise.
why-finding-moderate = Something worked that could also have another cause.
why-finding-attempt = Attempts were seen.
why-coverage-partial = The required question “{ $question }” could be answered for a part of the period only.
why-coverage-none = The required question “{ $question }” could not be answered on any day.
why-coverage-hole = Records that the required question “{ $question }” needs are missing for some hours.
why-coverage-sufficient = Every required question could be answered.
why-exposure-vulnerable = The newest build we saw has a flaw.
why-exposure-mitigated-only = A flaw is held back by a mitigation only.
why-exposure-fixed = The newest build we saw is fixed.
why-exposure-never = Nothing we saw of this server has the flaws.
why-exposure-unknown = The evidence does not show which build runs.
why-no-finding = No rule matched in what we could read.
why-no-success = No finding shows that an attempt worked.
why-no-proof = No finding shows the act itself.
why-no-second-family = Only one kind of evidence shows it.
why-no-applicable-question = No question of the packs can be asked of this server.
why-nothing-understood = No file could be understood.
why-not-exchange = Nothing shows that this is an Exchange server.
why-attempts-after-patch = All attempts came after the update.
why-findings-suppressed = Some findings do not count, because somebody answers for them.
why-proof-suppressed = A direct proof is among the findings that do not count.
why-evidence-tampered = Somebody changed or removed records.

adjusted-after-patch = The build that ran then was already fixed, so this cannot have worked.
adjusted-before-fix = The build that ran then had the flaw.
adjusted-suppressed = Somebody answers for it, so it does not count.
adjusted-scanner = It looks like a vulnerability scanner.
adjusted-expired-indicator = The indicator that matched is out of date.

# A server to which the required questions do not apply.
headline-nothing-applies = The attacked parts do not exist on this server, and nothing else was found.
sub-nothing-applies = This is an Edge Transport server. It has no web pages, so the flaws of { $packs } are not in it and the required questions do not apply to it.
attacked-nothing-applies = An attack by { $packs } finds nothing here: the pages it aims at do not exist on an Edge Transport server.
open-nothing-applies = the attacked parts do not exist on this server
patched-nothing-applies = these flaws are not in an Edge Transport server
see-nothing-applies = the required questions do not arise on this server
exposed-nothing-applies = No. The flaws of { $packs } are not in an Edge Transport server.
tell-nothing-applies = The required questions do not apply. What else may have happened to this server was not asked.
