# Collects what answers whether an Exchange server was broken into. It reads, copies and changes nothing; PowerShell 2 will do.
#   powershell -ExecutionPolicy Bypass -File collect.ps1 -To E:\EX01
# Then: assize scan E:\EX01 (packed or not).
param([Parameter(Mandatory = $true)][string]$To)
$ErrorActionPreference = 'Stop'
$setup = Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Setup' -ErrorAction SilentlyContinue
$exchange = 'C:\Program Files\Microsoft\Exchange Server\V15'
if ($setup -and $setup.MsiInstallPath) { $exchange = $setup.MsiInstallPath.TrimEnd('\') }
$system = $env:SystemDrive
if (Test-Path $To) { throw "$To exists; choose another folder" }
New-Item -ItemType Directory -Path $To | Out-Null
$places = @(
{{place}}
  @("{{root}}", '{{folder}}', '{{file}}'),
{{end}}
  $null
)
$list = New-Object System.IO.StreamWriter((Join-Path $To 'assize-files.csv'), $false, (New-Object System.Text.UTF8Encoding($false)))
$list.WriteLine('path,size,modified,sha256,trouble')
$sha = New-Object System.Security.Cryptography.SHA256Managed
function Write-Row($path, $size, $modified, $hash, $trouble) {
  $cells = $path, $size, $modified, $hash, $trouble | ForEach-Object { '"' + ("$_" -replace '"', '""') + '"' }
  $list.WriteLine([string]::Join(',', $cells))
}
$files = 0; $troubles = 0
foreach ($place in $places) {
  if ($place -eq $null) { continue }
  $folder = Join-Path $place[0] $place[1]
  if (-not (Test-Path -LiteralPath $folder)) { Write-Row $folder '' '' '' 'not there'; continue }
  $found = Get-ChildItem -LiteralPath $folder -Filter $place[2] -Recurse -Force -ErrorAction SilentlyContinue -ErrorVariable denied
  foreach ($error_ in $denied) { Write-Row "$($error_.TargetObject)" '' '' '' "$($error_.Exception.Message)"; $troubles++ }
  foreach ($file in $found) {
    if ($file.PSIsContainer) { continue }
    # A file that is a link is named and not followed.
    if ($file.Attributes -band [IO.FileAttributes]::ReparsePoint) { Write-Row $file.FullName '' '' '' 'a link, not followed'; continue }
    $target = Join-Path $To ($file.FullName.Substring(0, 1) + $file.FullName.Substring(2))
    try {
      $parent = Split-Path $target
      if (-not (Test-Path -LiteralPath $parent)) { New-Item -ItemType Directory -Path $parent | Out-Null }
      # Logs are open while Exchange runs: read them as others write.
      $in = New-Object IO.FileStream($file.FullName, 'Open', 'Read', 'ReadWrite,Delete')
      try {
        $out = New-Object IO.FileStream($target, 'CreateNew', 'Write')
        try {
          $buffer = New-Object byte[] 131072
          while (($n = $in.Read($buffer, 0, $buffer.Length)) -gt 0) { $out.Write($buffer, 0, $n) }
        } finally { $out.Close() }
      } finally { $in.Close() }
      [IO.File]::SetLastWriteTimeUtc($target, $file.LastWriteTimeUtc)
      $copy = [IO.File]::OpenRead($target)
      try { $hash = [BitConverter]::ToString($sha.ComputeHash($copy)).Replace('-', '').ToLower() } finally { $copy.Close() }
      Write-Row $file.FullName $file.Length $file.LastWriteTimeUtc.ToString('o') $hash ''
      $files++
    } catch {
      Write-Row $file.FullName $file.Length '' '' "$($_.Exception.Message)"
      $troubles++
    }
  }
}
$list.Close()
$name = [Net.Dns]::GetHostEntry('').HostName
$note = '{"schema":"assize.collection/1","collector":"collect.ps1","host":"' + $name + '","collected_at":"' + [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ') + '"}'
[IO.File]::WriteAllText((Join-Path $To 'assize-collection.json'), $note)
Write-Output "$files files copied to $To; $troubles could not be read, see assize-files.csv"
