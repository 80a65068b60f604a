# Textes du paquet en français, niveau B1. Une règle a un titre, ce qui a été vu (.says), ce que cela signifie (.meaning)
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

## Questions

question-exploit-requests = Requêtes d’exploitation
    .missing = Collectez le dossier Logging\HttpProxy d’Exchange. Il couvre environ 30 jours ; une sauvegarde peut contenir des copies plus anciennes. Les journaux d’IIS et d’un mandataire inverse aident aussi.
question-virtual-directories = Répertoires virtuels
    .missing = Collectez le dossier Logging\ECP\Server d’Exchange et le journal d’événements « MSExchange Management ». Ce dernier remonte souvent plus loin.
question-files-written = Fichiers écrits par Exchange
    .missing = Collectez le dossier Logging\OABGeneratorLog d’Exchange, ou tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy.
question-web-shells = Codes encoquillés (web shells) sur le disque
    .missing = Collectez tous les dossiers web avec leurs fichiers : inetpub\wwwroot et FrontEnd\HttpProxy d’Exchange. Ajoutez le dossier Temporary ASP.NET Files, qui garde la trace des pages supprimées.
question-commands-run = Commandes exécutées par le serveur
    .missing = Collectez les journaux d’événements Security, Sysmon et PowerShell. Le journal Security ne contient les démarrages de programmes que si cela avait été activé auparavant.
question-credentials-and-mail = Mots de passe et courriels copiés
    .missing = Collectez tous les journaux d’événements et tous les dossiers web avec leurs fichiers. Demandez au fournisseur du pare-feu les gros transferts vers l’extérieur.

## Journal du frontal : cible falsifiée

ssrf_probe = Quelqu’un a testé la présence de la faille
    .says = Depuis { by }, le frontal a reçu { requests } à transmettre au serveur lui-même, { when }. C’est ainsi qu’un script de test public cherche la faille.
    .meaning = Ce test n’est pas une étape d’une intrusion. Il montre que le serveur était joignable et que quelqu’un s’y intéressait.
    .otherwise = Le propriétaire ou un service de scan a pu lancer ce test. Le script a été publié pour les administrateurs.
ssrf_autodiscover = Première étape de l’attaque tentée
    .says = Depuis { by }, le frontal a reçu { requests } à transmettre à Autodiscover, vers une cible choisie par l’appelant, { when }.
    .meaning = C’est la première étape de l’enchaînement connu : l’appelant cherche une boîte aux lettres. Beaucoup d’attaques se sont arrêtées là. Si le serveur n’était pas à jour à ce moment, le procédé lui-même a fonctionné.
    .otherwise = { pentest }
ssrf_mailbox_id = Identité du titulaire d’une boîte obtenue
    .says = Depuis { by }, le frontal a transmis { requests } au service de messagerie du serveur principal (back-end), { when }. Celui-ci a répondu.
    .meaning = La réponse donne l’identité interne d’un utilisateur. L’étape suivante de l’enchaînement connu en a besoin.
    .otherwise = { pentest }
ssrf_admin_session = Session d’administrateur obtenue sans mot de passe
    .says = Depuis { by }, le frontal a transmis { requests } à l’ouverture de session du panneau d’administration, { when }. Le serveur a répondu 241 : la session a été ouverte.
    .meaning = Le code 241 est propre à Exchange et signale l’ouverture d’une session. L’appelant n’avait pas de mot de passe et pouvait dès lors administrer le serveur.
    .otherwise = { pentest }
ssrf_vdir_read = Réglages d’un répertoire virtuel lus avec la session volée
    .says = Depuis { by }, le frontal a transmis { requests } pour lire les réglages d’un répertoire virtuel, { when }. Le serveur a répondu.
    .meaning = Le panneau d’administration ne répond ainsi que dans une session ouverte. L’appelant était déjà entré et préparait une modification.
    .otherwise = { pentest }
ssrf_vdir_change = Répertoire virtuel modifié depuis l’extérieur
    .says = Depuis { by }, le frontal a transmis { requests } de modification d’un répertoire virtuel, { when }. Le serveur a répondu par un succès.
    .meaning = Dans l’enchaînement connu, cette étape place un script dans un champ d’adresse, puis l’en retire. Le journal du panneau d’administration montre la valeur.
    .otherwise = { pentest }
