# Textes des règles qui n’appartiennent à aucune campagne, niveau B1. Une règle a un titre, ce qui a été vu (.says), ce que cela signifie (.meaning)
# et ce qui pourrait l’expliquer autrement (.otherwise). Ce qu’un journal ne nomme pas arrive sous la forme `none`.

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

## Règles

proxy_page_present = { $first_present ->
        [none] Des noms de pages web ont été essayés
       *[other] Une page étrangère à Exchange a répondu
    }
    .says = { $first_present ->
        [none] Depuis { by }, des pages qu’aucun Exchange ne possède ont été demandées : { requests }, { when }. Noms différents : { $tried_paths_count }. Aucune réponse ne montre que l’une d’elles existait.
       *[other] Le serveur a répondu par un succès pour { $url_stem }. Réponses de ce type : { $present_count }, la première le { $first_present }, la dernière le { $last_present }. { $gone_since ->
            [none] Aucune réponse ultérieure n’indique que la page a disparu.
           *[other] Depuis le { $gone_since }, la réponse indique que la page n’est pas là.
        } Les requêtes venaient de { by }. Elles ne portent aucun paramètre : elles montrent que la page existe, et aucune commande.
    }
    .meaning = { $first_present ->
        [none] Scanners et attaquants essaient les noms de codes encoquillés connus. Ici, les réponses renvoient à la page de connexion ou indiquent que le fichier manque.
       *[other] Exchange n’a pas de page de ce nom : quelqu’un l’y a placée. Rien n’y montre une utilisation.
    }
    .otherwise = Une page ajoutée par le propriétaire, ou un équipement placé devant le serveur qui répond à toute requête.
proxy_page_used = Une page étrangère à Exchange a reçu des données
    .says = Depuis { by }, des données ont été envoyées à { $url_stem } : { requests }, { when }. Le serveur a répondu par un succès.
    .meaning = Exchange n’a pas de page de ce nom. Envoyer des données à une telle page est la manière d’utiliser un code encoquillé (web shell). Ce journal ne contient pas les données envoyées.
    .otherwise = Une page ajoutée par le propriétaire. Examinez le fichier lui-même.
cmdlet_mailbox_export = Boîte aux lettres exportée
    .says = { records } du journal d’événements, { when } : une boîte aux lettres a été exportée vers un fichier.
    .meaning = Un export copie tous les courriels d’une personne. Les attaquants de cette période ont pris des courriels de cette façon.
    .otherwise = Les administrateurs exportent des boîtes pour de bonnes raisons. Demandez qui l’a ordonné.
cmdlet_mail_forwarded = Règle de boîte qui transfère le courrier
    .says = { records } des commandes d’Exchange, { when } : une règle qui transfère le courrier a été créée ou modifiée.
    .meaning = La plupart de ces règles sont créées par leurs propriétaires. Elle est citée parce que des intrus en créent aussi.
    .otherwise = Un utilisateur transfère son propre courrier. Demandez-le-lui.
iis_page_present = { $first_present ->
        [none] Des noms de pages web ont été essayés
       *[other] Une page étrangère à Exchange a répondu
    }
    .says = { $first_present ->
        [none] Depuis { by }, des pages qu’aucun Exchange ne possède ont été demandées : { requests }, { when }. Noms différents : { $tried_paths_count }. Aucune réponse ne montre que l’une d’elles existait.
       *[other] Le serveur a répondu par un succès pour { $cs_uri_stem }. Réponses de ce type : { $present_count }, la première le { $first_present }, la dernière le { $last_present }. { $gone_since ->
            [none] Aucune réponse ultérieure n’indique que la page a disparu.
           *[other] Depuis le { $gone_since }, la réponse indique que la page n’est pas là.
        } Les requêtes venaient de { by }. Elles ne portent aucun paramètre : elles montrent que la page existe, et aucune commande.
    }
    .meaning = { $first_present ->
        [none] Scanners et attaquants essaient les noms de codes encoquillés connus. Ici, les réponses renvoient à la page de connexion ou indiquent que le fichier manque.
       *[other] Exchange n’a pas de page de ce nom : quelqu’un l’y a placée. Rien n’y montre une utilisation.
    }
    .otherwise = Une page ajoutée par le propriétaire, ou un équipement placé devant le serveur qui répond à toute requête.
