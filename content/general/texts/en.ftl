# Words of the rules that belong to no campaign. Reading level B1. A rule has a title, what was seen (.says), what it means (.meaning)
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

## Rules

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
cmdlet_mailbox_export = Mailbox exported
    .says = { records } of the event log, { when }: a mailbox was exported to a file.
    .meaning = An export copies all mail of a person. Intruders of that time took mail this way.
    .otherwise = Administrators export mailboxes for good reasons. Ask who ordered it.
cmdlet_mail_forwarded = Rule of a mailbox that forwards mail
    .says = { records } of Exchange's commands, { when }: a rule that forwards mail was made or changed.
    .meaning = Most rules of this kind are made by their owners. It is listed because intruders make them, too.
    .otherwise = A user forwards his own mail. Ask him.
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
shell_file_and_use = Web shell on disk, and data was sent to it
    .says = A page that runs what a request tells it lies in a web folder, and the server took data for it. Path: { $paths }.
    .meaning = Somebody used the web shell. The log does not hold what was sent.
    .otherwise = We know of no ordinary reason.
page_use_and_command = Data sent to a foreign page, and a command started
    .says = Between { $first } and { $last }, the server took data for a page that no Exchange has, and its web server started a command within minutes.
    .meaning = Somebody ran commands on the server through that page.
    .otherwise = A page of the owner that starts programs.