ssrf_vdir_reset = Fichier écrit sur le serveur depuis l’extérieur
    .says = Depuis { by }, le frontal a transmis { requests } de réinitialisation d’un répertoire virtuel, { when }. Le serveur a répondu par un succès.
    .meaning = La réinitialisation enregistre les réglages dans un fichier, à l’endroit choisi par l’appelant. Si un script s’y trouve, ce fichier est un code encoquillé (web shell).
    .otherwise = { pentest }
ssrf_mailbox_access = Services de messagerie atteints sans mot de passe
    .says = Depuis { by }, le frontal a transmis { requests } au service de messagerie ou au carnet d’adresses du serveur, { when }. Celui-ci a répondu.
    .meaning = Le serveur prend une telle requête pour l’une des siennes. Des courriels ou la liste d’adresses ont pu être lus. Le journal ne dit pas lesquels.
    .otherwise = { pentest }
ssrf_other_target = Cible falsifiée d’une autre forme
    .says = Depuis { by }, le frontal a reçu { requests } vers une autre cible choisie par l’appelant, { when }.
    .meaning = Exchange n’écrit jamais une telle cible. C’est une tentative contre la même faille ; les scanners indiquent leur propre machine pour voir si le serveur l’appelle.
    .otherwise = { pentest }
ssrf_failed = Attaque refusée ou échouée
    .says = Depuis { by }, le serveur a reçu { requests } de l’attaque connue, { when }. Les réponses ne sont pas celles d’un succès.
    .meaning = La faille a été essayée. Ces requêtes n’ont pas atteint leur but.
    .otherwise = { pentest }
ssrf_no_answer = Étapes suivantes de l’attaque, réponse non enregistrée
    .says = Depuis { by }, le serveur a reçu { requests } des étapes suivantes de l’attaque connue, { when }. Le journal ne contient pas la réponse du serveur.
    .meaning = Ces étapes n’ont de sens qu’après les premières. À elles seules, ces lignes ne montrent pas si elles ont réussi.
    .otherwise = { pentest }
ssrf_old_cookie = Cookie de routage falsifié
    .says = Depuis { by }, le serveur a reçu { requests } avec un cookie de routage qu’Exchange n’écrit pas, { when }.
    .meaning = Ce cookie contient un chemin. C’est une forme plus ancienne de la même tentative de détourner les requêtes du serveur.
    .otherwise = { pentest }
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

## Panneau d’administration et journal de gestion

ecp_vdir_script = Script inscrit dans un répertoire virtuel
    .says = { records } du panneau d’administration, { when } : l’adresse d’un répertoire virtuel a reçu un script à la place d’une adresse. La commande n’a pas échoué.
    .meaning = Cette étape installe un code encoquillé (web shell). Quand le répertoire est réinitialisé, Exchange enregistre le script dans un fichier que le serveur web exécute.
    .otherwise = Nous ne connaissons aucune raison ordinaire. Seul un test de cette faille même laisse la même trace.
ecp_vdir_script_failed = Script refusé pour un répertoire virtuel
    .says = { records } du panneau d’administration, { when } : l’adresse d’un répertoire virtuel devait recevoir un script. Exchange l’a refusé.
    .meaning = Quelqu’un déjà entré dans le panneau d’administration a tenté d’installer un code encoquillé. Cette tentative a échoué ; cherchez-en d’autres.
    .otherwise = Seul un test de cette faille même laisse la même trace.
ecp_forged_request = Requête du panneau d’administration passée par la faille
    .says = { records } du panneau d’administration, { when } : l’adresse porte encore la fin d’une cible falsifiée.
    .meaning = Un navigateur n’envoie jamais cela. La requête est entrée par la faille du frontal, dans une session ouverte.
    .otherwise = { pentest }
ecp_vdir_reset = Répertoire virtuel réinitialisé
    .says = { records } du panneau d’administration, { when } : un répertoire virtuel a été réinitialisé.
    .meaning = Une réinitialisation enregistre les réglages dans un fichier. C’est une étape de l’attaque connue, mais aussi un bouton prévu pour les administrateurs.
    .otherwise = Un administrateur a pu réinitialiser ce répertoire. Demandez qui l’a fait, et depuis quel poste.
ecp_oab_recreated = Répertoire du carnet d’adresses supprimé puis recréé
    .says = { records } du panneau d’administration, { when } : le répertoire virtuel du carnet d’adresses a été supprimé ou recréé.
    .meaning = Une réinitialisation produit cet effet. Cela aide à dater un fichier écrit au même moment.
    .otherwise = Les administrateurs et l’installation d’Exchange le font aussi.
