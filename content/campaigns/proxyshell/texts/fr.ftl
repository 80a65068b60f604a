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

question-exploit-requests = Requêtes d’exploitation
    .missing = Collectez le dossier Logging\HttpProxy d’Exchange (environ 30 jours) et les journaux d’IIS, qui remontent souvent plus loin. Un proxy inverse ou une sauvegarde peut en avoir de plus anciens.
question-cmdlets-run = Commandes d’Exchange exécutées
    .missing = Collectez le journal d’événements « MSExchange Management » et le dossier Logging\CmdletInfra d’Exchange.
question-web-shells = Codes encoquillés sur le disque
    .missing = Collectez tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy d’Exchange.
question-commands-run = Commandes exécutées par le serveur
    .missing = Collectez les journaux d’événements Security, Sysmon et PowerShell. Les démarrages de programmes ne figurent dans Security que si cela avait été activé.

## Règles

iis_confusion_probe = Quelqu’un a cherché ProxyShell, et le serveur a répondu
    .says = Depuis { by }, IIS a reçu { requests } vers un service interne par le chemin d’Autodiscover, { when }. La réponse était 200.
    .meaning = Des scanners posent cette question pour savoir si un serveur a la faille. Cela montre qu’il l’avait alors, et aucune étape d’une intrusion.
    .otherwise = Des services de scan examinent ainsi tout Internet ; le scanner du propriétaire aussi.
iis_confusion_worked = Services internes atteints sans mot de passe
    .says = Depuis { by }, IIS a transmis { requests } à un service interne par le chemin d’Autodiscover, { when }. Les réponses sont celles d’un succès.
    .meaning = Le service interne prend une telle requête pour une requête du serveur lui-même. Des courriels peuvent être lus et PowerShell d’Exchange utilisé.
    .otherwise = { pentest }
iis_confusion_refused = ProxyShell essayé et refusé
    .says = Depuis { by }, IIS a reçu { requests } avec un second chemin derrière celui d’Autodiscover, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
proxy_confusion_probe = Quelqu’un a cherché ProxyShell, et le serveur a répondu
    .says = Depuis { by }, le frontal a reçu { requests } vers un service interne par le chemin d’Autodiscover, { when }. La réponse était 200.
    .meaning = Des scanners posent cette question pour savoir si un serveur a la faille. Cela montre qu’il l’avait alors, et aucune étape d’une intrusion.
    .otherwise = Des services de scan examinent ainsi tout Internet ; le scanner du propriétaire aussi.
proxy_confusion_worked = Services internes atteints sans mot de passe
    .says = Depuis { by }, le frontal a transmis { requests } à un service interne par le chemin d’Autodiscover, { when }. Les réponses sont celles d’un succès.
    .meaning = Le service interne prend une telle requête pour une requête du serveur lui-même. Des courriels peuvent être lus et PowerShell d’Exchange utilisé.
    .otherwise = { pentest }
proxy_confusion_refused = ProxyShell essayé et refusé
    .says = Depuis { by }, le frontal a reçu { requests } avec un second chemin derrière celui d’Autodiscover, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
cmdlet_export_page = Boîte aux lettres enregistrée comme page web
    .says = { records } des commandes d’Exchange, { when } : une boîte a été exportée vers un fichier au nom de page. La commande n’a pas échoué.
    .meaning = C’est ainsi que ProxyShell dépose un code encoquillé : un courriel contenant un script est enregistré là où le serveur web l’exécute.
    .otherwise = Nous ne connaissons aucune raison ordinaire. Seul un test de cette faille laisse la même trace.
cmdlet_certificate_page = Demande de certificat enregistrée comme page web
    .says = { records } des commandes d’Exchange, { when } : une demande de certificat a été écrite dans un fichier au nom de page. La commande n’a pas échoué.
    .meaning = Le script se trouve dans un champ de la demande, et le serveur web l’exécute. Cela remplace l’export d’une boîte.
    .otherwise = Nous ne connaissons aucune raison ordinaire. Seul un test de cette faille laisse la même trace.
cmdlet_page_failed = Export comme page web échoué
    .says = { records } des commandes d’Exchange, { when } : quelque chose devait être enregistré sous un nom de page. Exchange n’a pas pu le faire.
    .meaning = Quelqu’un pouvait déjà donner des ordres à Exchange et a tenté de déposer un code encoquillé. Cet essai a échoué ; cherchez-en d’autres.
    .otherwise = Seul un test de cette faille laisse la même trace.
cmdlet_export_role = Droit d’exporter des boîtes accordé
    .says = { records } des commandes d’Exchange, { when } : le rôle Mailbox Import Export a été accordé.
    .meaning = Personne ne possède ce rôle au départ. Un export de courriels suit d’habitude.
    .otherwise = Un administrateur se l’accorde avant d’exporter une boîte. Demandez qui l’a fait.
cmdlet_export_removed = Trace d’un export supprimée
    .says = { records } des commandes d’Exchange, { when } : la trace d’un export a été supprimée.
    .meaning = Cela aide à dater un export. Les outils suppriment cette trace aussitôt.
    .otherwise = Les administrateurs font le même ménage.
replication_writes_page = Exchange a écrit lui-même une page web
    .says = { records } de fichiers créés, { when } : le service qui exporte les boîtes a créé un fichier au nom de page.
    .meaning = Il écrit des fichiers de boîte. Une page venant de lui est la dernière étape de ProxyShell.
    .otherwise = Seul un test de cette faille laisse la même trace.
device_folder_site = Dossier caché servi par le serveur web
    .says = La configuration du serveur web sert { $folder } sous { $path }.
    .meaning = Ce dossier porte un nom que Windows réserve. Les intrus d’août 2021 y cachaient des pages.
    .otherwise = Nous ne connaissons aucune raison ordinaire.
confusion_then_export = L’enchaînement entier : l’entrée, puis la page web
    .says = PowerShell d’Exchange a été atteint par le chemin d’Autodiscover, et moins d’une heure après une boîte a été enregistrée comme page, { when }.
    .meaning = C’est ProxyShell de la première à la dernière étape.
    .otherwise = { pentest }
export_then_page_used = Page web enregistrée, puis utilisée
    .says = Une boîte a été enregistrée comme page, puis le serveur a reçu des données pour une page étrangère à Exchange, { when }.
    .meaning = Le code encoquillé était là et quelqu’un s’en est servi.
    .otherwise = { pentest }
