//! What the languages and libraries have that matters: where a visitor's words enter, and what can be done with them.
//!
//! Names are in lower case. The facts are those of the .NET Framework, ASP and the Windows Script Host.

use crate::flow::value::Channel;

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Runs a text as a script.
    Code,
    /// Loads a program from bytes.
    Load,
    /// Starts a program of the system.
    Run,
    /// Calls machine code.
    Native,
    /// Writes a file.
    Write,
    /// Reads a file.
    Read,
    /// Lists a folder or the drives.
    List,
    /// Deletes a file or folder.
    Delete,
    /// Copies or moves a file.
    Move,
    /// Changes the times or attributes of a file.
    Stamp,
    /// Sends a command to a database.
    Query,
    /// Opens a database.
    Connect,
    /// Opens a network connection.
    Net,
    /// Fetches an address.
    Fetch,
    /// Turns bytes into objects, and runs what they hold.
    Deserialize,
    /// Runs another page.
    Include,
    /// Reads or writes the registry.
    Registry,
    /// Stays in the memory of the server.
    Resident,
    /// Creates an object of a class named at run time.
    Create,
    /// Reads the keys with which the server signs what it trusts.
    Keys,
}

impl Effect {
    /// Whether it runs a program: who chooses what it is given rules the server.
    pub(crate) fn runs(self) -> bool {
        matches!(self, Self::Code | Self::Load | Self::Run | Self::Native)
    }

    /// The word of machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Load => "load",
            Self::Run => "run",
            Self::Native => "native",
            Self::Write => "write",
            Self::Read => "read",
            Self::List => "list",
            Self::Delete => "delete",
            Self::Move => "move",
            Self::Stamp => "stamp",
            Self::Query => "query",
            Self::Connect => "connect",
            Self::Net => "net",
            Self::Fetch => "fetch",
            Self::Deserialize => "deserialize",
            Self::Include => "include",
            Self::Registry => "registry",
            Self::Resident => "resident",
            Self::Create => "create",
            Self::Keys => "keys",
        }
    }
}

/// One call that matters: its effect, the arguments that say what, and the one that is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sink {
    pub(crate) effect: Effect,
    pub(crate) what: &'static [usize],
    pub(crate) content: Content,
}

/// What a call writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing by itself.
    None,
    /// The argument of this number.
    Argument(usize),
    /// What the object holds that it is called on.
    Holder,
}

const fn sink(effect: Effect, what: &'static [usize]) -> Sink {
    Sink { effect, what, content: Content::None }
}

const fn writes(what: &'static [usize], content: usize) -> Sink {
    Sink { effect: Effect::Write, what, content: Content::Argument(content) }
}

/// Writes what the object holds to the path of the first argument.
const SAVES: Sink = Sink { effect: Effect::Write, what: &[0], content: Content::Holder };

/// Any argument.
pub(crate) const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7];

/// The last two names of a dotted path.
pub(crate) fn tail(path: &str) -> &str {
    let bytes = path.as_bytes();
    let second = memchr::memrchr(b'.', bytes).and_then(|last| memchr::memrchr(b'.', &bytes[..last]));
    second.map_or(path, |second| &path[second + 1..])
}

/// The last name of a dotted path.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, last)| last)
}