ecp_vdir_url_cleared = Adresse d’un répertoire virtuel vidée
    .says = { records } du panneau d’administration, { when } : l’adresse d’un répertoire virtuel a été vidée.
    .meaning = Les outils connus le font en dernier, pour cacher le script qui s’y trouvait.
    .otherwise = Un administrateur a pu retirer cette adresse.
cmdlet_vdir_script = Script inscrit dans un répertoire virtuel (journal d’événements)
    .says = { records } du journal d’événements, { when } : l’adresse d’un répertoire virtuel a reçu un script à la place d’une adresse. La commande a réussi.
    .meaning = Cette étape installe un code encoquillé (web shell). Quand le répertoire est réinitialisé, Exchange enregistre le script dans un fichier que le serveur web exécute.
    .otherwise = Nous ne connaissons aucune raison ordinaire. Seul un test de cette faille même laisse la même trace.
cmdlet_vdir_script_failed = Script refusé pour un répertoire virtuel (journal d’événements)
    .says = { records } du journal d’événements, { when } : l’adresse d’un répertoire virtuel devait recevoir un script. Exchange l’a refusé.
    .meaning = Quelqu’un disposant de droits d’administration a tenté d’installer un code encoquillé. Cette tentative a échoué ; cherchez-en d’autres.
    .otherwise = Seul un test de cette faille même laisse la même trace.
cmdlet_oab_recreated = Répertoire du carnet d’adresses supprimé puis recréé (journal d’événements)
    .says = { records } du journal d’événements, { when } : le répertoire virtuel du carnet d’adresses a été supprimé ou recréé.
    .meaning = Une réinitialisation produit cet effet. Cela aide à dater un fichier écrit au même moment.
    .otherwise = Les administrateurs et l’installation d’Exchange le font aussi.
cmdlet_mailbox_export = Boîte aux lettres exportée
    .says = { records } du journal d’événements, { when } : une boîte aux lettres a été exportée vers un fichier.
    .meaning = Un export copie tous les courriels d’une personne. Les attaquants de cette période ont pris des courriels de cette façon.
    .otherwise = Les administrateurs exportent des boîtes pour de bonnes raisons. Demandez qui l’a ordonné.
um_invalid_cast = La messagerie unifiée a reçu des données inattendues
    .says = { records } du journal d’événements, { when } : la messagerie unifiée a rencontré un objet d’un type inattendu.
    .meaning = Cette erreur apparaît quand la deuxième des quatre failles est essayée. Elle ne montre pas que cela a réussi.
    .otherwise = Un défaut de la messagerie unifiée ou d’un module linguistique produit la même erreur.
um_worker_child = La messagerie unifiée a lancé un programme étranger
    .says = { records } du journal d’événements, { when } : la messagerie unifiée a lancé un autre programme.
    .meaning = Ce service ne lance que des rapports d’erreur. Un autre programme signifie que la faille a servi à le lancer, avec tous les droits.
    .otherwise = Un débogueur ou un agent de supervision du propriétaire.
oab_write_outside = Le service du carnet d’adresses a écrit hors de son dossier
    .says = { records } du service du carnet d’adresses, { when } : un téléchargement a laissé un fichier hors du dossier du carnet d’adresses.
    .meaning = La troisième des quatre failles fait écrire à ce service un fichier choisi par l’attaquant. Regardez le chemin dans l’enregistrement.
    .otherwise = Un dossier d’installation déplacé ou renommé à la main.

## IIS

iis_static_post = Données envoyées à un fichier qui n’en attend pas
    .says = Depuis { by }, des données ont été envoyées à un fichier de script ou de style du frontal : { requests }, { when }.
    .meaning = L’attaque connue a besoin d’un tel chemin. IIS n’enregistre pas le cookie qui la porte : ces lignes ne montrent pas si elle a réussi.
    .otherwise = Les scanners de vulnérabilités et le script de test public envoient les mêmes requêtes.
iis_static_probe = Quelqu’un a demandé un fichier propre aux outils d’attaque
    .says = Depuis { by }, un fichier de script qu’Exchange ne possède pas a été demandé : { requests }, { when }.
    .meaning = Les scanners de cette faille demandent de tels noms. Ce n’est pas une étape d’une intrusion.
    .otherwise = Un scan commandé par le propriétaire.
