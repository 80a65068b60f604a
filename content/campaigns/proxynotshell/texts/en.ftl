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

iis_powershell_reached = A user reached PowerShell of Exchange through Autodiscover
    .says = From { by }, IIS passed { requests } for PowerShell through the path of Autodiscover, { when }. The answers are those of success. User: { $users }.
    .meaning = The two flaws of this campaign need a log-on, so the password of that user is known to others. The request reaches a service that is meant for administrators.
    .otherwise = { pentest }
iis_powershell_refused = ProxyNotShell tried and refused
    .says = From { by }, IIS got { requests } for PowerShell through the path of Autodiscover, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
proxy_powershell_reached = A user reached PowerShell of Exchange through Autodiscover
    .says = From { by }, the front end passed { requests } for PowerShell through the path of Autodiscover, { when }. The answers are those of success. User: { $users }.
    .meaning = The two flaws of this campaign need a log-on, so the password of that user is known to others. The request reaches a service that is meant for administrators.
    .otherwise = { pentest }
proxy_powershell_refused = ProxyNotShell tried and refused
    .says = From { by }, the front end got { requests } for PowerShell through the path of Autodiscover, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
reached_then_command = PowerShell reached, then a command ran
    .says = PowerShell of Exchange was reached through Autodiscover, and within 15 minutes the web server started a command, { when }.
    .meaning = This is the campaign from the way in to the first command.
    .otherwise = { pentest }
reached_then_page = PowerShell reached, then a web shell used
    .says = PowerShell of Exchange was reached through Autodiscover, and later the server took data for a page that Exchange does not have, { when }.
    .meaning = The way in was used to leave a web shell.
    .otherwise = { pentest }