/// A function that belongs to no object.
/// `script` says whether the language can run a text as a script: VBScript and JScript can.
pub(crate) fn function(path: &str, script: bool) -> Option<Sink> {
    // Long: one line for each function.
    Some(match tail(path) {
        "constructor.constructor" if script => sink(Effect::Code, ALL),
        "function" if script => sink(Effect::Code, ALL),
        "eval" | "execute" | "executeglobal" | "window.eval" | "this.eval" | "global.eval" | "me.eval"
        | "me.execute"
            if script =>
        {
            sink(Effect::Code, &[0])
        }
        "eval.jscriptevaluate"
        | "csharpscript.evaluateasync"
        | "csharpscript.runasync"
        | "csharpscript.create"
        | "csharpsyntaxtree.parsetext"
        | "vbsyntaxtree.parsetext"
        | "xamlreader.parse"
        | "xamlservices.parse"
        | "xamlreader.load"
        | "xamlservices.load"
        | "activityxamlservices.load"
        | "scriptblock.create" => sink(Effect::Code, &[0]),
        "assembly.load"
        | "assembly.loadfrom"
        | "assembly.loadfile"
        | "assembly.unsafeloadfrom"
        | "appdomain.load"
        | "currentdomain.load"
        | "assembly.loadwithpartialname"
        | "loadfrom"
        | "currentdomain.executeassembly" => sink(Effect::Load, &[0]),
        "process.start" | "interaction.shell" | "shell" => sink(Effect::Run, ALL),
        "marshal.getdelegateforfunctionpointer" => sink(Effect::Native, &[0]),
        "file.writealltext"
        | "file.writeallbytes"
        | "file.writealllines"
        | "file.appendalltext"
        | "file.appendalllines"
        | "file.writealltextasync"
        | "file.writeallbytesasync"
        | "filesystem.writealltext"
        | "filesystem.writeallbytes" => writes(&[0], 1),
        "file.create" | "file.createtext" | "file.openwrite" | "file.appendtext" => sink(Effect::Write, &[0]),
        "file.readalltext"
        | "file.readallbytes"
        | "file.readalllines"
        | "file.openread"
        | "file.opentext"
        | "file.readlines"
        | "file.open"
        | "response.transmitfile"
        | "response.writefile"
        | "filesystem.readalltext" => sink(Effect::Read, &[0]),
        "file.delete" | "directory.delete" | "filesystem.deletefile" | "filesystem.kill" => sink(Effect::Delete, &[0]),
        "file.copy"
        | "file.move"
        | "directory.move"
        | "file.replace"
        | "filesystem.filecopy"
        | "filesystem.copyfile" => sink(Effect::Move, &[0, 1]),
        "directory.getfiles"
        | "directory.getdirectories"
        | "directory.enumeratefiles"
        | "directory.enumeratedirectories"
        | "directory.enumeratefilesystementries"
        | "directory.getfilesystementries"
        | "directory.getlogicaldrives"
        | "driveinfo.getdrives" => sink(Effect::List, &[0]),
        "file.setcreationtime"
        | "file.setlastwritetime"
        | "file.setlastaccesstime"
        | "file.setattributes"
        | "file.setcreationtimeutc"
        | "file.setlastwritetimeutc"
        | "directory.setcreationtime"
        | "directory.setlastwritetime" => sink(Effect::Stamp, &[0]),
        "webrequest.create" | "httpwebrequest.create" => sink(Effect::Fetch, &[0]),
        "server.execute" | "server.transfer" | "page.loadcontrol" | "loadcontrol" => sink(Effect::Include, &[0]),
        "page.parsecontrol" | "parsecontrol" | "parsetemplate" => sink(Effect::Code, &[0]),
        "registry.getvalue" | "registry.setvalue" => sink(Effect::Registry, &[0, 1, 2]),
        "hostingenvironment.registervirtualpathprovider" => sink(Effect::Resident, &[0]),
        "activator.createinstance"
        | "type.gettype"
        | "activator.createinstancefrom"
        | "activator.createcominstancefrom" => sink(Effect::Create, &[0]),
        _ => return None,
    })
}

