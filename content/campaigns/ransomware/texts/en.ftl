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

question-commands-run = Commands run by the server
    .missing = Collect the event logs Security, Sysmon and PowerShell. Starts of programs are only in the Security log if that was switched on before.
question-web-shells = Web shells on disk
    .missing = Collect all web folders with their files: inetpub\wwwroot and FrontEnd\HttpProxy of Exchange.

## Rules

ransom_service = Service of a ransomware of that time
    .says = { records } of the System log, { when }: a service with the name msupdate was installed.
    .meaning = The ransomware DearCry installs a service of that name.
    .otherwise = Another program may use the same name. Look at its path.
event_ransom_note = Letter of a ransomware
    .says = { records } of files made, { when }: a file has the name of a letter that Black KingDom or LockFile leaves.
    .meaning = Whoever reads that letter has locked files. Keep the server as it is.
    .otherwise = A collection of samples holds such files, too.
event_files_locked = Many files locked
    .says = { records } of files made, { when }: their names end as DearCry or LockFile leave them.
    .meaning = The files of this server were locked for ransom.
    .otherwise = A program of the owner may encrypt files under such names.
signature_dearcry = Files locked by DearCry
    .says = { $count ->
        [one] One file begins
       *[other] { $count } files begin
    } with the word that DearCry puts before what it locked.
    .meaning = The files of this server were locked for ransom. Keep the server as it is.
    .otherwise = A collection of samples holds such files, too.
command_from_campaign_host = Command that fetches from a host of these campaigns
    .says = { records } of started programs, { when }: a command names a host from which miners or ransomware of 2021 were fetched.
    .meaning = Something was fetched, or was to be. Look what ran afterwards.
    .otherwise = Somebody may have searched for the name.
task_from_campaign_host = Task that fetches from a host of these campaigns
    .says = { records } of tasks made, { when }: a task names a host from which miners or ransomware of 2021 were fetched.
    .meaning = The task fetches its program again after every restart.
    .otherwise = We know of no ordinary reason.
command_miner = Program that makes money with the processor
    .says = { records } of started programs, { when }: a program that computes for money was started.
    .meaning = Somebody else uses this server. Miners often come with more than a miner.
    .otherwise = An owner may let a server compute for money. Ask him.
lockfile_loader = Loader of LockFile started
    .says = { records } of started programs, { when }: active_desktop_launcher.exe was started.
    .meaning = LockFile brings this program of a music player to load its own library. Others do so since.
    .otherwise = Somebody may have installed the music player. Look at the path.
defender_named = Defender named one of these programs
    .says = { records } of Microsoft Defender, { when }: it named a ransomware or a miner of these campaigns.
    .meaning = The program came to this server. The record does not say whether it ran before Defender saw it.
    .otherwise = A collection of samples gives the same names.
page_then_locked = Foreign page used, then files locked
    .says = The server took data for a page that Exchange does not have, and within 30 days its files were locked, { when }.
    .meaning = The way in and the end of it.
    .otherwise = { pentest }
command_then_miner = A command of the web server, then a miner
    .says = The web server of Exchange started a command, and within a day a program that computes for money was started, { when }.
    .meaning = Whoever came through the web server uses the processor.
    .otherwise = { pentest }
