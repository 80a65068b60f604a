/*
    Pages that IIS compiled. The assembly stays in Temporary ASP.NET Files when its page is deleted, and what the page did can
    still be read from the names that it calls. Names are those of .NET (ECMA-335: #Strings is UTF-8, #US is UTF-16).
*/

rule compiled_page_evaluates_text
{
    meta:
        description = "A compiled page that runs text as a JScript program with all rights"
        reference = "Microsoft .NET, JScript eval method: the second argument \"unsafe\""
        match = "MZ\x00\x00 __BuildControlTree get_Request Microsoft.JScript Eval JScriptEvaluate u\x00n\x00s\x00a\x00f\x00e\x00"
        ignore = "MZ\x00\x00 __BuildControlTree get_Request Microsoft.JScript u\x00n\x00s\x00a\x00f\x00e\x00"
    strings:
        $page = "__BuildControlTree"
        $evaluates = "JScriptEvaluate"
        $rights = "unsafe" wide
    condition:
        uint16(0) == 0x5A4D and all of them
}

rule compiled_page_starts_programs
{
    meta:
        description = "A compiled page that starts programs and reads what a visitor sends"
        reference = "Microsoft .NET, System.Diagnostics.ProcessStartInfo"
        match = "MZ\x00\x00 __BuildControlTree get_Request get_Form ProcessStartInfo set_Arguments set_RedirectStandardOutput"
        ignore = "MZ\x00\x00 __BuildControlTree get_Request get_Form StringBuilder set_Text"
    strings:
        $page = "__BuildControlTree"
        $start = "ProcessStartInfo"
        $answer = "set_RedirectStandardOutput"
        $asks1 = "get_Request"
        $asks2 = "get_Form"
        $asks3 = "get_QueryString"
    condition:
        uint16(0) == 0x5A4D and $page and $start and $answer and any of ($asks*)
}