/// A method of an object whose class is known.
pub(crate) fn method(class: &str, name: &str) -> Option<Sink> {
    // Long: one line for each class.
    let class = last_word(class);
    Some(match (class, name) {
        ("wscript.shell" | "?", "run" | "exec") => sink(Effect::Run, &[0]),
        ("wscript.shell", "regread" | "regwrite" | "regdelete") => sink(Effect::Registry, &[0, 1]),
        ("shell.application", "shellexecute" | "open") => sink(Effect::Run, &[0, 1]),
        ("shell.application", "namespace") => sink(Effect::List, &[0]),
        ("shell.users" | "wscript.network", "create") => sink(Effect::Run, &[0]),
        ("scriptcontrol", "addcode" | "executestatement" | "eval" | "run") => sink(Effect::Code, &[0]),
        ("filesystemobject" | "?", "createtextfile") => sink(Effect::Write, &[0]),
        ("filesystemobject" | "?", "opentextfile") => sink(Effect::Read, &[0]),
        ("filesystemobject", "getfolder" | "drives") => sink(Effect::List, &[0]),
        ("filesystemobject", "getfile") => sink(Effect::Read, &[0]),
        ("filesystemobject", "deletefile" | "deletefolder") => sink(Effect::Delete, &[0]),
        ("filesystemobject", "copyfile" | "movefile" | "copyfolder" | "movefolder") => sink(Effect::Move, &[0, 1]),
        ("stream" | "?", "savetofile") => SAVES,
        ("stream", "loadfromfile") => sink(Effect::Read, &[0]),
        ("connection" | "?", "execute") => sink(Effect::Query, &[0]),
        ("connection", "open") => sink(Effect::Connect, &[0]),
        ("recordset", "open") => sink(Effect::Query, &[0]),
        ("catalog", "create") => sink(Effect::Connect, &[0]),
        (
            "xmlhttp" | "serverxmlhttp" | "winhttprequest.5.1" | "xmlhttp.3.0" | "serverxmlhttp.3.0"
            | "serverxmlhttp.6.0",
            "open",
        ) => sink(Effect::Fetch, &[1]),
        ("xslcompiledtransform" | "xsltransform", "load") => sink(Effect::Code, &[0]),
        ("win32_process", "create" | "invokemethod") => sink(Effect::Run, ALL),
        ("runspaceinvoke", "invoke") => sink(Effect::Code, &[0]),
        ("runspace" | "powershell" | "pipeline", "addscript" | "addcommand" | "invokescript" | "createpipeline") => {
            sink(Effect::Code, &[0])
        }
        ("tcpclient" | "socket" | "udpclient", "connect" | "beginconnect" | "connectasync" | "send") => {
            sink(Effect::Net, &[0, 1])
        }
        ("webclient" | "httpclient", "downloadfile" | "downloadfileasync") => writes(&[1], 0),
        (
            "webclient" | "httpclient",
            "downloadstring" | "downloaddata" | "openread" | "getasync" | "getstringasync" | "uploaddata"
            | "uploadfile" | "getbytearrayasync",
        ) => sink(Effect::Fetch, &[0]),
        (
            "binaryformatter" | "losformatter" | "objectstateformatter" | "netdatacontractserializer" | "soapformatter",
            "deserialize" | "unsafedeserialize" | "readobject",
        ) => sink(Effect::Deserialize, &[0]),
        ("resolvingserializer", "deserialize" | "deserializeobject") => sink(Effect::Deserialize, &[0]),
        ("fileinfo" | "file", "delete") | ("directoryinfo" | "folder", "delete") => sink(Effect::Delete, &[]),
        ("fileinfo", "copyto" | "moveto") | ("directoryinfo", "moveto") | ("file" | "folder", "copy" | "move") => {
            sink(Effect::Move, &[0])
        }
        ("directoryinfo", "getfiles" | "getdirectories" | "getfilesysteminfos") => sink(Effect::List, &[]),
        ("fileinfo", "openread" | "opentext") => sink(Effect::Read, &[]),
        ("fileinfo", "create" | "createtext" | "openwrite" | "appendtext") => sink(Effect::Write, &[]),
        ("httplistener", "start") => sink(Effect::Resident, &[]),
        _ => return None,
    })
}

/// The last part of a class name that tells: `adodb.stream` and `system.io.stream` are both streams, `wscript.shell` is itself.
pub(crate) fn last_word(class: &str) -> &str {
    match class {
        "wscript.shell" | "wscript.shell.1" => "wscript.shell",
        "shell.application" | "shell.application.1" | "shell.users" | "wscript.network" => class,
        "adodb.stream" => "stream",
        _ if class.starts_with("msscriptcontrol") || class.ends_with("scriptcontrol") => "scriptcontrol",
        _ if class.starts_with("winhttp") => "winhttprequest.5.1",
        _ if class.starts_with("msxml2.") || class.starts_with("microsoft.xmlhttp") => "xmlhttp",
        _ => last(class),
    }
}