iis_backend_session = Session du panneau d’administration ouverte pour un programme
    .says = Sur le serveur principal (back-end), une session du panneau d’administration a été ouverte : { requests }, { when }. L’appelant était un programme, pas un navigateur.
    .meaning = Les outils de l’attaque connue le font par la faille du frontal. Une personne qui se connecte utilise un navigateur.
    .otherwise = Un script de supervision qui se connecte au panneau, ou l’autotest d’Exchange. Comparez l’agent utilisateur avec d’autres jours.
iis_backend_reset = Répertoire virtuel réinitialisé par le compte du serveur
    .says = Sur le serveur principal (back-end), un répertoire virtuel a été réinitialisé sous le compte de la machine : { requests }, { when }. La réponse était un succès.
    .meaning = Par la faille, un appelant extérieur agit sous ce compte. La réinitialisation écrit un fichier à l’endroit choisi par l’appelant.
    .otherwise = La réinitialisation d’un administrateur peut avoir cet aspect si le frontal la transmet sous son propre compte. Demandez qui l’a faite.
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

## Fichiers

file_vdir_dump_script = Réglages de répertoire enregistrés avec un script
    .says = Le fichier { $path } contient les réglages d’un répertoire virtuel, avec un script dans une adresse.
    .meaning = C’est le fichier que laisse l’attaque connue. Le serveur web exécute le script dès que la page est demandée.
    .otherwise = Seule une collection d’échantillons a le même aspect.
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

## Événements Windows

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
vsperfmon_task = Tâche planifiée VSPerfMon
    .says = { records } du journal Security, { when } : une tâche planifiée nommée VSPerfMon a été créée.
    .meaning = Des attaquants de cette période ont utilisé ce nom pour revenir après un redémarrage.
    .otherwise = Un développeur qui mesure des performances avec Visual Studio.
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
defender_detection = Defender a nommé une menace de cette campagne
    .says = { records } de Microsoft Defender, { when } : un nom que Microsoft a donné aux moyens de ces attaques y figure.
    .meaning = Le chemin dans l’enregistrement dit où elle se trouvait. Supprimer le fichier n’expulse pas un attaquant.
    .otherwise = Une collection d’échantillons, ou un script qui les recherche.
ransom_service = Service d’un rançongiciel de cette période
    .says = { records } du journal System, { when } : un service nommé msupdate a été installé.
    .meaning = Le rançongiciel DearCry installe un service de ce nom.
    .otherwise = Un autre programme peut porter le même nom. Regardez son chemin.

## Constats réunis

chain_in_front_end = L’attaque entière, de la session au fichier
    .says = Depuis { by }, une session d’administrateur a été obtenue, un répertoire virtuel modifié puis enregistré dans un fichier, entre le { $first } et le { $last }. Toutes les étapes ont reçu une réponse de succès.
    .meaning = L’attaque a atteint son but : un fichier choisi par l’attaquant a été écrit sur le serveur.
    .otherwise = { pentest }
reset_then_page = Fichier écrit, puis une page étrangère a répondu
    .says = Entre le { $first } et le { $last }, un fichier a été écrit par la faille, puis le serveur a répondu pour une page qu’aucun Exchange ne possède.
    .meaning = Le fichier écrit est en place et joignable de l’extérieur. Ces enregistrements ne montrent aucune utilisation.
    .otherwise = { pentest }
script_file_and_request = Code encoquillé sur le disque, et il a répondu
    .says = Un fichier portant un script de l’attaque connue se trouve dans un dossier web, et le serveur a répondu à une requête pour ce fichier. Chemin : { $paths }.
    .meaning = Le code encoquillé (web shell) est en place et joignable. Ces enregistrements ne montrent aucune utilisation.
    .otherwise = Seul un test de cette faille même laisse la même trace.
shell_file_and_use = Code encoquillé sur le disque, et des données lui ont été envoyées
    .says = Une page qui exécute ce qu’une requête lui dit se trouve dans un dossier web, et le serveur a reçu des données pour elle. Chemin : { $paths }.
    .meaning = Quelqu’un a utilisé le code encoquillé (web shell). Le journal ne contient pas les données envoyées.
    .otherwise = Nous ne connaissons aucune raison ordinaire.
page_use_and_command = Données envoyées à une page étrangère, puis une commande lancée
    .says = Entre le { $first } et le { $last }, le serveur a reçu des données pour une page qu’aucun Exchange ne possède, et son serveur web a lancé une commande à quelques minutes près.
    .meaning = Quelqu’un a exécuté des commandes sur le serveur au moyen de cette page.
    .otherwise = Une page du propriétaire qui lance des programmes.
