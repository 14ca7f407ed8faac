BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
    $canUnshare = Test-CanUnshare
    if (-not $canUnshare) { Write-Host 'Skipped: DSC tests against a running node need root, unshare and ip.' }
    $resources = Get-ChildItem "$Root/dsc" -Filter *.dsc.resource.json | ForEach-Object { @{ File = $_.FullName; Name = $_.Name } }
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"

    # As much of JSON Schema as our manifests use (not every pwsh has Test-Json -Schema). Writes what is wrong.
    function Get-SchemaFault($Schema, $Value, [string] $Place = '') {
        $kind = if ($Value -is [System.Collections.IDictionary]) { 'object' }
        elseif ($Value -is [array]) { 'array' }
        elseif ($Value -is [string]) { 'string' }
        elseif ($Value -is [bool]) { 'boolean' }
        else { 'number' }
        if ($Schema.type -and $Schema.type -ne $kind) { "$Place is a $kind, not a $($Schema.type)" }
        if ($Schema.pattern -and $Value -cnotmatch $Schema.pattern) { "$Place does not match $($Schema.pattern)" }
        if ($Schema.enum -and $Value -cnotin $Schema.enum) { "$Place is none of $($Schema.enum)" }
        if ($kind -eq 'array' -and $Schema.items) { foreach ($item in $Value) { Get-SchemaFault $Schema.items $item "$Place[]" } }
        if ($kind -ne 'object' -or -not $Schema.properties) { return }
        foreach ($name in $Value.Keys) {
            if ($Schema.properties.Contains($name)) { Get-SchemaFault $Schema.properties.$name $Value[$name] $name }
            elseif ($Schema.additionalProperties -eq $false) { "there is no property '$name'" }
        }
    }
}

Describe 'The resource manifest <Name>' -ForEach $resources {
    BeforeAll {
        $resource = Get-Content -Raw $File | ConvertFrom-Json -AsHashtable
        # dsc refuses fields that it does not know (deny_unknown_fields in dsc-lib's resource_manifest.rs).
        $methods = @{
            get    = @()
            set    = 'implementsPretest', 'handlesExist', 'return'
            test   = @('return')
            delete = @()
            export = @()
        }
        $common = 'executable', 'args', 'input', 'requireSecurityContext'
        $top = '$schema', 'type', 'version', 'description', 'tags', 'kind', 'condition', 'deprecationMessage', 'exitCodes', 'schema', 'metadata'
        $used = @($methods.Keys | Where-Object { $resource.Contains($_) })
    }

    It 'has a lower-case suffix, since discovery on Linux tells case apart' { $Name | Should -MatchExactly '^[a-z.]+\.dsc\.resource\.json$' }

    It 'has only fields that dsc knows' {
        $resource.Keys | Where-Object { $_ -cnotin ($top + $methods.Keys) } | Should -BeNullOrEmpty
        foreach ($method in $used) { $resource.$method.Keys | Where-Object { $_ -cnotin ($common + $methods.$method) } | Should -BeNullOrEmpty -Because $method }
        $resource.schema.Keys | Should -Be 'embedded'
    }

    It 'has a type, the version of the module, and the schema of manifests' {
        $resource.type | Should -MatchExactly '^\w+(\.\w+)*/\w+$'
        $resource.version | Should -Be (Import-PowerShellDataFile $Manifest).ModuleVersion
        $resource.'$schema' | Should -Be 'https://aka.ms/dsc/schemas/v3/bundled/resource/manifest.json'
    }

    It 'has arguments of the kinds that dsc knows, and a what-if for set' {
        foreach ($method in $used) {
            foreach ($argument in $resource.$method.args) {
                if ($argument -is [string]) { continue }
                $method | Should -BeIn 'set', 'delete'
                $argument.Keys | Should -Be 'whatIfArg'
            }
        }
        $resource.set.args.whatIfArg | Where-Object { $_ } | Should -Be '-WhatIf'
        $resource.set.return | Should -BeIn 'state', 'stateAndDiff'
        $resource.set.implementsPretest | Should -BeTrue
    }

    It 'takes its input from stdin where there is one' {
        foreach ($method in 'get', 'set', 'test') { $resource.$method.input | Should -Be 'stdin' }
        $resource.export.Contains('input') | Should -BeFalse
    }

    It 'says of exit code 0, and of 0 alone, that it is success' {
        $resource.exitCodes.'0' | Should -Be 'Success'
        $resource.exitCodes.Keys | Where-Object { $_ -ne '0' -and $resource.exitCodes.$_ -eq 'Success' } | Should -BeNullOrEmpty
        $resource.exitCodes.Keys | Should -Contain '1'
    }

    It 'embeds a schema that refuses unknown properties and is a schema' {
        $resource.schema.embedded.additionalProperties | Should -BeFalse
        Get-SchemaFault $resource.schema.embedded @{} | Should -BeNullOrEmpty
        Get-SchemaFault $resource.schema.embedded @{ nodes = 'x' } | Should -Be "there is no property 'nodes'"
        Get-SchemaFault $resource.schema.embedded @{ running = 'x' } | Should -BeLike 'running*'
    }

    It 'names a script that is there' {
        foreach ($method in $used) {
            $arguments = $resource.$method.args
            Join-Path (Split-Path $File) $arguments[$arguments.IndexOf('-File') + 1] | Should -Exist
        }
    }
}

