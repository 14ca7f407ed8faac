BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
    $canUnshare = Test-CanUnshare
    $hasIpvs = Test-Path /proc/net/ip_vs
    if (-not $hasIpvs) { Write-Host 'Skipped: tests that load services need a kernel with IPVS (they pass in the kernel lab).' }
    if (-not $canUnshare) { Write-Host 'Skipped: tests of running nodes need root, unshare and ip.' }
}

BeforeAll { . "$PSScriptRoot/Common.ps1" }

Describe 'A node as a job' -Skip:(-not $canUnshare) {
    BeforeAll {
        $r = Invoke-InNamespace @'
$r = @{}
$configuration = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Priority 150 -AdvertisementInterval 100ms | New-HaConfiguration -RouterId lb01
$configuration | Start-HaNode -Name web -WhatIf
$r.afterWhatIf = @(Get-HaNode).Count

$job = $configuration | Start-HaNode -Name web
$r.jobType = $job.PSJobTypeName
$r.jobIsJob2 = $job -is [System.Management.Automation.Job2]
$r.stateAtStart = "$($job.State)"
$r.getJob = (Get-Job -Name web).InstanceId -eq $job.InstanceId
$r.getJobById = (Get-Job -Id $job.Id).Name
$r.state = Wait-VrrpState VI_1 Master -Timeout 20 | Select-Object Node, Name, @{ n = 'State'; e = { "$($_.State)" } }, Priority, VirtualAddresses
$r.address = @(Get-Address)
Wait-Until { $job.StatusMessage -eq '1 master' } 'the status message tells of the master'
Wait-Until { $job.Output.Where({ $_.State -eq 'MASTER' }) } 'the event is in the stream'
$r.kept = @(Receive-Job $job -Keep | ForEach-Object Message)
$r.received = @(Receive-Job $job | ForEach-Object Message)
$r.receivedTwice = @(Receive-Job $job).Count
$r.table = Get-VrrpState | Format-Table | Out-String -Width 110
$r.nodeTable = Get-HaNode | Out-String -Width 110

$r.other = Invoke-Other 'Get-VrrpState | ForEach-Object { "$($_.Node) $($_.Name) $($_.State)" }; (Get-HaNode).Host; (Get-HaNode).ProcessId; (Get-Job).Count'
$r.myPid = $PID
$r.busy = try { $configuration | Start-HaNode -Name web } catch { $_.FullyQualifiedErrorId }
$r.events = @(Get-HaEvent web -Kind StateChanged | ForEach-Object Message)
$r.sequences = @(Get-HaEvent web | ForEach-Object Sequence)
$r.eventsSince = @(Get-HaEvent web -Since (Get-HaNode web).LastEvent).Count
$r.timeout = try { Wait-VrrpState VI_1 Backup -Timeout 0.2 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$r.noInstance = try { Get-VrrpState VI_9 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$r.completesNode = ([System.Management.Automation.CommandCompletion]::CompleteInput('Stop-HaNode w', 13, $null)).CompletionMatches.CompletionText
$r.completesInstance = ([System.Management.Automation.CommandCompletion]::CompleteInput('Get-VrrpState V', 15, $null)).CompletionMatches.CompletionText

Stop-Job $job
$r.stopped = "$($job.State)"
$r.addressAfterStop = @(Get-Address)
$r.nodesAfterStop = @(Get-HaNode).Count
Remove-Job $job
$r.jobsAfterRemove = @(Get-Job).Count

# Again under the same name; this time another process ends it, while this one waits.
$job = $configuration | Start-HaNode -Name web
$null = Wait-VrrpState VI_1 Master -Timeout 20
$null = Invoke-Other 'Stop-HaNode web'
$r.waited = "$((Wait-Job $job -Timeout 20).State)"
$r.addressAfterStopHaNode = @(Get-Address)
Remove-Job $job

# -Force removes a running one.
$job = $configuration | Start-HaNode -Name web
$null = Wait-VrrpState VI_1 Master -Timeout 20
Remove-Job $job -Force
$r.addressAfterRemoveForce = @(Get-Address)
$r.nodesAfterRemoveForce = @(Get-HaNode).Count
$r.restart = try { $job.StartJob() } catch { $_.Exception.InnerException.GetType().Name }
Return-Value $r
'@
    }

    It 'is not started by -WhatIf' { $r.afterWhatIf | Should -Be 0 }
    It 'is a Job2 that runs' { $r.jobIsJob2 | Should -BeTrue; $r.stateAtStart | Should -Be 'Running'; $r.jobType | Should -Be 'HaNode' }
    It 'is found by Get-Job' { $r.getJob | Should -BeTrue; $r.getJobById | Should -Be 'web' }
    It 'becomes master and holds its address' {
        $r.state.State | Should -Be 'Master'
        $r.state.Priority | Should -Be 150
        $r.state.VirtualAddresses | Should -Be '192.0.2.10/24'
        $r.address | Should -Contain '192.0.2.10'
    }
    It 'gives its events to Receive-Job, and gives them once' {
        $r.kept | Should -Contain '(VI_1) Entering MASTER STATE'
        $r.received | Should -Contain '(VI_1) Entering MASTER STATE'
        $r.receivedTwice | Should -Be 0
    }
    It 'shows in tables that fit' {
        $r.table | Should -Match 'Node: web'
        $r.table | Should -Match 'VI_1 +51 +4 +eth0 +Master +150/150 +self +\d\d:\d\d:\d\d +- +192\.0\.2\.10/24'
        $r.nodeTable | Should -Match 'web +lb01 +pwsh +\d+ +\d\d:\d\d:\d\d +0 +1 master'
    }
    It 'is seen from another pwsh, with this process as its host' {
        $r.other[0] | Should -Be 'web VI_1 Master'
        $r.other[1] | Should -Be 'pwsh'
        $r.other[2] | Should -Be "$($r.myPid)"
        $r.other[3] | Should -Be '0'
    }
    It 'keeps its name for itself' { $r.busy | Should -BeLike 'NodeBusy,*' }
    It 'has its events read by number, without gaps' {
        $r.events | Should -Contain '(VI_1) Entering MASTER STATE'
        $r.sequences | Should -Be @(1..$r.sequences.Count)
        $r.eventsSince | Should -Be 0
    }
    It 'reports a state that does not come, and an instance that is not there' {
        $r.timeout | Should -BeLike 'OperationTimeout,*'
        $r.noInstance | Should -BeLike 'VrrpInstanceNotFound,*'
    }
    It 'is offered by completion' { $r.completesNode | Should -Be 'web'; $r.completesInstance | Should -Be 'VI_1' }
    It 'is ended by Stop-Job, which returns when the address is gone' {
        $r.stopped | Should -Be 'Stopped'
        $r.addressAfterStop | Should -Be '192.0.2.1'
        $r.nodesAfterStop | Should -Be 0
        $r.jobsAfterRemove | Should -Be 0
    }
    It 'is ended by Stop-HaNode from another process, for which Wait-Job waits' {
        $r.waited | Should -Be 'Completed'
        $r.addressAfterStopHaNode | Should -Be '192.0.2.1'
    }
    It 'is ended by Remove-Job -Force' {
        $r.addressAfterRemoveForce | Should -Be '192.0.2.1'
        $r.nodesAfterRemoveForce | Should -Be 0
    }
    It 'cannot be started twice' { $r.restart | Should -Be 'InvalidJobStateException' }
}

Describe 'Changing a running node' -Skip:(-not $canUnshare) {
    BeforeAll {
        $r = Invoke-InNamespace @'
$r = @{}
$file = '/etc/hatools/web.yaml'
# VI_1 has the usual interval of 1 s: on a busy machine pwsh may stand still for the 0.3 s after which a master of 100 ms steps down by itself.
$configuration = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Priority 150 | New-HaConfiguration
$configuration | Export-HaConfiguration -Path $file
$job = Start-HaNode $file -Name web
$before = Wait-VrrpState VI_1 Master -Timeout 60
# The event may come a moment after the state.
$deadline = [datetime]::UtcNow.AddSeconds(30)
while (-not (Get-HaEvent web -Kind StateChanged | Where-Object { $_.Subject -eq 'VI_1' -and $_.Message -match 'MASTER' }) -and [datetime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 50 }
$text = Export-HaConfiguration -Node web
$changesOfState = @(Get-HaEvent web -Kind StateChanged | Where-Object Subject -EQ VI_1).Count

New-VrrpInstance VI_2 eth0 52 192.0.2.20/24 -AdvertisementInterval 100ms -Node web -WhatIf
Add-IpvsService 192.0.2.10:80 -WhatIf
$r.whatIfTouchedNothing = ($text -eq (Export-HaConfiguration -Node web)) -and (Get-HaNode).Generation -eq 0

$made = New-VrrpInstance VI_2 eth0 52 192.0.2.20/24 -AdvertisementInterval 100ms -Node web -PassThru -WarningVariable warned -WarningAction SilentlyContinue
$r.passThru = $made.Name
$r.warned = "$warned"
$r.generation = (Get-HaNode).Generation
$r.secondInstance = "$((Wait-VrrpState VI_2 Master -Node web -Timeout 60).State)"
$r.exists = try { New-VrrpInstance VI_2 eth0 53 192.0.2.21 -Node web -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$r.conflict = try { New-VrrpInstance VI_3 eth0 52 192.0.2.21 -Node web -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }

# The file again: VI_2 goes, VI_1's priority changes. The plan first, from the node and by -WhatIf.
New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Priority 120 | New-HaConfiguration | Export-HaConfiguration -Path $file -Force
$r.compared = @(Import-HaConfiguration $file | Compare-HaConfiguration -Node web | ForEach-Object ToString)
$r.planned = @(Update-HaNode web -WhatIf | ForEach-Object ToString)
$r.stillThere = @(Get-VrrpState VI_2).Count
$r.applied = @(Update-HaNode web | ForEach-Object ToString)
$r.again = @(Update-HaNode web).Count
$deadline = [datetime]::UtcNow.AddSeconds(30)
while (($after = Get-VrrpState VI_1).Statistic.AdvertsSent -le $before.Statistic.AdvertsSent -and [datetime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 50 }
$r.priority = $after.BasePriority
$r.untouched = @{
    events = @(Get-HaEvent web -Kind StateChanged | Where-Object Subject -EQ VI_1).Count - $changesOfState
    becameMaster = $after.Statistic.BecameMaster
    sent = $after.Statistic.AdvertsSent -gt $before.Statistic.AdvertsSent
}
$r.gone = @(Get-VrrpState | ForEach-Object Name)
$r.addresses = @(Get-Address)

# Another file, and then a bad one.
$configuration | Export-HaConfiguration -Path "$($values.Folder)/other.yaml"
$r.other = @(Update-HaNode web -Path "$($values.Folder)/other.yaml" | ForEach-Object ToString)
$r.follows = (Get-HaNode).ConfigurationPath -eq "$($values.Folder)/other.yaml"
Set-Content "$($values.Folder)/bad.conf" "vrrp_instance VI_1 {`n    interface eth0`n    virtual_router_id 51`n    prioritee 7`n    virtual_ipaddress {`n        192.0.2.10/24`n    }`n}"
$generation = (Get-HaNode).Generation
try { Update-HaNode web -Path "$($values.Folder)/bad.conf" -ErrorAction Stop } catch { $r.bad = @{ id = $_.FullyQualifiedErrorId; text = $_.ErrorDetails.Message } }
$r.badChangedNothing = (Get-HaNode).Generation -eq $generation
# What cannot run on this host: nothing changes either.
try { $configuration, $null | ForEach-Object { New-VrrpInstance VI_1 nosuch0 51 192.0.2.10/24 | New-HaConfiguration | Update-HaNode web -ErrorAction Stop } } catch { $r.refused = @{ id = $_.FullyQualifiedErrorId; text = $_.ErrorDetails.Message } }
$r.refusedChangedNothing = (Get-HaNode).Generation -eq $generation
$r.byPipeline = @(Get-HaNode | Get-VrrpState | ForEach-Object Name)
$r.noFile = try { $c2 = New-HaConfiguration; $null = $c2 | Start-HaNode -Name second; Update-HaNode second -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$r.default = try { Export-HaConfiguration -Node web | Out-Null; Add-IpvsService 192.0.2.10:80 -WhatIf -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
Get-HaNode | Stop-HaNode
$r.nodesLeft = @(Get-HaNode).Count
$r.addressesLeft = @(Get-Address)
Return-Value $r
'@
    }

    It 'is not done by -WhatIf' { $r.whatIfTouchedNothing | Should -BeTrue; $r.Said | Should -Match 'Add VirtualServer tcp 192\.0\.2\.10:80' }
    It 'adds an instance with New-VrrpInstance -Node' {
        $r.passThru | Should -Be 'VI_2'
        $r.generation | Should -Be 1
        $r.secondInstance | Should -Be 'Master'
    }
    It 'warns that the file does not have the change' { $r.warned | Should -Match '/etc/hatools/web\.yaml' }
    It 'refuses a name and a virtual router that are taken' {
        $r.exists | Should -BeLike 'VrrpInstanceExists,*'
        $r.conflict | Should -BeLike 'ConfigurationInvalid,*'
    }
    It 'does exactly what Compare-HaConfiguration and -WhatIf said' {
        $r.planned | Should -Be $r.compared
        $r.applied | Should -Be $r.planned
        $r.applied | Should -Contain 'Set VrrpInstance VI_1 Priority: 150 -> 120'
        $r.applied | Should -Contain 'Remove VrrpInstance VI_2'
        $r.stillThere | Should -Be 1
        $r.gone | Should -Be 'VI_1'
        $r.addresses | Should -Not -Contain '192.0.2.20'
    }
    It 'changes nothing the second time' { $r.again | Should -Be 0 }
    It 'does not interrupt the instance that stays' {
        $r.priority | Should -Be 120
        $r.untouched.events | Should -Be 0
        $r.untouched.becameMaster | Should -Be 1
        $r.untouched.sent | Should -BeTrue
        $r.addresses | Should -Contain '192.0.2.10'
    }
    It 'follows another file from then on' { $r.other | Should -Be 'Set VrrpInstance VI_1 Priority: 120 -> 150'; $r.follows | Should -BeTrue }
    It 'refuses a bad file with file and line, and changes nothing' {
        $r.bad.id | Should -BeLike 'ConfigurationInvalid,*'
        $r.bad.text | Should -Match 'bad\.conf:4:5: error: .*prioritee'
        $r.badChangedNothing | Should -BeTrue
    }
    It 'refuses what cannot run on this host, says why, and changes nothing' {
        $r.refused.id | Should -BeLike 'InterfaceNotFound,*'
        $r.refused.text | Should -Match 'nosuch0'
        $r.refusedChangedNothing | Should -BeTrue
    }
    It 'says that there is no file to read again' { $r.noFile | Should -BeLike 'NoConfigurationPath,*' }
    It 'asks which node is meant when there are several' { $r.default | Should -BeLike 'NodeNotNamed,*' }
    It 'passes nodes through the pipeline' { $r.byPipeline | Should -Be 'VI_1'; $r.nodesLeft | Should -Be 0; $r.addressesLeft | Should -Be '192.0.2.1' }
}

Describe 'Two sessions that change a running node at once' -Skip:(-not $canUnshare) {
    BeforeAll {
        $r = Invoke-InNamespace -TimeoutSeconds 300 @'
$r = @{}
$job = New-VrrpInstance VI_1 eth0 1 192.0.2.10/24 | New-HaConfiguration | Start-HaNode -Name web
$null = Wait-VrrpState VI_1 Master -Timeout 60
$manifest = "$($values.Root)/HaTools.psd1"
$r.failures = @('a', 'b' | ForEach-Object -ThrottleLimit 2 -Parallel {
    Import-Module $using:manifest
    $base = if ($_ -eq 'a') { 100 } else { 200 }
    foreach ($i in 1..20) {
        try { New-VrrpInstance "$_$i" eth0 ($base + $i) "192.0.2.$($base + $i)/24" -Node web -ErrorAction Stop -WarningAction SilentlyContinue }
        catch { $_.FullyQualifiedErrorId }
    }
})
$r.names = @(Get-VrrpState -Node web | ForEach-Object Name)
$r.generation = (Get-HaNode web).Generation
Stop-Job $job
Return-Value $r
'@
    }

    It 'get all of their changes in, and none twice' {
        $r.failures | Should -BeNullOrEmpty
        $r.names | Sort-Object | Should -Be (@('VI_1') + (1..20 | ForEach-Object { "a$_"; "b$_" }) | Sort-Object)
        $r.generation | Should -Be 40
    }
}

Describe 'The end of a node in a pwsh process' -Skip:(-not $canUnshare) {
    BeforeAll {
        $r = Invoke-InNamespace -TimeoutSeconds 240 @'
$r = @{}
$hanode = "$($values.Root)/module/bin/hanode/hanode"
New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Priority 100 -AdvertisementInterval 100ms | New-HaConfiguration | Export-HaConfiguration -Path "$($values.Folder)/peer.yaml"
New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -Priority 150 -AdvertisementInterval 100ms | New-HaConfiguration | Export-HaConfiguration -Path "$($values.Folder)/web.yaml"
ip netns exec peer $hanode run -f "$($values.Folder)/peer.yaml" --name peer --detach
$null = Wait-VrrpState VI_1 Master -Node peer -Timeout 20

$endings = [ordered]@{
    removeModule = @{ Command = 'Remove-Module HaTools; Start-Sleep 120'; Signal = $null; Ends = $false }
    exit         = @{ Command = 'exit 0'; Signal = $null; Ends = $true }
    sigterm      = @{ Command = 'Start-Sleep 120'; Signal = 'TERM'; Ends = $true }
    waitSigterm  = @{ Start = '-Wait'; Signal = 'TERM'; Ends = $true }
    kill         = @{ Command = 'Start-Sleep 120'; Signal = 'KILL'; Ends = $true }
}
foreach ($name in $endings.Keys) {
    $ending = $endings[$name]
    $go = "$($values.Folder)/$name.go"
    $command = "Import-Module '$($values.Root)/HaTools.psd1'; `$null = Start-HaNode '$($values.Folder)/web.yaml' -Name web $($ending.Start); while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 50 }; $($ending.Command)"
    $zero = (Get-VrrpState -Node peer).Statistic.PriorityZeroReceived
    $process = Start-Process pwsh -ArgumentList '-NoProfile', '-NonInteractive', '-Command', $command -PassThru -RedirectStandardOutput "$($values.Folder)/$name.out" -RedirectStandardError "$($values.Folder)/$name.err"
    Wait-Until { (Get-VrrpState -Node w*).State -eq 'Master' } "$name`: web is master"
    Wait-Until { (Get-VrrpState -Node peer).State -eq 'Backup' } "$name`: peer gives way"
    $held = (Get-Address) -contains '192.0.2.10'
    $null = New-Item $go
    if ($ending.Signal) { kill "-$($ending.Signal)" $process.Id }
    Wait-Until { (Get-VrrpState -Node peer).State -eq 'Master' } "$name`: peer takes over"
    Wait-Until { (Get-Address) -notcontains '192.0.2.10' } "$name`: the address is gone"
    if ($ending.Ends) { Wait-Until { $process.HasExited } "$name`: the process ends" }
    $r[$name] = @{
        held = $held
        zero = (Get-VrrpState -Node peer).Statistic.PriorityZeroReceived - $zero
        alive = -not $process.HasExited
        nodes = @(Get-HaNode | ForEach-Object Name)
    }
    if (-not $process.HasExited) { $process.Kill(); $process.WaitForExit() }
}
Stop-HaNode peer
Return-Value $r
'@
    }

    It '<ending>: the peer hears priority 0, takes over, and the address is gone' -ForEach @(
        @{ Ending = 'removeModule'; Alive = $true }
        @{ Ending = 'exit'; Alive = $false }
        @{ Ending = 'sigterm'; Alive = $false }
        @{ Ending = 'waitSigterm'; Alive = $false }
    ) {
        $r.$Ending.held | Should -BeTrue
        $r.$Ending.zero | Should -BeGreaterOrEqual 1
        $r.$Ending.nodes | Should -Be 'peer'
        $r.$Ending.alive | Should -Be $Alive
    }

    It 'kill -9: nobody says priority 0, and the kernel takes the address away' {
        $r.kill.held | Should -BeTrue
        $r.kill.zero | Should -Be 0
        $r.kill.nodes | Should -Be 'peer'
    }
}

Describe 'Starting a node' -Skip:(-not $canUnshare) {
    BeforeAll {
        $r = Invoke-InNamespace @'
$r = @{}
function Get-Failure([scriptblock] $Do) { try { $null = & $Do; 'no error' } catch { @{ id = $_.FullyQualifiedErrorId; text = $_.ErrorDetails.Message; advice = $_.ErrorDetails.RecommendedAction } } }
Set-Content "$($values.Folder)/bad.conf" "vrrp_instance VI_1 {`n    interfac eth0`n}"
$r.bad = Get-Failure { Start-HaNode "$($values.Folder)/bad.conf" }
$r.missing = Get-Failure { Start-HaNode /nowhere.conf }
$r.interface = Get-Failure { New-VrrpInstance VI_1 nosuch0 51 192.0.2.10 | New-HaConfiguration | Start-HaNode }
$r.detachedInterface = Get-Failure {
    New-VrrpInstance VI_1 nosuch0 51 192.0.2.10 | New-HaConfiguration | Export-HaConfiguration -Path "$($values.Folder)/nosuch.yaml"
    Start-HaNode "$($values.Folder)/nosuch.yaml" -Detached
}
$r.jobs = @(Get-Job).Count
$r.nodes = @(Get-HaNode).Count
$r.name = Get-Failure { New-HaConfiguration | Start-HaNode -Name 'a/b' }
if (-not (Test-Path /proc/net/ip_vs)) { $r.ipvs = Get-Failure { New-HaConfiguration | Add-IpvsService 192.0.2.10:80 | Start-HaNode } }
$null = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 -AdvertisementInterval 50ms | New-HaConfiguration | Start-HaNode -Name fast -WarningVariable warned -WarningAction SilentlyContinue
$r.warned = "$warned"
Get-Job | Remove-Job -Force
New-VrrpInstance VI_1 eth0 52 192.0.2.11/24 | New-HaConfiguration | Export-HaConfiguration -Path "$($values.Folder)/d.yaml"
Set-Location $values.Folder
$status = Start-HaNode ./d.yaml -Name d -Detached
$r.detached = @{ host = $status.Host; pid = $status.ProcessId -ne $PID; path = $status.ConfigurationPath -eq "$($values.Folder)/d.yaml"; jobs = @(Get-Job).Count }
Remove-Module HaTools
Import-Module "$($values.Root)/HaTools.psd1"
$r.detachedLives = @(Get-HaNode | ForEach-Object Name)
Stop-HaNode d
if (Get-Command setpriv -ErrorAction Ignore) {
    # A copy where everybody may read: the clone may be in a folder that only its owner can enter.
    $open = (New-Item -ItemType Directory "/tmp/hatools-user-$PID").FullName
    Copy-Item "$($values.Root)/HaTools.psd1", "$($values.Root)/module" $open -Recurse
    chmod -R a+rX $open
    $env:HOME = '/tmp'
    $r.user = setpriv --reuid=65534 --regid=65534 --clear-groups pwsh -NoProfile -NonInteractive -Command "Import-Module '$open/HaTools.psd1'; try { `$null = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 | New-HaConfiguration | Start-HaNode } catch { `$_.FullyQualifiedErrorId }"
    Remove-Item -Recurse -Force $open
}
Return-Value $r
'@
    }

    It 'from a bad file fails with file and line' {
        $r.bad.id | Should -BeLike 'ConfigurationInvalid,*'
        $r.bad.text | Should -Match 'bad\.conf:2:5: error:'
    }
    It 'from no file fails' { $r.missing.id | Should -BeLike 'ConfigurationNotFound,*' }
    It 'on an interface that does not exist fails, and names it' {
        $r.interface.text | Should -Match 'nosuch0'
        $r.interface.id | Should -BeLike 'InterfaceNotFound,*'
    }
    It 'detached fails with what the program said' { $r.detachedInterface.text | Should -Match 'nosuch0' }
    It 'leaves nothing behind when it fails' { $r.jobs | Should -Be 0; $r.nodes | Should -Be 0 }
    It 'refuses a name that is none' { $r.name.id | Should -BeLike 'ParameterArgumentValidationError,*' }
    It 'fails where the kernel has no IPVS, and says what to load' -Skip:$hasIpvs {
        $r.ipvs.id | Should -BeLike 'IpvsModuleMissing,*'
        $r.ipvs.advice | Should -Be 'modprobe ip_vs'
    }
    It 'with a short interval warns' { $r.warned | Should -Match "'VI_1' sends every 50 ms" }
    It 'detached makes a process of its own, which outlives the module' {
        $r.detached.host | Should -Be 'hanode'
        $r.detached.pid | Should -BeTrue
        $r.detached.path | Should -BeTrue
        $r.detached.jobs | Should -Be 0
        $r.detachedLives | Should -Be 'd'
    }
    It 'without the privilege says so' -Skip:(-not (Get-Command setpriv -ErrorAction Ignore)) {
        $r.user | Should -BeLike 'PermissionDenied,*'
    }
}

Describe 'Services of a running node' -Skip:(-not ($canUnshare -and $hasIpvs)) {
    BeforeAll {
        $r = Invoke-InNamespace -TimeoutSeconds 300 @'
$r = @{}
function Get-Table { Get-Content /proc/net/ip_vs | Select-Object -Skip 3 | ForEach-Object { ($_ -replace '\s+', ' ').Trim() } }
$job = New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 | New-HaConfiguration | Start-HaNode -Name web
$null = Wait-VrrpState VI_1 Master -Timeout 60

Add-IpvsService 192.0.2.10:80 -Scheduler wrr -ForwardingMethod DirectRouting -Persistence 50 -WhatIf
$r.afterWhatIf = @(Get-Table).Count
# One pipeline: the service, then two servers; the node comes along with the object.
$made = Add-IpvsService 192.0.2.10:80 -Scheduler wrr -ForwardingMethod DirectRouting -Persistence 50 -Node web -PassThru |
    Add-IpvsRealServer 192.0.2.21, 192.0.2.22 -Weight 5 -PassThru
$r.made = @{ id = $made.Id; servers = @($made.RealServers.Id) }
# The master's services are in the kernel, with the weights that were asked for.
Wait-Until { @(Get-Table).Count -eq 3 } 'service and servers are in the kernel'
$r.table = @(Get-Table)
Add-IpvsRealServer 192.0.2.23 -Weight 2
Wait-Until { @(Get-Table).Count -eq 4 } 'the third server is in the kernel'
$r.tableAfterThird = @(Get-Table)
$r.services = @((Get-HaNode web).Services | ForEach-Object { "$($_.Id) $($_.Scheduler) loaded=$($_.Loaded) $($_.RealServers.Count)" })
$r.completes = ([System.Management.Automation.CommandCompletion]::CompleteInput('Add-IpvsRealServer 192.0.2.24 -Service t', 40, $null)).CompletionMatches.CompletionText
$r.twice = try { Add-IpvsService 192.0.2.10:80 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
# A drain: weight 0 at once, and nothing to wait for; then the weight is back.
Suspend-IpvsRealServer 192.0.2.23 -WhatIf
$r.afterSuspendWhatIf = @(Get-Table | Where-Object { $_ -match '^-> C0000217:0050 Route 2 ' }).Count
$r.drained = Suspend-IpvsRealServer 192.0.2.23 -Timeout 60 -PassThru -Verbose 4>&1 | ForEach-Object { if ($_ -is [HaTools.IpvsRealServerState]) { $_ } else { $r.meaning += @("$_") } } |
    Wait-IpvsRealServer -Timeout 30 | ForEach-Object { "$($_.Id) $($_.Drain.Phase) $($_.Drain.Cause) $($_.Node) $($_.Service)" }
$r.tableDrained = @(Get-Table | Where-Object { $_ -match '^-> C0000217:0050 Route 0 ' }).Count
$r.resumed = (Get-HaNode web).Services[0].RealServers | Where-Object { $_.Drain } | Resume-IpvsRealServer -PassThru | ForEach-Object Id
Wait-Until { @(Get-Table | Where-Object { $_ -match '^-> C0000217:0050 Route 2 ' }).Count -eq 1 } 'the weight is back'
$r.resumedTwice = try { Resume-IpvsRealServer 192.0.2.23 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$r.nobody = try { Wait-IpvsRealServer 192.0.2.99 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
$r.noService = try { Wait-IpvsRealServer 192.0.2.23 192.0.2.11:80 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
# A service of the status stands for its servers, or for those that are named.
$r.suspendedByService = (Get-HaNode web).Services | Suspend-IpvsRealServer 192.0.2.22 -PassThru | ForEach-Object Id
$r.waitedByService = @((Get-HaNode web).Services | Wait-IpvsRealServer -Timeout 30 | ForEach-Object { "$($_.Id) $($_.Drain.Phase)".Trim() })
$r.resumedByService = @((Get-HaNode web).Services | Resume-IpvsRealServer -PassThru | ForEach-Object Id)
$r.allSuspended = @((Get-HaNode web).Services | Suspend-IpvsRealServer -PassThru | ForEach-Object Id)
$r.allResumed = @((Get-HaNode web).Services | Resume-IpvsRealServer -PassThru | ForEach-Object Id)
$r.planOfRemoval = @(New-VrrpInstance VI_1 eth0 51 192.0.2.10/24 | New-HaConfiguration | Update-HaNode web | ForEach-Object ToString)
Wait-Until { @(Get-Table).Count -eq 0 } 'the service is gone from the kernel'
Stop-Job $job
Return-Value $r
'@
    }

    It 'are not touched by -WhatIf' { $r.afterWhatIf | Should -Be 0 }
    It 'are added with their servers by one pipeline, and stand in the kernel' {
        $r.made.id | Should -Be 'tcp 192.0.2.10:80'
        $r.made.servers | Should -Be @('192.0.2.21:80', '192.0.2.22:80')
        # /proc/net/ip_vs: addresses and ports in hexadecimal, persistence in jiffies (of 100, 250, 300 or 1000 a second).
        $r.table[0] | Should -Match '^TCP C000020A:0050 wrr persistent (5000|12500|15000|50000) FFFFFFFF'
        $r.table | Where-Object { $_ -match '^-> C0000215:0050 Route 5 ' } | Should -HaveCount 1
        $r.table | Where-Object { $_ -match '^-> C0000216:0050 Route 5 ' } | Should -HaveCount 1
    }
    It 'take another server while they run' { $r.tableAfterThird | Where-Object { $_ -match '^-> C0000217:0050 Route 2 ' } | Should -HaveCount 1 }
    It 'are in the status of the node, and offered by completion' {
        $r.services | Should -Be 'tcp 192.0.2.10:80 wrr loaded=True 3'
        $r.completes | Should -Be "'tcp 192.0.2.10:80'"
    }
    It 'have servers that are drained, waited for and resumed' {
        $r.afterSuspendWhatIf | Should -Be 1
        $r.drained | Should -Be '192.0.2.23:80 Drained ByHand web tcp 192.0.2.10:80'
        $r.meaning | Should -Not -BeNullOrEmpty
        $r.tableDrained | Should -Be 1
        $r.resumed | Should -Be '192.0.2.23:80'
        $r.resumedTwice | Should -BeLike 'NodeRefused,*'
    }
    It 'are drained, waited for and resumed with all of their servers, or those that are named' {
        $all = '192.0.2.21:80', '192.0.2.22:80', '192.0.2.23:80'
        $r.suspendedByService | Should -Be '192.0.2.22:80'
        $r.waitedByService | Should -Be @('192.0.2.21:80', '192.0.2.22:80 Drained', '192.0.2.23:80')
        $r.resumedByService | Should -Be @('192.0.2.22:80')
        $r.allSuspended | Should -Be $all
        $r.allResumed | Should -Be $all
    }
    It 'and servers that nobody knows are told by name' {
        $r.nobody | Should -BeLike 'IpvsRealServerNotFound,*'
        $r.noService | Should -BeLike 'IpvsServiceNotFound,*'
    }
    It 'are refused twice' { $r.twice | Should -BeLike 'IpvsServiceExists,*' }
    It 'leave the kernel when the configuration has them no longer' { $r.planOfRemoval | Should -Contain 'Remove VirtualServer tcp 192.0.2.10:80' }
}
