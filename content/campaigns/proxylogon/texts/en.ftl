# Words of the pack in English. Reading level B1. A rule has a title, what was seen (.says), what it means (.meaning)
# and what else could explain it (.otherwise). What a log does not name comes as `none`.

## Parts used below

by = { $ips ->
        [none] an address that the log does not name
       *[other] { $ips }
    }
requests = { $count ->
        [one] one request
       *[other] { $count } requests
    }
when = { $count ->
        [one] at { $first }
       *[other] between { $first } and { $last }
    }
records = { $count ->
        [one] One record
       *[other] { $count } records
    }
pentest = A penetration test or a scan that the owner ordered looks the same. Ask for its dates.

## Questions

question-exploit-requests = Exploit requests
    .missing = Collect the folder Logging\HttpProxy of Exchange. It goes back about 30 days; older copies may be in a backup. The logs of IIS and of a reverse proxy help, too.
question-virtual-directories = Virtual directories
    .missing = Collect the folder Logging\ECP\Server of Exchange and the event log "MSExchange Management". The event log often goes back further.
question-files-written = Files written by Exchange
    .missing = Collect the folder Logging\OABGeneratorLog of Exchange, or all web folders with their files: inetpub\wwwroot and FrontEnd\HttpProxy.
question-web-shells = Web shells on disk
    .missing = Collect all web folders with their files: inetpub\wwwroot and FrontEnd\HttpProxy of Exchange. Add the folder Temporary ASP.NET Files, which remembers deleted pages.
question-commands-run = Commands run by the server
    .missing = Collect the event logs Security, Sysmon and PowerShell. Starts of programs are only in the Security log if that was switched on before.
question-credentials-and-mail = Passwords and mail copied
    .missing = Collect all event logs and all web folders with their files. Ask the provider of the firewall for large transfers to the outside.

## Front-end log: forged back-end target

ssrf_probe = Somebody tested for the hole
    .says = From { by }, the front end was asked to pass { requests } to the server itself, { when }. This is how a public test script looks for the hole.
    .meaning = The test is no step of a break-in. It shows that the server could be reached and that somebody was interested.
    .otherwise = The owner or a scan service may have run the test. The script was published for administrators.
ssrf_autodiscover = First step of the attack tried
    .says = From { by }, the front end was made to pass { requests } to Autodiscover at a target of the caller’s choice, { when }.
    .meaning = This is the first step of the known sequence: the caller looks for a mailbox. Many attacks stopped here. If the server was not updated at that time, the trick itself worked.
    .otherwise = { pentest }
ssrf_mailbox_id = Identity of a mailbox owner read out
    .says = From { by }, the front end was made to pass { requests } to the mailbox service of the back end, { when }. The back end answered.
    .meaning = The answer names the internal identity of a user. The next step of the known sequence needs it.
    .otherwise = { pentest }
ssrf_admin_session = Administrator session obtained without a password
    .says = From { by }, the front end was made to pass { requests } to the log-in of the control panel, { when }. The back end answered 241: it opened a session.
    .meaning = Status 241 is Exchange’s own sign that a session was opened. The caller had no password and could now manage the server.
    .otherwise = { pentest }
ssrf_vdir_read = Settings of a virtual directory read with the stolen session
    .says = From { by }, the front end was made to pass { requests } for the settings of a virtual directory, { when }. The back end answered.
    .meaning = The control panel answers such a request only within a session. The caller was already in, and was getting ready for a change.
    .otherwise = { pentest }
ssrf_vdir_change = Virtual directory changed from outside
    .says = From { by }, the front end was made to pass { requests } to change a virtual directory, { when }. The back end answered with success.
    .meaning = In the known sequence this puts a script into an address field, and afterwards takes it out again. The log of the control panel shows the value.
    .otherwise = { pentest }
ssrf_vdir_reset = File written to the server from outside
    .says = From { by }, the front end was made to pass { requests } to reset a virtual directory, { when }. The back end answered with success.
    .meaning = The reset saves the settings to a file at a place that the caller names. With a script in the settings, that file is a web shell.
    .otherwise = { pentest }
