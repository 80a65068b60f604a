# Textes du paquet en français.

## Parties communes

by = { $ips ->
        [none] une adresse que le journal n’indique pas
       *[other] { $ips }
    }
requests = { $count ->
        [one] une requête
       *[other] { $count } requêtes
    }
when = { $count ->
        [one] le { $first }
       *[other] entre le { $first } et le { $last }
    }
records = { $count ->
        [one] Un enregistrement
       *[other] { $count } enregistrements
    }
pentest = Un test d’intrusion ou un scan commandé par le propriétaire laisse les mêmes traces. Demandez-en les dates.

## Questions

question-commands-run = Commandes exécutées par le serveur
    .missing = Collectez les journaux d’événements Security, Sysmon et PowerShell. Les démarrages de programmes ne figurent dans Security que si cela avait été activé.
question-web-shells = Codes encoquillés sur le disque
    .missing = Collectez tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy d’Exchange.

## Règles

ransom_service = Service d’un rançongiciel de cette période
    .says = { records } du journal System, { when } : un service nommé msupdate a été installé.
    .meaning = Le rançongiciel DearCry installe un service de ce nom.
    .otherwise = Un autre programme peut porter le même nom. Regardez son chemin.
event_ransom_note = Lettre d’un rançongiciel
    .says = { records } de fichiers créés, { when } : un fichier porte le nom d’une lettre que laissent Black KingDom ou LockFile.
    .meaning = Celui qui lit cette lettre a des fichiers verrouillés. Laissez le serveur en l’état.
    .otherwise = Une collection d’échantillons contient aussi de tels fichiers.
event_files_locked = De nombreux fichiers verrouillés
    .says = { records } de fichiers créés, { when } : leurs noms finissent comme les laissent DearCry ou LockFile.
    .meaning = Les fichiers de ce serveur ont été verrouillés contre rançon.
    .otherwise = Un programme du propriétaire peut chiffrer des fichiers sous de tels noms.
signature_dearcry = Fichiers verrouillés par DearCry
    .says = { $count ->
        [one] Un fichier commence
       *[other] { $count } fichiers commencent
    } par le mot que DearCry place devant ce qu’il a verrouillé.
    .meaning = Les fichiers de ce serveur ont été verrouillés contre rançon. Laissez le serveur en l’état.
    .otherwise = Une collection d’échantillons contient aussi de tels fichiers.
command_from_campaign_host = Commande qui télécharge depuis un hôte de ces campagnes
    .says = { records } de programmes lancés, { when } : une commande nomme un hôte d’où venaient des mineurs ou des rançongiciels de 2021.
    .meaning = Quelque chose a été téléchargé, ou devait l’être. Regardez ce qui a tourné ensuite.
    .otherwise = Quelqu’un a pu chercher ce nom.
task_from_campaign_host = Tâche qui télécharge depuis un hôte de ces campagnes
    .says = { records } de tâches créées, { when } : une tâche nomme un hôte d’où venaient des mineurs ou des rançongiciels de 2021.
    .meaning = La tâche télécharge son programme après chaque redémarrage.
    .otherwise = Nous ne connaissons aucune raison ordinaire.
command_miner = Programme qui gagne de l’argent avec le processeur
    .says = { records } de programmes lancés, { when } : un programme qui calcule contre paiement a été lancé.
    .meaning = Quelqu’un d’autre se sert de ce serveur. Les mineurs viennent souvent accompagnés.
    .otherwise = Un propriétaire peut faire calculer un serveur contre paiement. Demandez-le-lui.
lockfile_loader = Chargeur de LockFile lancé
    .says = { records } de programmes lancés, { when } : active_desktop_launcher.exe a été lancé.
    .meaning = LockFile apporte ce programme d’un lecteur de musique pour charger sa propre bibliothèque. D’autres le font depuis.
    .otherwise = Quelqu’un a pu installer ce lecteur de musique. Regardez le chemin.
defender_named = Defender a nommé l’un de ces programmes
    .says = { records } de Microsoft Defender, { when } : il a nommé un rançongiciel ou un mineur de ces campagnes.
    .meaning = Le programme est arrivé sur ce serveur. L’enregistrement ne dit pas s’il a tourné avant que Defender ne le voie.
    .otherwise = Une collection d’échantillons donne les mêmes noms.
page_then_locked = Page étrangère utilisée, puis fichiers verrouillés
    .says = Le serveur a reçu des données pour une page étrangère à Exchange, et moins de 30 jours après ses fichiers ont été verrouillés, { when }.
    .meaning = L’entrée, et la fin.
    .otherwise = { pentest }
command_then_miner = Une commande du serveur web, puis un mineur
    .says = Le serveur web d’Exchange a lancé une commande, et moins d’un jour après un programme qui calcule contre paiement a été lancé, { when }.
    .meaning = Celui qui est venu par le serveur web se sert du processeur.
    .otherwise = { pentest }
