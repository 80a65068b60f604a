/*
    What ransomware that came through Exchange leaves of a file.
*/

rule file_locked_by_dearcry
{
    meta:
        description = "A file that DearCry locked: its word stands before the rest"
        reference = "Sophos, DearCry, March 2021"
        match = "DEARCRY!\x00\x01\x00\x00"
        ignore = "A letter about DEARCRY! and what it does"
    strings:
        $word = "DEARCRY!"
    condition:
        $word at 0
}