ssrf_mailbox_access = Mail services reached without a password
    .says = From { by }, the front end was made to pass { requests } to the mail or address book service of the back end, { when }. The back end answered.
    .meaning = The back end takes such a request for one of its own. Mail or the address list may have been read. The log does not say which.
    .otherwise = { pentest }
ssrf_other_target = Forged target of another kind
    .says = From { by }, the front end took { requests } for another target of the caller’s choice, { when }.
    .meaning = Exchange itself never writes such a target. It is an attempt at the same hole; scanners name a host of their own to see whether the server calls it.
    .otherwise = { pentest }
ssrf_failed = Attack refused or failed
    .says = From { by }, the server got { requests } of the known attack, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
ssrf_no_answer = Later steps of the attack, answer not recorded
    .says = From { by }, the server got { requests } of the later steps of the known attack, { when }. The log does not hold the answer of the server.
    .meaning = The later steps only make sense after the earlier ones. These rows alone do not show whether they worked.
    .otherwise = { pentest }
ssrf_old_cookie = Forged back-end cookie
    .says = From { by }, the server got { requests } with a back-end cookie that Exchange does not write, { when }.
    .meaning = The cookie holds a path. This is an older form of the same attempt to send the server’s requests elsewhere.
    .otherwise = { pentest }

## Control panel and management log

ecp_vdir_script = Script written into a virtual directory
    .says = { records } of the control panel, { when }: the address of a virtual directory was set to a script instead of an address. The command did not fail.
    .meaning = This is the step that plants a web shell. When the directory is reset, Exchange saves the script to a file that the web server runs.
    .otherwise = We know of no ordinary reason. Only a test of this very hole looks the same.
ecp_vdir_script_failed = Script for a virtual directory refused
    .says = { records } of the control panel, { when }: the address of a virtual directory was to be set to a script. Exchange refused it.
    .meaning = Somebody who was already in the control panel tried to plant a web shell. This attempt failed; look for others.
    .otherwise = Only a test of this very hole looks the same.
ecp_forged_request = Control panel request that came through the hole
    .says = { records } of the control panel, { when }: the address still carries the tail of a forged target.
    .meaning = A browser never sends this. The request came in through the hole in the front end, within a session.
    .otherwise = { pentest }
ecp_vdir_reset = Virtual directory reset
    .says = { records } of the control panel, { when }: a virtual directory was reset.
    .meaning = A reset saves the settings to a file. It is a step of the known attack, and also a button for administrators.
    .otherwise = An administrator may have reset the directory. Ask who did it, and from which computer.
ecp_oab_recreated = Address book directory removed and made anew
    .says = { records } of the control panel, { when }: the virtual directory of the address book was removed or made anew.
    .meaning = A reset does this. It helps to date a file that was written at the same time.
    .otherwise = Administrators and Exchange setup do this, too.
ecp_vdir_url_cleared = Address of a virtual directory emptied
    .says = { records } of the control panel, { when }: the address of a virtual directory was set to nothing.
    .meaning = Known tools do this last, to hide the script that stood there.
    .otherwise = An administrator may have removed the address.
cmdlet_vdir_script = Script written into a virtual directory (event log)
    .says = { records } of the event log, { when }: the address of a virtual directory was set to a script instead of an address. The command succeeded.
    .meaning = This is the step that plants a web shell. When the directory is reset, Exchange saves the script to a file that the web server runs.
    .otherwise = We know of no ordinary reason. Only a test of this very hole looks the same.
cmdlet_vdir_script_failed = Script for a virtual directory refused (event log)
    .says = { records } of the event log, { when }: the address of a virtual directory was to be set to a script. Exchange refused it.
    .meaning = Somebody with management rights tried to plant a web shell. This attempt failed; look for others.
    .otherwise = Only a test of this very hole looks the same.
cmdlet_oab_recreated = Address book directory removed and made anew (event log)
    .says = { records } of the event log, { when }: the virtual directory of the address book was removed or made anew.
    .meaning = A reset does this. It helps to date a file that was written at the same time.
    .otherwise = Administrators and Exchange setup do this, too.
