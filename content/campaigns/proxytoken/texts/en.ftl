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
question-mail-rules = Rules and rights in mailboxes
    .missing = Collect the event log "MSExchange Management" and the folder Logging\ECP\Server of Exchange.

## Rules

iis_settings_changed = Settings of a mailbox changed without a log-on
    .says = From { by }, IIS passed { requests } to change settings of a mailbox without a user, { when }. The answers are those of success.
    .meaning = Exchange took the change although nobody had logged on. The known use is a rule that sends a copy of all mail elsewhere.
    .otherwise = { pentest }
proxy_settings_changed = Settings of a mailbox changed without a log-on
    .says = From { by }, the front end passed { requests } to change settings of a mailbox without a user, { when }. The answers are those of success.
    .meaning = Exchange took the change although nobody had logged on. The known use is a rule that sends a copy of all mail elsewhere.
    .otherwise = { pentest }
iis_token_failed = ProxyToken tried; the server answered with an error
    .says = From { by }, IIS got { requests } to change settings of a mailbox without a user, { when }. The answer was an error of the server.
    .meaning = An open server answers the first try in this way, and so do others. Look for a later request of the same address that got success.
    .otherwise = { pentest }
proxy_token_failed = ProxyToken tried; the server answered with an error
    .says = From { by }, the front end got { requests } to change settings of a mailbox without a user, { when }. The answer was an error of the server.
    .meaning = An open server answers the first try in this way, and so do others. Look for a later request of the same address that got success.
    .otherwise = { pentest }
iis_token_refused = ProxyToken tried and refused
    .says = From { by }, IIS got { requests } for settings of a mailbox with a SecurityToken and without a user, { when }. They were refused.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
proxy_token_refused = ProxyToken tried and refused
    .says = From { by }, the front end got { requests } for settings of a mailbox with a SecurityToken and without a user, { when }. They were refused.
    .meaning = The hole was tried. These requests did not reach their aim.
    .otherwise = { pentest }
cmdlet_rule_by_server = Forwarding rule made in the name of the server
    .says = { records } of Exchange’s commands, { when }: a rule that forwards mail was made, and no person is named as its maker.
    .meaning = People make rules in their own name. A rule in the name of the server may have come through this flaw.
    .otherwise = Some programs make rules for users. Ask whether one does, and look where the mail goes.
ecp_rule_of_another = Forwarding rule made in the options of another mailbox
    .says = { records } of the control panel, { when }: a rule that forwards mail was made in the options of a mailbox that the address names.
    .meaning = Users change their own options without a name in the address. Read the rule: it names the address that gets the mail.
    .otherwise = A helpdesk makes rules for users in this way. Ask who did it.
changed_then_rule = Settings changed without a log-on, and mail forwarded
    .says = Settings of a mailbox were changed without a log-on, and within two minutes a rule that forwards mail was made, { when }.
    .meaning = This is ProxyToken from the request to its aim. Read the rule: it names the address that gets the mail.
    .otherwise = { pentest }
changed_then_rule_front_end = Settings changed without a log-on, and mail forwarded
    .says = Settings of a mailbox were changed without a log-on, and within two minutes a rule that forwards mail was made, { when }.
    .meaning = This is ProxyToken from the request to its aim. Read the rule: it names the address that gets the mail.
    .otherwise = { pentest }
