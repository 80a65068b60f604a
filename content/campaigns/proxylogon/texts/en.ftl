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
    .says = From { by }, the front end was made to pass { requests } to Autodiscover at a target of the caller's choice, { when }.
    .meaning = This is the first step of the known sequence: the caller looks for a mailbox. Many attacks stopped here. If the server was not updated at that time, the trick itself worked.
    .otherwise = { pentest }
ssrf_mailbox_id = Identity of a mailbox owner read out
    .says = From { by }, the front end was made to pass { requests } to the mailbox service of the back end, { when }. The back end answered.
    .meaning = The answer names the internal identity of a user. The next step of the known sequence needs it.
    .otherwise = { pentest }
ssrf_admin_session = Administrator session obtained without a password
    .says = From { by }, the front end was made to pass { requests } to the log-in of the control panel, { when }. The back end answered 241: it opened a session.
    .meaning = Status 241 is Exchange's own sign that a session was opened. The caller had no password and could now manage the server.
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
    .says = From { by }, the front end took { requests } for another target of the caller's choice, { when }.
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
    .meaning = The cookie holds a path. This is an older form of the same attempt to send the server's requests elsewhere.
    .otherwise = { pentest }
proxy_page_present = { $first_present ->
        [none] Names of web pages were tried
       *[other] A page that no Exchange has answered
    }
    .says = { $first_present ->
        [none] From { by }, web pages that no Exchange has were asked for: { requests }, { when }. Different names: { $tried_paths_count }. No answer shows that one of them was there.
       *[other] The server answered with success for { $url_stem }. Such answers: { $present_count }, the first at { $first_present }, the last at { $last_present }. { $gone_since ->
            [none] No later answer says that the page is gone.
           *[other] Since { $gone_since } the answer is that the page is not there.
        } The requests came from { by }. They carry no parameter: they show that the page exists, and no command.
    }
    .meaning = { $first_present ->
        [none] Scanners and intruders try the names of known web shells. The answers here lead to the log-on page or say that the file is missing.
       *[other] Exchange has no page of that name, so somebody put it there. The record shows no use of it.
    }
    .otherwise = A page that the owner added, or a device in front of the server that answers every request.
proxy_page_used = A page that no Exchange has took data
    .says = From { by }, data was sent to { $url_stem } in { requests }, { when }. The server answered with success.
    .meaning = Exchange has no page of that name. Sending data to such a page is how a web shell is used. What was sent is not in this log.
    .otherwise = A page that the owner added. Look at the file itself.

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
cmdlet_mailbox_export = Mailbox exported
    .says = { records } of the event log, { when }: a mailbox was exported to a file.
    .meaning = An export copies all mail of a person. Intruders of that time took mail this way.
    .otherwise = Administrators export mailboxes for good reasons. Ask who ordered it.
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
    .meaning = The third of the four holes makes the service write a file of the intruder's choice. Look at the path in the record.
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
iis_backend_reset = Virtual directory reset by the server's own account
    .says = On the back end, a virtual directory was reset under the account of the machine in { requests }, { when }. The answer was success.
    .meaning = Through the hole, an outside caller acts under this account. The reset writes a file at a place that the caller names.
    .otherwise = An administrator's reset can look like this where the front end passes it on under its own account. Ask who did it.
iis_page_present = { $first_present ->
        [none] Names of web pages were tried
       *[other] A page that no Exchange has answered
    }
    .says = { $first_present ->
        [none] From { by }, web pages that no Exchange has were asked for: { requests }, { when }. Different names: { $tried_paths_count }. No answer shows that one of them was there.
       *[other] The server answered with success for { $cs_uri_stem }. Such answers: { $present_count }, the first at { $first_present }, the last at { $last_present }. { $gone_since ->
            [none] No later answer says that the page is gone.
           *[other] Since { $gone_since } the answer is that the page is not there.
        } The requests came from { by }. They carry no parameter: they show that the page exists, and no command.
    }
    .meaning = { $first_present ->
        [none] Scanners and intruders try the names of known web shells. The answers here lead to the log-on page or say that the file is missing.
       *[other] Exchange has no page of that name, so somebody put it there. The record shows no use of it.
    }
    .otherwise = A page that the owner added, or a device in front of the server that answers every request.
iis_page_used = A page that no Exchange has took data
    .says = From { by }, data was sent to { $cs_uri_stem } in { requests }, { when }. The server answered with success.
    .meaning = Exchange has no page of that name. Sending data to such a page is how a web shell is used. What was sent is not in this log.
    .otherwise = A page that the owner added. Look at the file itself.
iis_shell_client = Web shell client got an answer
    .says = From { by }, the program antSword sent data to { $cs_uri_stem } in { requests }, { when }. The server answered with success.
    .meaning = This program has no other use than to drive web shells.
    .otherwise = { pentest }
iis_loot_download = Dump or archive fetched from a web folder
    .says = From { by }, { $cs_uri_stem } was fetched in { requests }, { when }. The server sent it.
    .meaning = Intruders of that time left copies of password memory or mail in web folders and fetched them. No such file belongs there.
    .otherwise = The owner may have put an archive there for a download.

