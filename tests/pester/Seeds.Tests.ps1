# The accounts that the project was created from, in pwsh: both directors run from their files as they are written, on interfaces of those names, the first one
# stops, the second takes over, the first returns (seed 000 gives both the same priority: there it stays a backup).
# Seed 003 is about its script, which the lab runs; here its files are read.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
    $canUnshare = Test-CanUnshare
    $files = Get-ChildItem "$Root/tests/HaTools.Configuration.Tests/Seeds" -Filter *.conf | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
    # Script: what the file calls; here it says that all is well, since nginx is not what this is about (the lab runs the real ones).
    $seeds = @(
        @{ Seed = '000'; Interface = 'eno16777736'; Vip = '192.168.1.120'; Returns = 'Backup'; Folder = '/usr/local/etc'; Script = '/usr/local/etc/keepalived/script/monitor_nginx.sh' }
        @{ Seed = '001'; Interface = 'ens33'; Vip = '192.168.81.100'; Returns = 'Master'; Folder = $null; Script = $null }
        @{ Seed = '002'; Interface = 'eth0'; Vip = '192.168.188.120'; Returns = 'Master'; Folder = $null; Script = $null }
    )
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module $Manifest
}

Describe 'The file <Name> of the seeds' -ForEach $files {
    It 'is read as it is written' {
        Test-HaConfiguration $Path -Quiet | Should -BeTrue
        $read = Import-HaConfiguration $Path -WarningAction SilentlyContinue
        $read.VrrpInstances.Count | Should -Be 1
        (Import-HaConfiguration -InputString ($read | Export-HaConfiguration) -Format Yaml -WarningAction SilentlyContinue).Equals($read) | Should -BeTrue
    }
}

Describe 'Seed <Seed> in pwsh' -Skip:(-not $canUnshare) -ForEach $seeds {
    BeforeAll {
        $made = if ($Folder -and -not (Test-Path $Folder)) { New-Item -ItemType Directory $Folder }
        try {
            $r = Invoke-InNamespace -TimeoutSeconds 300 -Values @{ Seed = $Seed; Interface = $Interface; Vip = $Vip; Returns = $Returns; ScriptFolder = $Folder; Script = $Script } @'
$r = @{}
if ($values.Interface -ne 'eth0') {
    foreach ($within in @(), @('-n', 'peer')) {
        ip @within link set eth0 down
        ip @within link set eth0 name $values.Interface
        ip @within link set $values.Interface up
    }
    # Down and up took the addresses' routes, not the addresses.
}
if ($values.Script) {
    mount -t tmpfs tmpfs $values.ScriptFolder
    $null = New-Item -ItemType Directory -Force (Split-Path $values.Script)
    Set-Content $values.Script "#!/bin/sh`nexit 0"
    chmod 755 $values.Script
}
# Where the kernel has no IPVS the services are left out, and nothing else; the lab runs them in a kernel that has it.
$prepare = @"
`$c = Import-HaConfiguration '$($values.Root)/tests/HaTools.Configuration.Tests/Seeds/seed-$($values.Seed)-ROLE.conf' -WarningAction SilentlyContinue
if (-not (Test-Path /proc/net/ip_vs)) { `$c = New-HaConfiguration -RouterId `$c.RouterId -VrrpInstance `$c.VrrpInstances -Tracker `$c.Scripts -WarningAction SilentlyContinue }
"@
. ([scriptblock]::Create($prepare.Replace('ROLE', 'master')))
$master = $c
$null = $master | Start-HaNode -Name master -WarningAction SilentlyContinue
$r.first = "$((Wait-VrrpState VI_1 Master -Node master -Timeout 60).State)"
$go = "Import-Module '$($values.Root)/HaTools.psd1'`n$($prepare.Replace('ROLE', 'backup'))`n`$c | Start-HaNode -Name backup -Wait -WarningAction SilentlyContinue"
$backup = Start-Process ip -ArgumentList 'netns', 'exec', 'peer', 'pwsh', '-NoProfile', '-NonInteractive', '-EncodedCommand', ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($go))) `
    -PassThru -RedirectStandardOutput "$($values.Folder)/backup.out" -RedirectStandardError "$($values.Folder)/backup.err"
Wait-Until { $backup.HasExited -or 'backup' -in (Get-HaNode).Name } 'the backup runs' -Seconds 90
if ($backup.HasExited) { throw (Get-Content -Raw "$($values.Folder)/backup.out", "$($values.Folder)/backup.err") }
Wait-Until { (Get-VrrpState VI_1 -Node backup).LastAdvertAge -ne $null } 'the backup hears the master' -Seconds 60
$r.backupState = "$((Get-VrrpState VI_1 -Node backup).State)"
$r.held = @(Get-Address $values.Interface) -contains $values.Vip

Stop-HaNode master
$r.takeover = "$((Wait-VrrpState VI_1 Master -Node backup -Timeout 60).State)"
$r.released = @(Get-Address $values.Interface) -notcontains $values.Vip

$null = $master | Start-HaNode -Name master -WarningAction SilentlyContinue
# keepalived clears nopreempt of seed 003's master: it preempts as the others do.
if ($values.Returns -eq 'Master') { Wait-Until { (Get-VrrpState VI_1 -Node backup).State -eq 'Backup' } 'the backup gives way' -Seconds 60 }
else { Wait-Until { (Get-VrrpState VI_1 -Node master).Statistic.AdvertsReceived -ge 5 } 'the first one hears the second' -Seconds 60 }
$r.returned = "$((Wait-VrrpState VI_1 $values.Returns -Node master -Timeout 60).State)"
Get-HaNode | Stop-HaNode
Wait-Until { $backup.HasExited } 'the backup ends' -Seconds 60
Return-Value $r
'@
        }
        finally {
            if ($made) { Remove-Item $made }
        }
    }

    It 'is run by both directors, the master holds the address and the backup waits' {
        $r.first | Should -Be 'Master'
        $r.backupState | Should -Be 'Backup'
        $r.held | Should -BeTrue
    }
    It 'is taken over when the master stops, and who returns becomes what its priority says' {
        $r.takeover | Should -Be 'Master'
        $r.released | Should -BeTrue
        $r.returned | Should -Be $Returns
    }
}