/// A method whose name alone tells.
pub(crate) fn any_method(name: &str) -> Option<Sink> {
    // Long: one line for each method.
    Some(match name {
        "executestatement" | "addcode" => sink(Effect::Code, &[0]),
        "compileassemblyfromsource" | "compileassemblyfromsourcebatch" => sink(Effect::Code, ALL),
        "compileassemblyfromfile" | "compileassemblyfromfilebatch" | "compileassemblyfromdom" => {
            sink(Effect::Load, ALL)
        }
        "executeshellcommand" | "ddeinitiate" => sink(Effect::Run, ALL),
        "transformnode" | "transformnodetoobject" => sink(Effect::Code, &[0]),
        "shellexecute" => sink(Effect::Run, &[0, 1]),
        "savetofile" | "saveas" => SAVES,
        "createtextfile" => sink(Effect::Write, &[0]),
        "opentextfile" => sink(Effect::Read, &[0]),
        "deletefile" | "deletefolder" => sink(Effect::Delete, &[0]),
        "copyfile" | "movefile" => sink(Effect::Move, &[0, 1]),
        "addscript" => sink(Effect::Code, &[0]),
        "opensubkey" | "deletesubkeytree" | "deletesubkey" => sink(Effect::Registry, &[0]),
        "transmitfile" => sink(Effect::Read, &[0]),
        "executequery" | "fromsqlraw" => sink(Effect::Query, &[0]),
        "setcreationtime" | "setlastwritetime" => sink(Effect::Stamp, &[]),
        _ => return None,
    })
}

/// What making an object of a class does.
pub(crate) fn creation(class: &str) -> Option<Sink> {
    let class = last(class);
    Some(match class {
        "streamwriter" => sink(Effect::Write, &[0]),
        "filestream" => sink(Effect::Write, &[0]),
        "streamreader" => sink(Effect::Read, &[0]),
        "sqlconnection" | "oledbconnection" | "odbcconnection" | "oracleconnection" | "mysqlconnection" => {
            sink(Effect::Connect, &[0])
        }
        "sqlcommand" | "oledbcommand" | "odbccommand" | "oraclecommand" | "mysqlcommand" | "sqldataadapter"
        | "oledbdataadapter" | "odbcdataadapter" => sink(Effect::Query, &[0]),
        "tcpclient" | "ipendpoint" => sink(Effect::Net, &[0, 1]),
        "httplistener" | "tcplistener" => sink(Effect::Resident, &[]),
        "function" => sink(Effect::Code, ALL),
        _ => return None,
    })
}

/// What setting a member of an object does.
pub(crate) fn setting(class: &str, member: &str) -> Option<Sink> {
    let class = last(class);
    Some(match member {
        "connectionstring" => sink(Effect::Connect, &[0]),
        "commandtext" => sink(Effect::Query, &[0]),
        "modifydate" => sink(Effect::Stamp, &[]),
        "lastwritetime" | "creationtime" | "lastaccesstime" | "attributes"
            if matches!(class, "fileinfo" | "directoryinfo" | "file" | "folder") =>
        {
            sink(Effect::Stamp, &[])
        }
        _ => return None,
    })
}

/// Machine code that pages import.
pub(crate) fn imported(name: &str) -> Option<Sink> {
    Some(match name {
        "virtualalloc" | "virtualallocex" | "virtualprotect" | "createthread" | "createremotethread"
        | "writeprocessmemory" | "rtlmovememory" | "ntcreatethreadex" | "heapcreate" | "queueuserapc"
        | "enumsystemlocalesa" | "minidumpwritedump" | "loadlibrary" | "loadlibrarya" | "loadlibraryw"
        | "loadlibraryex" => sink(Effect::Native, ALL),
        "createprocess"
        | "createprocessa"
        | "createprocessw"
        | "createprocessasuser"
        | "createprocesswithlogonw"
        | "createprocesswithtokenw"
        | "winexec"
        | "system"
        | "_wsystem"
        | "_popen"
        | "shellexecute"
        | "shellexecutea"
        | "shellexecutew" => sink(Effect::Run, ALL),
        _ => return None,
    })
}