iis_page_used = Une page étrangère à Exchange a reçu des données
    .says = Depuis { by }, des données ont été envoyées à { $cs_uri_stem } : { requests }, { when }. Le serveur a répondu par un succès.
    .meaning = Exchange n’a pas de page de ce nom. Envoyer des données à une telle page est la manière d’utiliser un code encoquillé (web shell). Ce journal ne contient pas les données envoyées.
    .otherwise = Une page ajoutée par le propriétaire. Examinez le fichier lui-même.
iis_shell_client = Un logiciel de pilotage de web shell a reçu une réponse
    .says = Depuis { by }, le programme antSword a envoyé des données à { $cs_uri_stem } : { requests }, { when }. Le serveur a répondu par un succès.
    .meaning = Ce programme ne sert qu’à piloter des codes encoquillés (web shells).
    .otherwise = { pentest }
iis_loot_download = Copie de mémoire ou archive téléchargée depuis un dossier web
    .says = Depuis { by }, { $cs_uri_stem } a été téléchargé : { requests }, { when }. Le serveur l’a envoyé.
    .meaning = Les attaquants de cette période laissaient dans les dossiers web des copies de la mémoire des mots de passe ou des courriels, puis les téléchargeaient. Aucun fichier de ce type n’a sa place là.
    .otherwise = Le propriétaire a pu y déposer une archive à télécharger.
file_evaluates_request = Page qui exécute ce qu’une requête lui dit
    .says = Le fichier { $path } exécute comme un programme ce qu’un visiteur envoie.
    .meaning = Toute personne qui connaît le nom de cette valeur peut exécuter des commandes sur le serveur. Exchange n’a pas de page de ce genre.
    .otherwise = Seule une collection d’échantillons a le même aspect.
file_likely_shell = Page dont aucun site web n’a besoin
    .says = Le fichier { $path } fait des mots d’un visiteur ce dont une page authentique n’a guère de raison.
    .meaning = Il écrit des fichiers, exécute des scripts cachés ou atteint d’autres machines au gré d’un visiteur. Examinez-le avant toute autre action et gardez-en une copie.
    .otherwise = Un outil installé par le propriétaire pour gérer des fichiers ou des bases de données dans le navigateur.
file_suspicious_page = Page que peu de serveurs ont
    .says = Le fichier { $path } lance des programmes, ouvre des bases de données ou exécute des textes qu’il compose.
    .meaning = Quelqu’un doit l’examiner.
    .otherwise = Des pages d’autres applications web du même serveur font de même.
file_changed_page = Page authentique d’Exchange avec un ajout
    .says = Le fichier { $path } se trouve là où Exchange a une page à lui, et fait ce qu’aucune version connue de cette page ne fait.
    .meaning = Quelqu’un a modifié une page dont Exchange a besoin. Elle peut garder les mots de passe de tous ceux qui se connectent, ou exécuter des commandes. Gardez-en une copie avant de remplacer la page.
    .otherwise = Le propriétaire l’a modifiée, par exemple pour un second facteur.
file_foreign_page = Page étrangère dans un dossier d’Exchange
    .says = Le fichier { $path } se trouve dans un dossier du frontal d’Exchange, où aucun Exchange publié n’a de page de ce nom.
    .meaning = Quelqu’un l’y a placé. Examinez son contenu avant toute autre action et gardez-en une copie.
    .otherwise = Une page ajoutée par le propriétaire, ou une page d’un Exchange plus récent que les listes publiées.
file_page_in_aspnet_client = Page dans le dossier aspnet_client
    .says = Le fichier { $path } est une page dans un dossier qui n’en contient pas.
    .meaning = Ce dossier était l’endroit préféré des codes encoquillés de cette période, car il existe sur chaque serveur.
    .otherwise = Une page d’une autre application web du propriétaire.
file_container_page = Page qui n’est pas du texte
    .says = Le fichier { $path } porte le nom d’une page, mais c’est un fichier de boîte aux lettres ou une demande de certificat.
    .meaning = Le serveur web exécute malgré tout un script placé à l’intérieur. Quelqu’un a fait exporter des données à Exchange sous ce nom.
    .otherwise = Nous ne connaissons aucune raison ordinaire.