## Files

file_vdir_dump_script = Saved directory settings with a script inside
    .says = The file { $path } holds the settings of a virtual directory, with a script in an address.
    .meaning = This is the file that the known attack leaves. The web server runs the script as soon as the page is asked for.
    .otherwise = Only a collection of samples looks the same.
file_evaluates_request = Page that runs what a request tells it
    .says = The file { $path } runs what a visitor sends as a program.
    .meaning = Anybody who knows the name of the value can run commands on the server. Exchange has no such page.
    .otherwise = Only a collection of samples looks the same.
file_likely_shell = Page with a purpose that no web site has
    .says = The file { $path } does with a visitor’s words what genuine pages have hardly a reason for.
    .meaning = It writes files, runs hidden scripts or reaches other machines as a visitor says. Look at it before you do anything else, and keep a copy.
    .otherwise = A tool that the owner installed to manage files or databases in the browser.
file_suspicious_page = Page that few servers have
    .says = The file { $path } starts programs, opens databases or runs texts that it puts together.
    .meaning = A person should look at it.
    .otherwise = Pages of other web applications on the same server do so, too.
file_changed_page = Genuine page of Exchange with something added
    .says = The file { $path } lies where Exchange has a page of its own, and does something that no listed build of that page does.
    .meaning = Somebody changed a page that Exchange needs. It may keep the passwords of all who log on, or run commands. Keep a copy before the page is replaced.
    .otherwise = The owner changed it, for example for a second factor.
file_foreign_page = Foreign page in a folder of Exchange
    .says = The file { $path } lies in a front-end folder of Exchange, and no published Exchange has a page of that name there.
    .meaning = Somebody put it there. Look at its content before you do anything else, and keep a copy.
    .otherwise = A page that the owner added, or one of a newer Exchange than the published lists know.
file_page_in_aspnet_client = Page in the folder aspnet_client
    .says = The file { $path } is a page in a folder that holds none.
    .meaning = This folder was the favourite place for web shells of that time, because it stands on every server.
    .otherwise = A page of another web application of the owner.
file_container_page = Page that is no text
    .says = The file { $path } has the name of a page, but is a mailbox file or a certificate request.
    .meaning = The web server still runs a script that stands inside. Somebody made Exchange export data under that name.
    .otherwise = We know of no ordinary reason.
file_loot_in_web_folder = Dump or archive in a web folder
    .says = The file { $path } is a memory dump or an archive in a folder from which the web server hands out files.
    .meaning = Intruders of that time put password memory or mail there to fetch it.
    .otherwise = The owner may have put an archive there for a download.
file_compiled_page = Trace of a page that ran once
    .says = The file { $path } is a note of the web server about a page that Exchange does not have.
    .meaning = The web server writes this note when a page is first asked for. It stays when the page is deleted.
    .otherwise = A page of another web application of the owner.
compiled_shell = Compiled page that takes commands
    .says = The file { $path } is a page that the web server compiled: it does what it is told by a visitor.
    .meaning = The web server compiles a page when it is first asked for, and keeps the program. The page itself may be long gone.
    .otherwise = A tool of the owner for running commands in the browser.
signature_in_web_folder = Your signature matches a file of the web server
    .says = The rule { $rule } of { $source } matches the file { $path }.
    .meaning = What this proves is for the author of the rule to say. Somebody should look at the file.
    .otherwise = Rules of others also match genuine files.
signature_elsewhere = Your signature matches a file
    .says = The rule { $rule } of { $source } matches { $path }.
    .meaning = What this proves is for the author of the rule to say. Logs quote what attackers send, whether it worked or not.
    .otherwise = Rules of others also match genuine files.

## Windows events

event_page_written = Page written into a web folder
    .says = { records } of the event log, { when }: a page that Exchange does not have was written into a web folder.
    .meaning = This is how a web shell gets onto the disk. After the known attack the writer is the process "System".
    .otherwise = A page that the owner added.
event_page_written_share = Page in a web folder opened through a share
    .says = { records } of the Security log, { when }: a page that Exchange does not have was opened in a web folder through a network share.
    .meaning = In the known attack, the server saves the file to itself this way.
    .otherwise = A backup or a scan that reads the folder through the share.
w3wp_command = The web server started a command
    .says = { records } of the event log, { when }: the worker process of the web server started a shell or a system tool.
    .meaning = Exchange does not do this. Web shells do. Read the command lines in order.
    .otherwise = Another web application on the same server that starts programs.
chopper_command = Command of a web shell client
    .says = { records } of the event log, { when }: a command line ends as the client of a well-known web shell ends it.
    .meaning = Somebody ran commands on the server through a web shell. Nothing else writes such lines.
    .otherwise = { pentest }
lsass_dump = Password memory copied
    .says = { records } of the event log, { when }: a command was started that copies the memory in which Windows keeps passwords.
    .meaning = Treat the passwords of all who were logged on to this server as known to the intruder.
    .otherwise = Support staff may have made a dump. { pentest }