um_invalid_cast = Unified Messaging was fed wrong data
    .says = { records } of the event log, { when }: Unified Messaging met an object of the wrong type.
    .meaning = This error appears when the second of the four holes is tried. It does not show that it worked.
    .otherwise = A fault of Unified Messaging or of a language pack gives the same error.
um_worker_child = Unified Messaging started a foreign program
    .says = { records } of the event log, { when }: Unified Messaging started another program.
    .meaning = The service starts nothing but error reports. Another program below it means that the hole was used to run it, with full rights.
    .otherwise = A debugger or a monitoring agent of the owner.
oab_write_outside = Address book service wrote outside its folder
    .says = { records } of the address book service, { when }: a download left a file outside the folder of the address book.
    .meaning = The third of the four holes makes the service write a file of the intruder’s choice. Look at the path in the record.
    .otherwise = An install folder that was moved or renamed by hand.

## IIS

iis_static_post = Data sent to a file that takes none
    .says = From { by }, data was sent to a script or style file of the front end in { requests }, { when }.
    .meaning = The known attack needs such a path. IIS does not record the cookie that carries it, so these rows do not show whether it worked.
    .otherwise = Vulnerability scanners and the public test script send the same requests.
iis_static_probe = Somebody asked for a file of the attack tools
    .says = From { by }, a script file that Exchange does not have was asked for in { requests }, { when }.
    .meaning = Scanners for this hole ask for such names. It is no step of a break-in.
    .otherwise = A scan that the owner ordered.
iis_backend_session = Control panel session opened for a program
    .says = On the back end, a session of the control panel was opened in { requests }, { when }. The caller was a program and no browser.
    .meaning = The tools of the known attack do this through the hole in the front end. A person who logs on uses a browser.
    .otherwise = A monitoring script that logs on to the control panel, or the self-test of Exchange. Compare the user agent with other days.
iis_backend_reset = Virtual directory reset by the server’s own account
    .says = On the back end, a virtual directory was reset under the account of the machine in { requests }, { when }. The answer was success.
    .meaning = Through the hole, an outside caller acts under this account. The reset writes a file at a place that the caller names.
    .otherwise = An administrator’s reset can look like this where the front end passes it on under its own account. Ask who did it.

## Files

file_vdir_dump_script = Saved directory settings with a script inside
    .says = The file { $path } holds the settings of a virtual directory, with a script in an address.
    .meaning = This is the file that the known attack leaves. The web server runs the script as soon as the page is asked for.
    .otherwise = Only a collection of samples looks the same.

## Windows events

vsperfmon_task = Scheduled task VSPerfMon
    .says = { records } of the Security log, { when }: a scheduled task with the name VSPerfMon was made.
    .meaning = Intruders of that time used this name to come back after a restart.
    .otherwise = A developer who measures performance with Visual Studio.
defender_detection = Defender named a threat of this campaign
    .says = { records } of Microsoft Defender, { when }: a name that Microsoft gave to the means of these attacks.
    .meaning = The path in the record says where it was. Removal of the file does not remove an intruder.
    .otherwise = A collection of samples, or a script that searches for them.

## Findings together

chain_in_front_end = The whole attack, from log-in to file
    .says = From { by }, an administrator session was obtained, and a virtual directory was changed and saved to a file, between { $first } and { $last }. All steps were answered with success.
    .meaning = The attack reached its aim: a file of the intruder’s choice was written to the server.
    .otherwise = { pentest }
reset_then_page = File written, then a foreign page answered
    .says = Between { $first } and { $last }, a file was written through the hole, and afterwards the server answered for a page that no Exchange has.
    .meaning = The file that was written is in place and can be reached from outside. These records show no use of it.
    .otherwise = { pentest }
script_file_and_request = Web shell on disk, and it answered
    .says = A file with a script of the known attack lies in a web folder, and the server answered a request for it. Path: { $paths }.
    .meaning = The web shell is in place and can be reached. These records show no use of it.
    .otherwise = Only a test of this very hole looks the same.
