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
question-web-shells = Web shells on disk
    .missing = Collect all web folders with their files: inetpub\wwwroot and FrontEnd\HttpProxy of Exchange.
question-cmdlets-run = Commands of Exchange that were run
    .missing = Collect the event log "MSExchange Management" and the folder Logging\CmdletInfra of Exchange.
question-commands-run = Commands run by the server
    .missing = Collect the event logs Security, Sysmon and PowerShell. Starts of programs are only in the Security log if that was switched on before.

## Rules

iis_owa_powershell = PowerShell of Exchange reached through Outlook on the web
    .says = From { by }, IIS passed { requests } for PowerShell below the path of a mailbox, { when }. The answers are those of success. User: { $users }.
    .meaning = The flaw needs the password of any user, so that password is known to others. The rules that were put in place against ProxyNotShell do not stop it.
    .otherwise = { pentest }
proxy_owa_powershell = PowerShell of Exchange reached through Outlook on the web
    .says = From { by }, the front end passed { requests } for PowerShell below the path of a mailbox, { when }. The answers are those of success. User: { $users }.
    .meaning = The flaw needs the password of any user, so that password is known to others. The rules that were put in place against ProxyNotShell do not stop it.
    .otherwise = { pentest }
iis_owa_powershell_refused = OWASSRF tried and refused
    .says = From { by }, IIS got { requests } for PowerShell below the path of a mailbox, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
proxy_owa_powershell_refused = OWASSRF tried and refused
    .says = From { by }, the front end got { requests } for PowerShell below the path of a mailbox, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
rps_foreign_client = PowerShell of Exchange used by a foreign client
    .says = { records } of remote PowerShell, { when }: a client called { $client_info } got success. User: { $users }.
    .meaning = Windows has a client of its own and names it. Tools of this campaign use libraries that carry another name.
    .otherwise = A management tool on another system can look the same. Ask who runs one.
owa_powershell_then_session = PowerShell reached, and a session opened
    .says = PowerShell of Exchange was reached through Outlook on the web, and within 15 minutes it served a client that is not that of Windows, { when }.
    .meaning = The way in and the session behind it stand in two logs. Whoever came could give orders to Exchange.
    .otherwise = { pentest }
owa_powershell_then_command = PowerShell reached, then a command ran
    .says = PowerShell of Exchange was reached through Outlook on the web, and within 15 minutes the web server started a command, { when }.
    .meaning = This is the campaign from the way in to the first command.
    .otherwise = { pentest }
owa_powershell_then_page = PowerShell reached, then a web shell used
    .says = PowerShell of Exchange was reached through Outlook on the web, and later the server took data for a page that Exchange does not have, { when }.
    .meaning = The way in was used to leave a web shell.
    .otherwise = { pentest }