registry_hives_saved = Password part of the registry saved
    .says = { records } of the event log, { when }: a command saved a part of the registry that holds passwords to a file.
    .meaning = The passwords of local accounts can be taken from such a file on another computer.
    .otherwise = A backup script of the owner.
cabinet_of_loot = Loot packed into a cabinet
    .says = { records } of the event log, { when }: a dump, or files in a web folder, were packed with makecab.
    .meaning = Intruders of that time packed what they took before they fetched it.
    .otherwise = A support script that packs dumps.
archive_in_programdata = Archive made in ProgramData
    .says = { records } of the event log, { when }: an archive was made at the top of the folder ProgramData.
    .meaning = Intruders of that time gathered mail there. The record matters beside others, not alone.
    .otherwise = Backup, protection and inventory software does the same.
exchange_snapin = Exchange commands in an ordinary PowerShell
    .says = { records } of the PowerShell log, { when }: a script loaded the commands of Exchange directly.
    .meaning = This way a script reads any mailbox with the rights of the server.
    .otherwise = Scripts of administrators and backup products do it, too.
script_reverse_shell = Script that takes commands from outside
    .says = { records } of the PowerShell log, { when }: a script connects out and runs what comes back.
    .meaning = Whoever is at the other end can type commands on this server.
    .otherwise = { pentest }
command_reverse_shell = Command that takes orders from outside
    .says = { records } of the event log, { when }: a command connects out and runs what comes back.
    .meaning = Whoever is at the other end can type commands on this server.
    .otherwise = { pentest }
shadow_copy_probe = Shadow copies looked up by a remote tool
    .says = { records } of the event log, { when }: shadow copies were listed, with the output sent to a hidden file.
    .meaning = Remote tools of intruders do this before they take the password database out of a shadow copy.
    .otherwise = { pentest }
vsperfmon_task = Scheduled task VSPerfMon
    .says = { records } of the Security log, { when }: a scheduled task with the name VSPerfMon was made.
    .meaning = Intruders of that time used this name to come back after a restart.
    .otherwise = A developer who measures performance with Visual Studio.
exchange_group_query = Groups of Exchange administrators looked up or changed
    .says = { records } of the event log, { when }: a command named one of the groups that rule Exchange.
    .meaning = Intruders of that time listed these groups and removed members from them.
    .otherwise = An administrator who looked up a group.
security_log_cleared = Security log emptied
    .says = { records } of the Security log, { when }: the log was emptied.
    .meaning = What stood in it before is gone. It answers nothing for the time before.
    .otherwise = An administrator may have emptied it, for example after an installation.
event_log_cleared = Event log emptied
    .says = { records } of the System log, { when }: an event log was emptied.
    .meaning = What stood in it before is gone.
    .otherwise = An administrator may have emptied it, for example after an installation.
log_cleared_by_command = Logs deleted by a command
    .says = { records } of the event log, { when }: a command emptied event logs or deleted logs of Exchange or IIS.
    .meaning = Intruders delete logs to hide what they did.
    .otherwise = Housekeeping scripts of administrators delete old logs, too. Compare the times.
defender_detection = Defender named a threat of this campaign
    .says = { records } of Microsoft Defender, { when }: a name that Microsoft gave to the means of these attacks.
    .meaning = The path in the record says where it was. Removal of the file does not remove an intruder.
    .otherwise = A collection of samples, or a script that searches for them.
ransom_service = Service of a ransomware of that time
    .says = { records } of the System log, { when }: a service with the name msupdate was installed.
    .meaning = The ransomware DearCry installs a service of that name.
    .otherwise = Another program may use the same name. Look at its path.

## Findings together

chain_in_front_end = The whole attack, from log-in to file
    .says = From { by }, an administrator session was obtained, and a virtual directory was changed and saved to a file, between { $first } and { $last }. All steps were answered with success.
    .meaning = The attack reached its aim: a file of the intruder's choice was written to the server.
    .otherwise = { pentest }
reset_then_page = File written, then a foreign page answered
    .says = Between { $first } and { $last }, a file was written through the hole, and afterwards the server answered for a page that no Exchange has.
    .meaning = The file that was written is in place and can be reached from outside. These records show no use of it.
    .otherwise = { pentest }
script_file_and_request = Web shell on disk, and it answered
    .says = A file with a script of the known attack lies in a web folder, and the server answered a request for it. Path: { $paths }.
    .meaning = The web shell is in place and can be reached. These records show no use of it.
    .otherwise = Only a test of this very hole looks the same.
shell_file_and_use = Web shell on disk, and data was sent to it
    .says = A page that runs what a request tells it lies in a web folder, and the server took data for it. Path: { $paths }.
    .meaning = Somebody used the web shell. The log does not hold what was sent.
    .otherwise = We know of no ordinary reason.
page_use_and_command = Data sent to a foreign page, and a command started
    .says = Between { $first } and { $last }, the server took data for a page that no Exchange has, and its web server started a command within minutes.
    .meaning = Somebody ran commands on the server through that page.
    .otherwise = A page of the owner that starts programs.