file_loot_in_web_folder = Copie de mémoire ou archive dans un dossier web
    .says = Le fichier { $path } est une copie de mémoire ou une archive, dans un dossier dont le serveur web distribue les fichiers.
    .meaning = Les attaquants de cette période y déposaient la mémoire des mots de passe ou des courriels avant de les télécharger.
    .otherwise = Le propriétaire a pu y déposer une archive à télécharger.
file_compiled_page = Trace d’une page qui a déjà été exécutée
    .says = Le fichier { $path } est une note du serveur web sur une page qu’Exchange ne possède pas.
    .meaning = Le serveur web écrit cette note quand une page est demandée pour la première fois. Elle reste quand la page est supprimée.
    .otherwise = Une page d’une autre application web du propriétaire.
compiled_shell = Page compilée qui obéit à des ordres
    .says = Le fichier { $path } est une page que le serveur web a compilée : elle fait ce qu’un visiteur lui dit.
    .meaning = Le serveur web compile une page quand elle est demandée pour la première fois et garde le programme. La page elle-même a pu disparaître depuis longtemps.
    .otherwise = Un outil installé par le propriétaire pour lancer des commandes dans le navigateur.
signature_in_web_folder = Votre signature correspond à un fichier du serveur web
    .says = La règle { $rule } de { $source } correspond au fichier { $path }.
    .meaning = Ce que cela prouve, seul l’auteur de la règle peut le dire. Quelqu’un doit examiner ce fichier.
    .otherwise = Les règles d’autrui correspondent aussi à des fichiers authentiques.
signature_elsewhere = Votre signature correspond à un fichier
    .says = La règle { $rule } de { $source } correspond à { $path }.
    .meaning = Ce que cela prouve, seul l’auteur de la règle peut le dire. Les journaux citent ce qu’envoient les attaquants, que cela ait marché ou non.
    .otherwise = Les règles d’autrui correspondent aussi à des fichiers authentiques.
event_page_written = Page écrite dans un dossier web
    .says = { records } du journal d’événements, { when } : une page qu’Exchange ne possède pas a été écrite dans un dossier web.
    .meaning = C’est ainsi qu’un code encoquillé (web shell) arrive sur le disque. Après l’attaque connue, l’auteur de l’écriture est le processus « System ».
    .otherwise = Une page ajoutée par le propriétaire.
event_page_written_share = Page d’un dossier web ouverte par un partage
    .says = { records } du journal Security, { when } : une page qu’Exchange ne possède pas a été ouverte dans un dossier web par un partage réseau.
    .meaning = Dans l’attaque connue, le serveur enregistre le fichier chez lui-même par ce chemin.
    .otherwise = Une sauvegarde ou un scan qui lit le dossier par le partage.
w3wp_command = Le serveur web a lancé une commande
    .says = { records } du journal d’événements, { when } : le processus du serveur web a lancé un interpréteur de commandes ou un outil du système.
    .meaning = Exchange ne fait pas cela. Les codes encoquillés (web shells), si. Lisez les lignes de commande dans l’ordre.
    .otherwise = Une autre application web du même serveur qui lance des programmes.
chopper_command = Commande d’un logiciel de pilotage de web shell
    .says = { records } du journal d’événements, { when } : une ligne de commande se termine comme celles d’un logiciel de pilotage bien connu.
    .meaning = Quelqu’un a exécuté des commandes sur le serveur au moyen d’un code encoquillé (web shell). Rien d’autre n’écrit de telles lignes.
    .otherwise = { pentest }
lsass_dump = Mémoire des mots de passe copiée
    .says = { records } du journal d’événements, { when } : une commande qui copie la mémoire où Windows garde les mots de passe a été lancée.
    .meaning = Considérez que l’attaquant connaît les mots de passe de tous les comptes connectés à ce serveur.
    .otherwise = Le support technique a pu faire une copie. { pentest }
registry_hives_saved = Partie du registre contenant des mots de passe enregistrée
    .says = { records } du journal d’événements, { when } : une commande a enregistré dans un fichier une partie du registre qui contient des mots de passe.
    .meaning = Les mots de passe des comptes locaux peuvent être extraits de ce fichier sur une autre machine.
    .otherwise = Un script de sauvegarde du propriétaire.
