/*
    Pages that hand out the keys with which a server signs its pages. The first wave of ToolShell left one under several names; the
    names of .NET that it needs cannot be changed.
*/

rule page_shows_machine_keys
{
    meta:
        description = "A page that reads the keys of the server and writes them into its answer"
        reference = "Eye Security, SharePoint ToolShell, 19 July 2025; Microsoft .NET, MachineKeySection"
        match = "<%@ Page %><script runat=\"server\"> MachineKeySection ValidationKey DecryptionKey Response.Write </script>"
        ignore = "<%@ Page %><script runat=\"server\"> Response.Write </script> ValidationKey DecryptionKey"
    strings:
        $script1 = "runat" nocase
        $script2 = "<%"
        $section = "MachineKeySection"
        $one = "ValidationKey"
        $other = "DecryptionKey"
        $answer = "Response.Write" nocase
    condition:
        filesize < 100KB and any of ($script*) and $section and $one and $other and $answer
}
