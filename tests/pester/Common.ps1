# Dot-sourced by every test file.
$script:Root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
$script:Manifest = Join-Path $Root 'HaTools.psd1'

# Whether this machine lets a test make its own network: root, with unshare and ip.
function Test-CanUnshare {
    if ((& id -u) -ne '0' -or -not (Get-Command unshare, ip -CommandType Application -ErrorAction Ignore | Measure-Object).Count -ge 2) { return $false }
    & unshare --net --mount --pid --fork true 2>$null
    $LASTEXITCODE -eq 0
}

# Runs a script in a pwsh of its own, within network, mount and PID namespaces of its own: /run, /etc/hatools and /var/log/hatools are empty there, eth0 has
# 192.0.2.1/24 and a cable to eth0 with 192.0.2.2/24 in the namespace "peer" (ip netns exec peer ...). Whatever it starts ends with it. The script writes one value with Return-Value; its properties are what the tests assert.
function Invoke-InNamespace([string] $Script, [hashtable] $Values = @{}, [int] $TimeoutSeconds = 120) {
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) "hatools-pester-$([guid]::NewGuid().ToString('n'))"
    $null = New-Item -ItemType Directory $folder
    # What is mounted over has to be there.
    $made = '/etc/hatools', '/var/log/hatools' | Where-Object { -not (Test-Path $_) } | ForEach-Object { (New-Item -ItemType Directory $_).FullName }
    try {
        $Values.Root = $Root
        $Values.Folder = $folder
        $Values | ConvertTo-Json -Depth 5 | Set-Content "$folder/values.json"
        @"
`$ErrorActionPreference = 'Stop'
`$PSStyle.OutputRendering = 'PlainText'
`$values = Get-Content -Raw '$folder/values.json' | ConvertFrom-Json
function Return-Value(`$Value) { `$Value | ConvertTo-Json -Depth 8 | Set-Content '$folder/result.json' }
function Wait-Until([scriptblock] `$Condition, [string] `$What, [int] `$Seconds = 30) {
    `$end = [datetime]::UtcNow.AddSeconds(`$Seconds)
    while (-not (& `$Condition)) {
        if ([datetime]::UtcNow -gt `$end) { throw "After `$Seconds s: `$What" }
        Start-Sleep -Milliseconds 50
    }
}
function Get-Address([string] `$Device = 'eth0') { (ip -j address show dev `$Device | ConvertFrom-Json).addr_info.Where({ `$_.family -eq 'inet' }).local }
# A pwsh process of its own, in the same namespaces.
function Invoke-Other([string] `$Command) { pwsh -NoProfile -NonInteractive -Command "`$PSStyle.OutputRendering = 'PlainText'; Import-Module '$Root/HaTools.psd1'; `$Command" }
Import-Module '$Root/HaTools.psd1'
$Script
"@ | Set-Content "$folder/script.ps1"
        # hostname and the paths are the namespace's own; proc has to match the PID namespace.
        @"
set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc/hatools
mount -t tmpfs tmpfs /var/log/hatools
ip link set lo up
ip netns add peer
ip link add eth0 type veth peer name eth0 netns peer
ip link set eth0 up
ip address add 192.0.2.1/24 dev eth0
ip -n peer link set lo up
ip -n peer link set eth0 up
ip -n peer address add 192.0.2.2/24 dev eth0
exec pwsh -NoProfile -NonInteractive -File '$folder/script.ps1'
"@ | Set-Content "$folder/setup.sh"
        $said = & timeout --kill-after=5 $TimeoutSeconds unshare --net --mount --pid --fork --kill-child --mount-proc sh "$folder/setup.sh" 2>&1 | Out-String
        $code = $LASTEXITCODE
        if (-not (Test-Path "$folder/result.json")) { throw "The script in the namespace ended with $code and no result. It said:`n$said" }
        $value = Get-Content -Raw "$folder/result.json" | ConvertFrom-Json
        $value | Add-Member -NotePropertyMembers @{ ExitCode = $code; Said = $said } -PassThru
    }
    finally {
        Remove-Item -Recurse -Force $folder
        foreach ($empty in $made) { Remove-Item $empty }
    }
}