cabinet_of_loot = Butin rangé dans une archive
    .says = { records } du journal d’événements, { when } : une copie de mémoire ou des fichiers d’un dossier web ont été archivés avec makecab.
    .meaning = Les attaquants de cette période archivaient leur butin avant de le télécharger.
    .otherwise = Un script de support qui archive des copies de mémoire.
archive_in_programdata = Archive créée dans ProgramData
    .says = { records } du journal d’événements, { when } : une archive a été créée à la racine du dossier ProgramData.
    .meaning = Les attaquants de cette période y rassemblaient des courriels. Cet enregistrement compte à côté d’autres, pas seul.
    .otherwise = Les logiciels de sauvegarde, de protection et d’inventaire font de même.
exchange_snapin = Commandes d’Exchange dans un PowerShell ordinaire
    .says = { records } du journal PowerShell, { when } : un script a chargé directement les commandes d’Exchange.
    .meaning = Un script lit ainsi n’importe quelle boîte aux lettres avec les droits du serveur.
    .otherwise = Les scripts d’administrateurs et les logiciels de sauvegarde le font aussi.
script_reverse_shell = Script qui prend ses ordres à l’extérieur
    .says = { records } du journal PowerShell, { when } : un script se connecte à l’extérieur et exécute ce qui lui revient.
    .meaning = La personne à l’autre bout peut taper des commandes sur ce serveur.
    .otherwise = { pentest }
command_reverse_shell = Commande qui prend ses ordres à l’extérieur
    .says = { records } du journal d’événements, { when } : une commande se connecte à l’extérieur et exécute ce qui lui revient.
    .meaning = La personne à l’autre bout peut taper des commandes sur ce serveur.
    .otherwise = { pentest }
shadow_copy_probe = Clichés instantanés recherchés par un outil à distance
    .says = { records } du journal d’événements, { when } : les clichés instantanés ont été listés, et le résultat envoyé dans un fichier caché.
    .meaning = Les outils à distance des attaquants le font avant d’extraire la base des mots de passe d’un cliché.
    .otherwise = { pentest }
exchange_group_query = Groupes d’administrateurs d’Exchange consultés ou modifiés
    .says = { records } du journal d’événements, { when } : une commande a nommé l’un des groupes qui administrent Exchange.
    .meaning = Les attaquants de cette période ont listé ces groupes et en ont retiré des membres.
    .otherwise = Un administrateur qui a consulté un groupe.
security_log_cleared = Journal Security effacé
    .says = { records } du journal Security, { when } : le journal a été effacé.
    .meaning = Ce qu’il contenait est perdu. Il ne répond plus de la période précédente.
    .otherwise = Un administrateur a pu l’effacer, par exemple après une installation.
event_log_cleared = Journal d’événements effacé
    .says = { records } du journal System, { when } : un journal d’événements a été effacé.
    .meaning = Ce qu’il contenait est perdu.
    .otherwise = Un administrateur a pu l’effacer, par exemple après une installation.
log_cleared_by_command = Journaux supprimés par une commande
    .says = { records } du journal d’événements, { when } : une commande a effacé des journaux d’événements ou supprimé des journaux d’Exchange ou d’IIS.
    .meaning = Les attaquants suppriment des journaux pour cacher leurs actes.
    .otherwise = Les scripts de ménage des administrateurs suppriment aussi d’anciens journaux. Comparez les heures.
shell_file_and_use = Code encoquillé sur le disque, et des données lui ont été envoyées
    .says = Une page qui exécute ce qu’une requête lui dit se trouve dans un dossier web, et le serveur a reçu des données pour elle. Chemin : { $paths }.
    .meaning = Quelqu’un a utilisé le code encoquillé (web shell). Le journal ne contient pas les données envoyées.
    .otherwise = Nous ne connaissons aucune raison ordinaire.
page_use_and_command = Données envoyées à une page étrangère, puis une commande lancée
    .says = Entre le { $first } et le { $last }, le serveur a reçu des données pour une page qu’aucun Exchange ne possède, et son serveur web a lancé une commande à quelques minutes près.
    .meaning = Quelqu’un a exécuté des commandes sur le serveur au moyen de cette page.
    .otherwise = Une page du propriétaire qui lance des programmes.
