# Words of the pack in English.

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
    .missing = Collect the folder Logging\HttpProxy of Exchange (about 30 days) and the logs of IIS, which often go back further. A reverse proxy or a backup may have older ones.
question-cmdlets-run = Commands of Exchange that were run
    .missing = Collect the event log "MSExchange Management" and the folder Logging\CmdletInfra of Exchange.
question-web-shells = Web shells on disk
    .missing = Collect all web folders with their files: inetpub\wwwroot and FrontEnd\HttpProxy of Exchange.
question-commands-run = Commands run by the server
    .missing = Collect the event logs Security, Sysmon and PowerShell. Starts of programs are only in the Security log if that was switched on before.

## Rules

iis_confusion_probe = Somebody tested for ProxyShell, and the server answered
    .says = From { by }, IIS got { requests } for a service of the back end through the path of Autodiscover, { when }. The answer was 200.
    .meaning = Scanners ask for this to learn whether a server has the flaw. It shows that the server had it at that time, and no step of a break-in.
    .otherwise = Scan services look at the whole Internet in this way, and so does the owner’s own scanner.
iis_confusion_worked = Services behind the front end reached without a password
    .says = From { by }, IIS passed { requests } to a service of the back end through the path of Autodiscover, { when }. The answers are those of success.
    .meaning = The back end takes such a request for one of the server itself. Mail can be read and PowerShell of Exchange can be used in this way.
    .otherwise = { pentest }
iis_confusion_refused = ProxyShell tried and refused
    .says = From { by }, IIS got { requests } with a second path behind that of Autodiscover, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
proxy_confusion_probe = Somebody tested for ProxyShell, and the server answered
    .says = From { by }, the front end got { requests } for a service of the back end through the path of Autodiscover, { when }. The answer was 200.
    .meaning = Scanners ask for this to learn whether a server has the flaw. It shows that the server had it at that time, and no step of a break-in.
    .otherwise = Scan services look at the whole Internet in this way, and so does the owner’s own scanner.
proxy_confusion_worked = Services behind the front end reached without a password
    .says = From { by }, the front end passed { requests } to a service of the back end through the path of Autodiscover, { when }. The answers are those of success.
    .meaning = The back end takes such a request for one of the server itself. Mail can be read and PowerShell of Exchange can be used in this way.
    .otherwise = { pentest }
proxy_confusion_refused = ProxyShell tried and refused
    .says = From { by }, the front end got { requests } with a second path behind that of Autodiscover, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
cmdlet_export_page = Mailbox saved as a web page
    .says = { records } of Exchange’s commands, { when }: a mailbox was exported to a file with the name of a page. The command did not fail.
    .meaning = This is how ProxyShell leaves a web shell: a mail with a script in it is saved where the web server runs it.
    .otherwise = We know of no ordinary reason. Only a test of this flaw leaves the same trace.
cmdlet_certificate_page = Certificate request saved as a web page
    .says = { records } of Exchange’s commands, { when }: a certificate request was written to a file with the name of a page. The command did not fail.
    .meaning = The script stands in a field of the request, and the web server runs it. This replaces the export of a mailbox.
    .otherwise = We know of no ordinary reason. Only a test of this flaw leaves the same trace.
cmdlet_page_failed = Export as a web page failed
    .says = { records } of Exchange’s commands, { when }: something was to be saved under the name of a page. Exchange could not do it.
    .meaning = Somebody could already give orders to Exchange and tried to leave a web shell. This try failed; look for others.
    .otherwise = Only a test of this flaw leaves the same trace.
cmdlet_export_role = Right to export mailboxes given
    .says = { records } of Exchange’s commands, { when }: the role Mailbox Import Export was given.
    .meaning = Nobody has this role from the start. An export of mail usually follows.
    .otherwise = An administrator gives it to himself before he exports a mailbox. Ask who did it.
cmdlet_export_removed = Record of an export removed
    .says = { records } of Exchange’s commands, { when }: the record of an export was removed.
    .meaning = It helps to date an export. Tools remove the record at once.
    .otherwise = Administrators tidy up in the same way.
replication_writes_page = Exchange itself wrote a web page
    .says = { records } of files made, { when }: the service that exports mailboxes made a file with the name of a page.
    .meaning = It writes mailbox files. A page from it is the last step of ProxyShell.
    .otherwise = Only a test of this flaw leaves the same trace.
device_folder_site = Hidden folder served as a web page
    .says = The configuration of the web server serves { $folder } under { $path }.
    .meaning = The folder carries a name that Windows reserves. Intruders of August 2021 hid pages there.
    .otherwise = We know of no ordinary reason.
confusion_then_export = The whole sequence: way in, then web page
    .says = PowerShell of Exchange was reached through the path of Autodiscover, and within an hour a mailbox was saved as a page, { when }.
    .meaning = This is ProxyShell from its first to its last step.
    .otherwise = { pentest }
export_then_page_used = Web page saved, then used
    .says = A mailbox was saved as a page, and later the server took data for a page that Exchange does not have, { when }.
    .meaning = The web shell was there and somebody used it.
    .otherwise = { pentest }