/// Classes that there is a reason to hide.
pub(crate) fn hidden_class(class: &str) -> bool {
    matches!(
        last_word(class),
        "wscript.shell"
            | "shell.application"
            | "shell.users"
            | "wscript.network"
            | "scriptcontrol"
            | "filesystemobject"
            | "stream"
    )
}

/// Classes behind identifiers, as `<object classid>` and `GetObject("new:{..}")` name them.
pub(crate) fn class_of(name: &str) -> String {
    let id = name.trim_start_matches("new:").trim_start_matches("clsid:").trim_matches(['{', '}']);
    match id {
        "72c24dd5-d70a-438b-8a42-98424b88afb8" | "f935dc22-1cf0-11d0-adb9-00c04fd58a0b" => "wscript.shell".into(),
        "093ff999-1ea0-4079-9525-9614c3504b74" => "wscript.network".into(),
        "0d43fe01-f093-11cf-8940-00a0c9054228" => "scripting.filesystemobject".into(),
        "13709620-c279-11ce-a49e-444553540000" => "shell.application".into(),
        "00000566-0000-0010-8000-00aa006d2ea4" => "adodb.stream".into(),
        "00000514-0000-0010-8000-00aa006d2ea4" => "adodb.connection".into(),
        "0e59f1d5-1fbe-11d0-8ff2-00a0d10038bc" => "msscriptcontrol.scriptcontrol".into(),
        _ if name.starts_with("winmgmts:") => "winmgmts".into(),
        _ => name.trim_end_matches(".1").to_owned(),
    }
}

/// What a member of the request gives: a channel, or nothing that a visitor chooses freely.
pub(crate) fn request_member(member: &str) -> Option<Channel> {
    Some(match member {
        "querystring" | "rawurl" | "url" | "query" | "pathinfo" => Channel::Query,
        "form" => Channel::Form,
        "params" | "item" | "servervariables" | "unvalidated" | "values" | "routevalues" => Channel::Any,
        "headers" | "clientcertificate" | "useragent" | "urlreferrer" | "usersagent" | "acceptlanguages"
        | "accepttypes" => Channel::Header,
        "cookies" => Channel::Cookie,
        "inputstream" | "binaryread" | "getbufferedinputstream" | "getbufferlessinputstream" | "content" | "body" => {
            Channel::Body
        }
        "files" => Channel::File,
        _ => return None,
    })
}

/// Functions that turn what a visitor says into a number. Characters are made of such numbers again.
pub(crate) fn counts(name: &str) -> bool {
    matches!(
        name,
        "cint"
            | "clng"
            | "cbyte"
            | "toint32"
            | "toint16"
            | "tobyte"
            | "toint64"
            | "parseint"
            | "asc"
            | "ascw"
            | "ascb"
            | "charcodeat"
            | "val"
    )
}

/// Members and functions that give a number or a yes: nothing of what a visitor says goes through them.
pub(crate) fn cuts(name: &str) -> bool {
    matches!(
        name,
        "length"
            | "count"
            | "toint32"
            | "toint16"
            | "toint64"
            | "toboolean"
            | "cint"
            | "clng"
            | "cbool"
            | "cdbl"
            | "csng"
            | "cbyte"
            | "len"
            | "lenb"
            | "isnumeric"
            | "isdate"
            | "isnull"
            | "isempty"
            | "isobject"
            | "ubound"
            | "indexof"
            | "lastindexof"
            | "instr"
            | "instrrev"
            | "contains"
            | "startswith"
            | "endswith"
            | "equals"
            | "compareto"
            | "gethashcode"
            | "isnullorempty"
            | "isnullorwhitespace"
            | "exists"
            | "fileexists"
            | "folderexists"
            | "tryparse"
            | "parseint"
            | "parsefloat"
            | "todatetime"
            | "cdate"
            | "todecimal"
            | "todouble"
            | "ispostback"
            | "hasfile"
            | "contentlength"
            | "totalbytes"
            | "size"
            | "val"
            | "int"
            | "fix"
            | "abs"
            | "strcomp"
            | "containskey"
            | "ismatch"
            | "test"
            | "compare"
            | "computehash"
    )
}