Describe 'HaTools/Configuration, driven as dsc drives it' -Skip:(-not $canUnshare) {
    BeforeAll {
        $r = Invoke-InNamespace -TimeoutSeconds 240 @'
$r = @{}
$resource = Get-Content -Raw "$($values.Root)/dsc/hatools.configuration.dsc.resource.json" | ConvertFrom-Json -AsHashtable
# As dsc does it: the manifest's executable and arguments, in the manifest's folder, JSON on stdin.
function Invoke-Dsc([string] $Operation, $Properties, [switch] $WhatIf) {
    $arguments = @(foreach ($argument in $resource.$Operation.args) {
        if ($argument -is [string]) { $argument }
        elseif ($argument.whatIfArg -and $WhatIf) { $argument.whatIfArg }
    })
    $start = [System.Diagnostics.ProcessStartInfo]::new($resource.$Operation.executable, [string[]] $arguments)
    $start.WorkingDirectory = "$($values.Root)/dsc"
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $errors = $process.StandardError.ReadToEndAsync()
    if ($resource.$Operation.input -eq 'stdin') { $process.StandardInput.Write(($Properties -is [string] ? $Properties : ($Properties | ConvertTo-Json -Depth 20))) }
    $process.StandardInput.Close()
    $text = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    $lines = @($text -split "`n" | Where-Object { $_ })
    $result = @{
        code   = $process.ExitCode
        state  = $lines.Count -eq 1 ? ($lines[0] | ConvertFrom-Json -AsHashtable) : $null
        lines  = $lines.Count
        text   = $lines[0]
        traces = @($errors.Result -split "`n" | Where-Object { $_ } | ForEach-Object { $_ | ConvertFrom-Json -AsHashtable })
    }
    $result
}
function New-Document([int] $Priority, [string[]] $Address) {
    @{
        routerId      = 'lb01'
        vrrpInstances = @(@{ name = 'VI_1'; interface = 'eth0'; virtualRouterId = 51; priority = $Priority; advertisementInterval = '100ms'; virtualAddresses = $Address })
    }
}
$first = @{ node = 'web'; configuration = New-Document 100 @('192.0.2.10/24') }
$second = @{ node = 'web'; configuration = New-Document 120 @('192.0.2.10/24', '192.0.2.11/24') }

$r.getNothing = Invoke-Dsc get $first
$r.testNothing = Invoke-Dsc test $first
$r.whatIfFirst = Invoke-Dsc set $first -WhatIf
$r.whatIfDidNothing = @(Get-HaNode).Count -eq 0 -and -not (Test-Path /etc/hatools/web.yaml)
$r.setFirst = Invoke-Dsc set $first
$null = Wait-VrrpState VI_1 Master -Node web -Timeout 20
$before = Get-HaNode web
$r.address = @(Get-Address)
$r.setAgain = Invoke-Dsc set $first
$r.testAgain = Invoke-Dsc test $first
$r.sameProcess = (Get-HaNode web).ProcessId -eq $before.ProcessId -and (Get-HaNode web).Generation -eq $before.Generation

$r.whatIfSecond = Invoke-Dsc set $second -WhatIf
$r.whatIfSecondDidNothing = (Get-HaNode web).Generation -eq $before.Generation -and (Get-VrrpState VI_1).BasePriority -eq 100
$r.setSecond = Invoke-Dsc set $second
$r.afterSecond = @{
    sameProcess  = (Get-HaNode web).ProcessId -eq $before.ProcessId
    becameMaster = (Get-VrrpState VI_1).Statistic.BecameMaster
    priority     = (Get-VrrpState VI_1).BasePriority
    addresses    = @(Get-Address)
    file         = (Import-HaConfiguration /etc/hatools/web.yaml).VrrpInstances[0].Priority
}
$r.getSecond = Invoke-Dsc get @{ node = 'web' }
# What get says can be set again, and is then in the desired state.
$r.roundTrip = Invoke-Dsc test @{ node = 'web'; configuration = $r.getSecond.state.configuration }
$r.export = Invoke-Dsc export ''

# Somebody changes the node behind the file's back.
$null = New-VrrpInstance VI_9 eth0 99 192.0.2.99/24 -Node web -WarningAction SilentlyContinue
$r.testDrift = Invoke-Dsc test $second
$r.setDrift = Invoke-Dsc set $second
$r.afterDrift = @(Get-VrrpState | ForEach-Object Name)

# keepalived.conf as content means the same.
$conf = "global_defs {`n router_id lb01`n}`nvrrp_instance VI_1 {`n interface eth0`n virtual_router_id 51`n priority 120`n version 3`n advert_int 0.1`n virtual_ipaddress {`n 192.0.2.10/24`n 192.0.2.11/24`n }`n}`n"
$r.whatIfContent = Invoke-Dsc set @{ node = 'web'; content = $conf; format = 'keepalived' } -WhatIf

$file = Get-Content -Raw /etc/hatools/web.yaml
$r.badConfiguration = Invoke-Dsc set @{ node = 'web'; content = "vrrp_instance VI_1 {`n interfac eth0`n}" }
$r.badInterface = Invoke-Dsc set @{ node = 'web'; configuration = @{ vrrpInstances = @(@{ name = 'VI_1'; interface = 'nosuch0'; virtualRouterId = 51; virtualAddresses = @('192.0.2.10/24') }) } }
$r.fileKept = (Get-Content -Raw /etc/hatools/web.yaml) -eq $file
$r.unknown = Invoke-Dsc get @{ nod = 'web' }
$r.notJson = Invoke-Dsc get 'node: web'
$r.both = Invoke-Dsc set @{ configuration = @{}; content = 'x' }
$r.badPath = Invoke-Dsc set @{ path = 'relative.yaml' }

$r.whatIfStop = Invoke-Dsc set @{ node = 'web'; running = $false } -WhatIf
$r.setStop = Invoke-Dsc set @{ node = 'web'; running = $false }
$r.afterStop = @{ nodes = @(Get-HaNode).Count; addresses = @(Get-Address) }
$r.setStopAgain = Invoke-Dsc set @{ node = 'web'; running = $false }
$r.setStartFromFile = Invoke-Dsc set @{ node = 'web' }
$r.afterStart = (Get-HaNode web).ConfigurationPath
Stop-HaNode web
Return-Value $r
'@
    }

    It 'writes one JSON object, in the shape of the schema: <operation>' -ForEach @(
        @{ Operation = 'getNothing' }, @{ Operation = 'testNothing' }, @{ Operation = 'whatIfFirst' }, @{ Operation = 'setFirst' }, @{ Operation = 'setAgain' }
        @{ Operation = 'getSecond' }, @{ Operation = 'export' }, @{ Operation = 'setStop' }
    ) {
        $r.$Operation.code | Should -Be 0 -Because ($r.$Operation.traces | ConvertTo-Json -Compress)
        $r.$Operation.lines | Should -Be 1
        $state = $r.$Operation.text | ConvertFrom-Json -AsHashtable
        # dsc itself takes _metadata off before it looks.
        $state.Remove('_metadata')
        $schema = (Get-Content -Raw "$Root/dsc/hatools.configuration.dsc.resource.json" | ConvertFrom-Json -AsHashtable).schema.embedded
        Get-SchemaFault $schema $state | Should -BeNullOrEmpty
    }

    It 'finds nothing at first' {
        $r.getNothing.state.running | Should -BeFalse
        $r.testNothing.state._inDesiredState | Should -BeFalse
    }

    It 'names in what-if, and in test, exactly what set then does: <what>' -ForEach @(
        @{ What = 'a node that is not there'; WhatIf = 'whatIfFirst'; Set = 'setFirst' }
        @{ What = 'a change of a running node'; WhatIf = 'whatIfSecond'; Set = 'setSecond' }
        @{ What = 'a stop'; WhatIf = 'whatIfStop'; Set = 'setStop' }
    ) {
        @($r.$WhatIf.state._metadata.whatIf).Count | Should -BeGreaterThan 0
        $r.$Set.state.changes | Should -Be $r.$WhatIf.state._metadata.whatIf
    }

    It 'does nothing under what-if' { $r.whatIfDidNothing | Should -BeTrue; $r.whatIfSecondDidNothing | Should -BeTrue }

    It 'converges a director that was not there' {
        $r.setFirst.state.running | Should -BeTrue
        $r.setFirst.state.changes | Should -Contain 'Add Node web'
        $r.setFirst.state.changes | Should -Contain 'Add VrrpInstance VI_1'
        $r.address | Should -Contain '192.0.2.10'
    }

    It 'changes nothing the second time' {
        @($r.setAgain.state.changes).Count | Should -Be 0
        $r.testAgain.state._inDesiredState | Should -BeTrue
        $r.sameProcess | Should -BeTrue
    }

    It 'changes a running node without interrupting it' {
        $r.setSecond.state.changes | Should -Contain 'Set VrrpInstance VI_1 Priority: 100 -> 120'
        $r.afterSecond.sameProcess | Should -BeTrue
        $r.afterSecond.becameMaster | Should -Be 1
        $r.afterSecond.priority | Should -Be 120
        $r.afterSecond.addresses | Should -Contain '192.0.2.11'
        $r.afterSecond.file | Should -Be 120
    }

    It 'gives with get what can be set' {
        $r.getSecond.state.configuration.vrrpInstances[0].priority | Should -Be 120
        $r.roundTrip.state._inDesiredState | Should -BeTrue
    }

    It 'exports the nodes that run' { $r.export.state.node | Should -Be 'web'; $r.export.state.running | Should -BeTrue }

    It 'sees drift and repairs it' {
        $r.testDrift.state._inDesiredState | Should -BeFalse
        $r.testDrift.state.changes | Should -Contain 'Remove VrrpInstance VI_9'
        $r.setDrift.state.changes | Should -Be $r.testDrift.state.changes
        $r.afterDrift | Should -Be 'VI_1'
    }

    It 'takes keepalived.conf as content' {
        $r.whatIfContent.code | Should -Be 0
        # The same but for the checksum, whose default follows the language.
        $r.whatIfContent.state._metadata.whatIf | Should -Be @('Set ConfigurationFile /etc/hatools/web.yaml', 'Set VrrpInstance VI_1 ChecksumForm: MessageOnly -> PseudoHeader')
    }

    It 'reports <what> with exit code <code>, an error trace, and nothing on stdout' -ForEach @(
        @{ What = 'a bad configuration'; Case = 'badConfiguration'; Code = 3; Says = ':2:2: error: ' }
        @{ What = 'an interface that is not there'; Case = 'badInterface'; Code = 5; Says = 'nosuch0' }
        @{ What = 'an unknown property'; Case = 'unknown'; Code = 2; Says = "'nod'" }
        @{ What = 'input that is not JSON'; Case = 'notJson'; Code = 2; Says = 'not JSON' }
        @{ What = 'configuration and content together'; Case = 'both'; Code = 2; Says = 'exclude' }
        @{ What = 'a relative path'; Case = 'badPath'; Code = 2; Says = 'relative.yaml' }
    ) {
        $r.$Case.code | Should -Be $Code
        $r.$Case.lines | Should -Be 0
        "$($r.$Case.traces.error)" | Should -Match ([regex]::Escape($Says))
    }

    It 'leaves the file as it was when the node refuses' { $r.fileKept | Should -BeTrue }

    It 'stops a node, once, and starts it again from its file' {
        $r.afterStop.nodes | Should -Be 0
        $r.afterStop.addresses | Should -Be '192.0.2.1'
        @($r.setStopAgain.state.changes).Count | Should -Be 0
        $r.setStartFromFile.state.running | Should -BeTrue
        $r.afterStart | Should -Be '/etc/hatools/web.yaml'
    }
}
