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
    .missing = Collect the logs of IIS of the sites of SharePoint, and those of a proxy in front of it, which may have the referer and the body.
question-web-shells = Web shells on disk
    .missing = Collect the folder Web Server Extensions\16\TEMPLATE\LAYOUTS of SharePoint (15 in older versions).
question-commands-run = Commands run by the server
    .missing = Collect the event logs Security, Sysmon and PowerShell. Starts of programs are only in the Security log if that was switched on before.

## Rules

iis_toolpane_answered = SharePoint reached past the log-on
    .says = From { by }, IIS passed { requests } to the tool pane of SharePoint, { when }. The caller had no name and said he came from the page to log off. The answers are those of success.
    .meaning = In this way strangers run programs on SharePoint and take its keys. An update alone does not shut out whoever has the keys: change them, too.
    .otherwise = { pentest }
iis_toolpane_refused = ToolShell tried and refused
    .says = From { by }, IIS got { requests } for the tool pane of SharePoint from a caller who said he came from the page to log off, { when }. The answers are not those of success.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
iis_toolpane_unknown_referer = SharePoint edited by a caller without a name
    .says = From { by }, IIS passed { requests } to the tool pane of SharePoint without a user, { when }. The log does not say which page came before.
    .meaning = It may be this campaign. Let IIS record the referer, and ask a proxy for it.
    .otherwise = { pentest }
iis_key_page_fetched = Page with the keys of SharePoint fetched
    .says = From { by }, IIS answered { requests } for { $cs_uri_stem } with 200, { when }.
    .meaning = The page shows the keys of the server. Whoever has them can sign what the server will run, also after the update. Change the keys.
    .otherwise = { pentest }
iis_key_page_sought = Page with the keys of SharePoint sought
    .says = From { by }, IIS got { requests } for a page that the first wave of ToolShell left, { when }. It was not there.
    .meaning = Scanners look for servers that others broke into.
    .otherwise = Scan services look at the whole Internet in this way.
file_layouts_page = Page of the first wave in the folder of SharePoint
    .says = The file { $path } carries a name that the first wave of ToolShell used.
    .meaning = It shows the keys of the server to whoever asks.
    .otherwise = { pentest }
signature_key_page = Page that shows the keys of the server
    .says = The file { $path } is a page that reads the keys of the server and shows them.
    .meaning = Whoever has them can sign what the server will run, also after the update. Change the keys.
    .otherwise = A page of the owner for tests, or a collection of samples.
event_layouts_written = Page written into the folder of SharePoint
    .says = { records } of files made, { when }: a worker of the web server or a shell made a page in the folder of SharePoint.
    .meaning = Updates come by the installer. This is how the page with the keys, or a copy of them, gets there.
    .otherwise = An administrator may have copied a page by hand.
pool_of_sharepoint_command = The web server of SharePoint started a command
    .says = { records } of started programs, { when }: the web server of SharePoint started a shell.
    .meaning = SharePoint has no reason to start shells.
    .otherwise = A program of the owner in that pool.
toolpane_then_keys = Past the log-on, then the keys
    .says = SharePoint was reached past the log-on, and within a day a page that shows its keys answered, { when }.
    .meaning = The keys of this server are known to others.
    .otherwise = { pentest }
toolpane_then_command = Past the log-on, then a command
    .says = SharePoint was reached past the log-on, and within 15 minutes its web server started a command, { when }.
    .meaning = This is the campaign from the way in to the first command.
    .otherwise = { pentest }
